import type { Finding } from "@ai-workflow/engine";
import { readText } from "../files/read-text.ts";
import type { Markup } from "./element.ts";
import { isGenerated, isJudgedMarkup, readMarkup } from "./read-markup.ts";

/** Larger files were made by programs, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** A file with its elements. */
export interface MarkupFile {
  readonly file: string;
  readonly text: string;
  readonly markup: Markup;
}

/** Reads those of the files that people wrote; what cannot be parsed is told of in notes. */
export function readMarkupFiles(
  directory: string,
  files: readonly string[],
): { readonly files: readonly MarkupFile[]; readonly notes: readonly Finding[] } {
  const read: MarkupFile[] = [];
  const notes: Finding[] = [];
  for (const file of files) {
    if (!isJudgedMarkup(file)) continue;
    const content = readText(directory, file, MAX_BYTES);
    if (!content.ok) continue;
    const markup = readMarkup(file, content.text);
    if (markup !== undefined) read.push({ file, text: content.text, markup });
    else if (/\.(?:[jt]sx|html?)$/i.test(file) && !isGenerated(content.text)) {
      notes.push({ rule: "not-parsed", severity: "info", message: "it cannot be parsed, so it was not judged", file });
    }
  }
  return { files: read, notes };
}
