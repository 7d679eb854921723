import type { MarkdownDocument } from "../markdown/parse-document.ts";

/** A part of a document below one heading, without the parts below headings in it. */
export interface Section {
  readonly file: string;
  /** Empty before the first heading. */
  readonly title: string;
  readonly line: number;
  /** Words of its prose, in small letters; code is none. */
  readonly words: readonly string[];
}

/** Reads the sections of a document. Pure. */
export function readSections(
  file: string,
  text: string,
  { headings, samples }: Pick<MarkdownDocument, "headings" | "samples">,
): readonly Section[] {
  const lines = withoutGenerated(text).split(/\r\n|\n|\r/);
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
  return text.replaceAll(
    /<!--[^>]{0,200}(?<![A-Za-z])(?:BEGIN(?:NING)?|START)(?![A-Za-z])[^>]{0,200}-->[\s\S]*?<!--[^>]{0,200}(?<![A-Za-z])(?:END|STOP)(?![A-Za-z])[^>]{0,200}-->/g,
    (part) => part.replaceAll(/[^\r\n]/g, ""),
  );
}

function wordsOf(text: string): readonly string[] {
  // Addresses differ with the place of a document; what it says does not.
  const prose = text.replaceAll(/\]\([^)]*\)/g, "]").replaceAll(/<[^>]*>|https?:\/\/\S+/g, " ");
  return prose.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
