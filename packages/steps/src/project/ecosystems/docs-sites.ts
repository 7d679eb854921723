import type { EcosystemFacts, EcosystemReader } from "../ecosystem-reader.ts";
import type { Folder } from "../folder.ts";

const JEKYLL = "_config.yml";

/** Files that tell of a program that makes a site of documents, what it is called, and how it is told to. */
const SITES: readonly (readonly [RegExp, string, string])[] = [
  [/^mkdocs\.ya?ml$/, "MkDocs", "mkdocs build"],
  [/^docusaurus\.config\.[cm]?[jt]s$/, "Docusaurus", "npx --no-install docusaurus build"],
  [/^(?:docs\/)?\.vitepress\/config\.[cm]?[jt]s$/, "VitePress", "npx --no-install vitepress build"],
  [/^conf\.py$/, "Sphinx", "sphinx-build . _build"],
  [/^_config\.yml$/, "Jekyll", "jekyll build"],
  [/^book\.toml$/, "mdBook", "mdbook build"],
  [/^hugo\.(?:toml|ya?ml|json)$/, "Hugo", "hugo"],
  [/^antora-playbook\.yml$/, "Antora", "npx --no-install antora antora-playbook.yml"],
];

/** Programs that make a site of documents. */
export const docsSites: EcosystemReader = {
  ecosystem: "docs",
  isManifest: (name) => SITES.some(([pattern]) => pattern.test(name)),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  for (const [pattern, name, command] of SITES) {
    const file = folder.files.find((one) => pattern.test(one));
    if (file === undefined) continue;
    const found = { purpose: "docs" as const, file, because: `it configures ${name}` };
    if (name === "Sphinx" && !/^\s*(?:extensions|project|html_theme)\s*=/m.test(folder.text(file))) continue;
    if (name === "Sphinx" && folder.has("Makefile")) return { commands: [{ ...found, command: "make html" }] };
    if (file === JEKYLL)
      return { commands: [{ ...found, command: folder.has("Gemfile") ? `bundle exec ${command}` : command }] };
    if (name === "VitePress" && file.startsWith("docs/"))
      return { commands: [{ ...found, command: `${command} docs` }] };
    return { commands: [{ ...found, command }] };
  }
  return { commands: [] };
}
