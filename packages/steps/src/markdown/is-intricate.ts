import { countOf } from "../text/count-of.ts";

/** Characters of a paragraph that may mean something; the libraries that read Markdown take time by the square of their number. */
const MAX_MARKS = 10_000;
/** Lists and quotes within each other: columns of indentation before an item, and signs of quotes on a line. */
const TOO_DEEP = /^[ \t]{160,}(?:[-*+]|\d{1,9}[.)])[ \t]|^(?:[ \t]*>){80}/;
/** What begins a part of its own. */
const BEGINS = /^\s*(?:$|[-*+][ \t]|\d{1,9}[.)][ \t]|[|>#]|\[[^\]]{1,100}\]:)/;
const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})/;

/**
 * Whether reading a document could take minutes: a paragraph with more marks of links and emphasis, or lists and quotes nested deeper, than
 * anybody writes. Pure; takes time in proportion to the text.
 */
export function isIntricate(text: string): boolean {
  let marks = 0;
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const opened = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (opened?.startsWith(fence) === true) fence = undefined;
      continue;
    }
    if (opened !== undefined) {
      [fence, marks] = [opened, 0];
      continue;
    }
    if (TOO_DEEP.test(line)) return true;
    if (BEGINS.test(line)) marks = 0;
    marks += marksOf(line);
    if (marks > MAX_MARKS) return true;
  }
  return false;
}

/** What a message adds of documents that were left alone; nothing where there are none. Pure. */
export function intricateNote(number: number): string {
  return number === 0 ? "" : `, ${countOf(number, "document")} nested too deeply to be read`;
}

/** Signs of links, emphasis and tags. */
const MARKS = new Set(["[", "]", "*", "_", "<", "~"]);

function marksOf(line: string): number {
  let count = 0;
  for (const character of line) if (MARKS.has(character)) count += 1;
  return count;
}
