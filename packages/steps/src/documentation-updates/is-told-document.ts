import { isDocument } from "../markdown/is-document.ts";

/** Documents that tell of what was, where names that are gone are right. */
const HISTORY =
  /(?:^|\/)(?:changelog|changes|history|news|release[-_ ]?notes?|releases|migrat\w*|upgrad\w*|breaking\w*|todo|roadmap)(?:[-_.][^/]*)?$|(?:^|\/)(?:\.changeset|adrs?|decisions?|rfcs?|blog|posts?|news|changelogs?|releases?|migrations?|archive)\//i;

/** Whether a file tells readers how things are, so that it has to be right; `history` names globs' matches that need not. Pure. */
export function isToldDocument(file: string): boolean {
  return isDocument(file.replace(/\.(?:mdx|rst|adoc|asciidoc)$/i, ".md")) && !HISTORY.test(file);
}
