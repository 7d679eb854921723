import path from "node:path";
import picomatch from "picomatch";
import { SITE_FILES } from "./site-files.ts";

/** Gives a function that tells whether a document becomes a page of a site, which has its own navigation and ways of resolving links. */
export function createSiteLookup(files: readonly string[]): (document: string) => boolean {
  const isSiteFile = picomatch([...SITE_FILES], { dot: true });
  const sites = new Set(files.filter((file) => isSiteFile(file)).flatMap((file) => sitesOf(file)));
  return (document) => {
    // Documents at the root and READMEs are read on the host of the repository, whatever site there is beside them.
    if (!document.includes("/") || /(?:^|\/)README\.\w+$/i.test(document)) return false;
    for (let folder = path.posix.dirname(document); ; folder = path.posix.dirname(folder)) {
      if (sites.has(folder)) return true;
      if (folder === ".") return false;
    }
  };
}

/** The folders whose documents a site's configuration is about. */
function sitesOf(file: string): readonly string[] {
  const folder = path.posix.dirname(file).replace(/(?:^|\/)(?:\.vitepress|\.vuepress|config\/_default)$/, "");
  if (folder === "") return ["."];
  // For years Docusaurus was set up in a folder of its own, `website`, with the documents in the one beside it.
  return file.includes("docusaurus.config.") && folder !== "."
    ? [folder, path.posix.join(folder, "../docs")]
    : [folder];
}
