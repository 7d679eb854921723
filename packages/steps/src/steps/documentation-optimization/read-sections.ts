import type { MarkdownDocument } from "../../markdown/parse-document.ts";

/** A part of a document below one heading, without the parts below headings in it. */
export interface Section {
  readonly file: string;
  /** Empty before the first heading. */
  readonly title: string;
  readonly line: number;
  /** Words of its prose, in small letters; code is none, and tables are none: those of options and attributes are alike by their nature. */
  readonly words: readonly string[];
}

/** Reads the sections of a document. Pure. */
export function readSections(
  file: string,
  text: string,
  { headings, samples }: Pick<MarkdownDocument, "headings" | "samples">,
): readonly Section[] {
  const lines = withoutGenerated(text).split(/\r\n|\n|\r/);
  emptyTables(lines);
  // The fence, the code and the fence at its end.
  for (const { line, code } of samples) lines.fill("", line - 1, line + 1 + code.split("\n").length);
  const starts = [{ text: "", line: 0 }, ...headings];
  return starts.map(({ text: title, line }, index) => ({
    file,
    title,
    line: Math.max(1, line),
    words: wordsOf(lines.slice(line, (starts[index + 1]?.line ?? lines.length + 1) - 1).join("\n")),
  }));
}

/**
 * What a program writes between two comments repeats itself by its nature: terraform-docs (`BEGIN_TF_DOCS`), doctoc and all-contributors
 * (`START`), and others. Lines stay where they are.
 */
function withoutGenerated(text: string): string {
  const parts: (readonly [start: number, end: number])[] = [];
  let begun: number | undefined;
  for (const { 0: comment, index } of text.matchAll(/<!--[^>]{0,400}-->/g)) {
    if (begun === undefined && BEGIN.test(comment)) begun = index;
    else if (begun !== undefined && END.test(comment)) {
      parts.push([begun, index + comment.length]);
      begun = undefined;
    }
  }
  let [result, from] = ["", 0];
  for (const [start, end] of parts) {
    result += text.slice(from, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, "");
    from = end;
  }
  return result + text.slice(from);
}

const BEGIN = /(?<![A-Za-z])(?:BEGIN(?:NING)?|START)(?![A-Za-z])/;
const END = /(?<![A-Za-z])(?:END|STOP)(?![A-Za-z])/;

/** The row below the head of a table. */
const DELIMITER = /^(?:\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?|\|\s*:?-+:?\s*\|)$/;

/** Takes out the tables of Markdown, from their heads to the line behind them. */
function emptyTables(lines: string[]): void {
  let isTable = false;
  for (const [index, line] of lines.entries()) {
    if (!isTable && line.includes("-") && DELIMITER.test(line.replace(/^[\s>]+/, "").trimEnd())) {
      isTable = true;
      if (index > 0) lines[index - 1] = "";
    }
    if (line.trim() === "") isTable = false;
    if (isTable) lines[index] = "";
  }
}

/** Takes out the tables of HTML. */
function withoutTables(text: string): string {
  const lower = text.toLowerCase();
  let [result, from] = ["", 0];
  for (const { index } of text.matchAll(/<table[\s>]/gi)) {
    if (index < from) continue;
    const end = lower.indexOf("</table>", index);
    if (end === -1) break;
    result += `${text.slice(from, index)} `;
    from = end;
  }
  return result + text.slice(from);
}

function wordsOf(text: string): readonly string[] {
  // Addresses differ with the place of a document; what it says does not.
  const prose = withoutTables(text)
    .replaceAll(/\]\([^)]*\)/g, "]")
    .replaceAll(/<[^>]*>|https?:\/\/\S+/g, " ");
  return prose.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
