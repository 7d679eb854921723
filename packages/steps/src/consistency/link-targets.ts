import path from "node:path";
import type { LinkTargets } from "./judge-links.ts";

/** What programs that make sites of documents are configured by. */
const SITE =
  /(?:^|\/)(?:mkdocs\.ya?ml|docusaurus\.config\.[cm]?[jt]s|\.vitepress\/config\.[cm]?[jt]s|\.vuepress\/config\.[cm]?[jt]s|_config\.ya?ml|book\.toml|hugo\.(?:toml|ya?ml)|config\/_default\/hugo\.toml|astro\.config\.[cm]?[jt]s|antora\.yml|conf\.py|SUMMARY\.md|_sidebar\.md|\.docpress\.json|nuxt\.config\.[jt]s|next\.config\.[cm]?[jt]s|gatsby-config\.[jt]s|\.eleventy\.[cm]?js|eleventy\.config\.[cm]?js|mint\.json|docs\.json|zensical\.toml)$/;

/** Looks links up among the files of a repository. */
export function createLinkTargets(
  files: readonly string[],
  { anchorsOf, isOnDisk }: Pick<LinkTargets, "anchorsOf" | "isOnDisk">,
): LinkTargets {
  const known = new Set(files);
  const folders = new Set<string>([""]);
  const byLowerCase = new Map<string, string>();
  const add = (one: string): void => {
    if (!byLowerCase.has(one.toLowerCase())) byLowerCase.set(one.toLowerCase(), one);
  };
  for (const file of files) {
    add(file);
    for (let folder = path.posix.dirname(file); folder !== "." && !folders.has(folder);) {
      folders.add(folder);
      add(folder);
      folder = path.posix.dirname(folder);
    }
  }
  const sites = new Set(files.filter((file) => SITE.test(file)).map((file) => siteOf(file)));
  return {
    hasFile: (file) => known.has(file),
    hasFolder: (folder) => folders.has(folder),
    otherCase: (one) => byLowerCase.get(one.toLowerCase()),
    anchorsOf,
    isOnDisk,
    isSite(document) {
      // Documents at the root are read on the host of the repository, whatever site there is beside them.
      if (!document.includes("/")) return false;
      for (let folder = path.posix.dirname(document); ; folder = path.posix.dirname(folder)) {
        if (sites.has(folder === "." ? "" : folder)) return !/(?:^|\/)README\.\w+$/i.test(document);
        if (folder === ".") return false;
      }
    },
  };
}

/** The folder whose documents a site's configuration is about. */
function siteOf(file: string): string {
  const folder = path.posix.dirname(file).replace(/(?:^|\/)(?:\.vitepress|\.vuepress|config\/_default)$/, "");
  return folder === "." ? "" : folder;
}
