import { isDocument } from "../../markdown/is-document.ts";

/** Documents that tell of what was, where names that are gone are right. */
const HISTORY =
  /(?:^|\/)(?:changelog|changes|history|news|release[-_ ]?notes?|releases|migrat\w*|upgrad\w*|breaking\w*|whats[-_]?new|what-s-new|todo|roadmap)(?:[-_.][^/]*)?$|(?:^|\/)(?:\.changeset|adrs?|decisions?|rfcs?|blog|posts?|news|changelogs?|releases?|migrations?|archive)\//i;

const LEGAL = /(?:^|\/)(?:[\w-]+[-_])?(?:licen[cs]es?|copying|notice|authors|contributors)(?:[-_.][^/]*)?$/i;

/** Whether a file tells readers how things are, so that it has to be right; `history` names globs' matches that need not. Pure. */
export function isToldDocument(file: string): boolean {
  return isDocument(file.replace(/\.(?:mdx|rst|adoc|asciidoc)$/i, ".md")) && !HISTORY.test(file);
}

/** Whether a name in a file proves nothing of the code: documents, change logs, licences, notebooks, style sheets, drawings. Pure. */
export function isProse(file: string): boolean {
  return (
    HISTORY.test(file) ||
    LEGAL.test(file) ||
    /\.(?:md|markdown|mdown|mkd|mdx|rst|adoc|asciidoc|ipynb|css|less|s[ac]ss|styl|svg)$/i.test(file)
  );
}
