import type { ProjectKind } from "@ai-workflow/engine";
import { countLanguages } from "../project/languages.ts";
import { readManifest, type NodeManifest } from "./read-manifest.ts";

/** What a project seems to be, and by what. */
export interface KindGuess {
  readonly kind: ProjectKind;
  /** In words that are safe to print: nothing of it is taken from the repository. */
  readonly why: string;
}

/** What a guess rests on. */
export interface KindEvidence {
  readonly files: ReadonlySet<string>;
  readonly read: (file: string) => string | undefined;
  /** Folders of the units of a monorepo, `""` for the root. */
  readonly units: readonly string[];
}

/** From this share of its files on, a repository without code of its own is about documents. */
const MOSTLY = 0.6;

/** Fewer documents than these say nothing: every project begins with some. */
const FEW = 3;

const SITE_GENERATORS: readonly { readonly file: RegExp; readonly name: string }[] = [
  { file: /^mkdocs\.ya?ml$/, name: "MkDocs" },
  { file: /^zensical\.toml$/, name: "Zensical" },
  { file: /^book\.toml$/, name: "mdBook" },
  { file: /^docusaurus\.config\.[cm]?[jt]s$/, name: "Docusaurus" },
  { file: /^\.vitepress\/config\.[cm]?[jt]s$/, name: "VitePress" },
  { file: /^antora(?:-playbook)?\.ya?ml$/, name: "Antora" },
  { file: /^(?:source\/)?conf\.py$/, name: "Sphinx" },
];

const STATIC_GENERATORS: readonly { readonly file: RegExp; readonly name: string }[] = [
  { file: /^hugo\.(?:toml|ya?ml|json)$/, name: "Hugo" },
  { file: /^(?:\.eleventy|eleventy\.config)\.[cm]?js$/, name: "Eleventy" },
  { file: /^astro\.config\.[cm]?[jt]s$/, name: "Astro" },
  { file: /^gatsby-config\.[cm]?[jt]s$/, name: "Gatsby" },
  { file: /^_config\.yml$/, name: "Jekyll" },
];

const SERVERS = [
  "express",
  "fastify",
  "koa",
  "@nestjs/core",
  "@hapi/hapi",
  "hono",
  "restify",
  "polka",
  "h3",
  "@adonisjs/core",
  "@feathersjs/feathers",
  "apollo-server",
  "@apollo/server",
  "graphql-yoga",
];

const SINGLE_PAGE = ["next", "react-dom", "preact", "vue", "@angular/core", "svelte", "solid-js"];

const PYTHON_MANIFESTS = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py"];

/** Files that say that the repository is one of another language, whatever a package beside them brings. */
const OTHER_MANIFEST =
  /^(?:Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|build\.sbt|composer\.json|Gemfile|mix\.exs|Package\.swift|CMakeLists\.txt|meson\.build|[^/]+\.(?:sln|slnx|csproj|fsproj|gemspec|cabal))$/;

/** Languages that kinds are about; every other one is `other`. */
const GROUPS: Readonly<Record<string, LanguageGroup | undefined>> = {
  JavaScript: "javascript",
  TypeScript: "javascript",
  Vue: "javascript",
  Svelte: "javascript",
  Python: "python",
  Shell: "shell",
  // No code of a program.
  HTML: undefined,
  CSS: undefined,
  SQL: undefined,
};

type LanguageGroup = "javascript" | "python" | "shell" | "other";

/** Guesses what kind of project a repository is. Pure. */
export function guessKind(evidence: KindEvidence): KindGuess {
  const { files, read } = evidence;
  const all = [...files];
  const generator = SITE_GENERATORS.find(({ file }) => all.some((one) => file.test(one)));
  const manifest = readManifest(read("package.json"));
  const python = PYTHON_MANIFESTS.find((name) => files.has(name));
  const group = largestGroup(all);

  if (generator !== undefined && !isPackage(manifest) && !isPythonPackage(files) && group !== "other") {
    return { kind: "documentation", why: `it is built by ${generator.name}` };
  }
  // Between a manifest of each, the files decide.
  if (python !== undefined && (manifest === undefined || group === "python")) {
    return { kind: "python_app", why: `\`${python}\`` };
  }
  // Code for an engine within the package, or native parts of it, may be more than what others import.
  const isOthers = group === "other" && (!isPackage(manifest) || all.some((file) => OTHER_MANIFEST.test(file)));
  if (manifest !== undefined && !isOthers && group !== "shell") return guessNode(manifest, evidence);
  return guessByFiles(all, group, manifest !== undefined);
}

function guessByFiles(all: readonly string[], group: LanguageGroup | undefined, hasManifest: boolean): KindGuess {
  const site = STATIC_GENERATORS.find(({ file }) => all.some((one) => file.test(one)));
  const documents = all.filter((file) => /\.(?:md|mdx|markdown|rst|adoc|asciidoc|tex)$/i.test(file)).length;
  if (group === "other")
    return { kind: "generic", why: "most of its code is in a language that has no kind of its own" };
  if (group === "python") return { kind: "python_app", why: "most of its code is Python" };
  if (site !== undefined && !hasManifest) return { kind: "static_website", why: `it is built by ${site.name}` };
  const page = ["index.html", "public/index.html", "src/index.html", "docs/index.html"].find((one) =>
    all.includes(one),
  );
  if (page !== undefined && !hasManifest) return { kind: "static_website", why: page };
  if (group === "shell") return { kind: "shell_automation", why: "most of its code is shell scripts" };
  if (group === undefined && documents >= FEW && documents >= all.length * MOSTLY) {
    return { kind: "documentation", why: "most of its files are documents" };
  }
  return { kind: "generic", why: "nothing says that it is anything else" };
}

function guessNode(manifest: NodeManifest, evidence: KindEvidence): KindGuess {
  const own = guessPackage("", manifest, evidence);
  if (own !== undefined) return own;
  const members = evidence.units.filter((directory) => directory !== "");
  const guesses = members.flatMap((directory) => {
    const member = readManifest(evidence.read(`${directory}/package.json`));
    return member === undefined ? [] : [guessPackage(`${directory}/`, member, evidence)?.kind];
  });
  const counts = new Map<ProjectKind, number>();
  for (const kind of guesses) if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
  if (most !== undefined && most[1] * 2 > guesses.length) {
    return { kind: most[0], why: `${most[1]} of ${guesses.length} packages are of this kind` };
  }
  return guesses.length > 0
    ? { kind: "generic", why: `${guesses.length} packages of several kinds` }
    : { kind: "generic", why: "package.json names no entry, no command and no framework" };
}

/** What a package is by its manifest; `undefined` where that says nothing. */
function guessPackage(folder: string, manifest: NodeManifest, { files }: KindEvidence): KindGuess | undefined {
  const place = folder === "" ? "package.json" : "its package.json";
  const has = (pattern: RegExp): boolean =>
    [...files].some((file) => file.startsWith(folder) && pattern.test(file.slice(folder.length)));
  const site = STATIC_GENERATORS.find(({ file }) => has(file));
  if (site !== undefined && !manifest.hasEntry) return { kind: "static_website", why: `it is built by ${site.name}` };
  const single = SINGLE_PAGE.find((name) => manifest.dependencies.has(name));
  // A library of components is built with the framework as well, but has an entry and no page.
  const hasPage = has(/^(?:(?:public|src)\/)?index\.html$|^(?:src\/)?(?:app|pages)\/|^next\.config\./);
  if (single !== undefined && !manifest.hasEntry && (hasPage || manifest.isPrivate)) {
    const forAll =
      single === "react-dom" || single === "next" ? "" : "; the kind stands for every single-page application";
    return { kind: "react_spa", why: `${place} needs ${single}${forAll}` };
  }
  if (manifest.hasCommand) return { kind: "nodejs_cli", why: `\`bin\` of ${place}` };
  const server = SERVERS.find((name) => manifest.dependencies.has(name));
  // What is published and never started is a part for the servers of others.
  if (server !== undefined && (manifest.isPrivate || manifest.isStarted || !manifest.hasEntry))
    return { kind: "nodejs_api", why: `${place} needs ${server}` };
  if (manifest.hasEntry) return { kind: "nodejs_library", why: `${place} names what it exports` };
  if (!manifest.isPrivate && has(/^index\.(?:[cm]?[jt]s|json|node)$/))
    return { kind: "nodejs_library", why: `${place} and an index beside it` };
  if (has(/^(?:public\/|src\/)?index\.html$/)) return { kind: "static_website", why: "index.html" };
  return undefined;
}

/** A package that others use, of which a site may be a part. */
function isPackage(manifest: NodeManifest | undefined): boolean {
  return manifest !== undefined && (manifest.hasEntry || manifest.hasCommand);
}

function isPythonPackage(files: ReadonlySet<string>): boolean {
  return ["pyproject.toml", "setup.py", "setup.cfg", "manage.py"].some((name) => files.has(name));
}

/** The languages that most of the code is in. */
function largestGroup(files: readonly string[]): LanguageGroup | undefined {
  const counts = new Map<LanguageGroup, number>();
  for (const { language, fileCount } of countLanguages(new Set(files.filter((file) => !isConfiguration(file))))) {
    const group = Object.hasOwn(GROUPS, language) ? GROUPS[language] : "other";
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + fileCount);
  }
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
  return most?.[0];
}

/** Code that only sets a tool up, which any project may have. */
function isConfiguration(file: string): boolean {
  return /(?:^|\/)(?:[^/]*\.config\.[cm]?[jt]s|\.[^/]*rc\.[cm]?js|(?:Gulp|Grunt)file\.js|gulpfile\.js|conf\.py)$/.test(
    file,
  );
}
