import { splitLines, type SourceRow } from "../prompts/prompt-file.ts";
import type { Hunk } from "./hunk.ts";
import type { ReviewFile } from "./review-plan.ts";

/** The rows of a file, and which of them are to be reviewed. */
export interface ReviewRows {
  /** All of them, those that the change removed in the place where they were. */
  readonly rows: readonly SourceRow[];
  /** Stretches to be reviewed, `[start, end)` by index, in order. */
  readonly targets: readonly (readonly [start: number, end: number])[];
  /** How many lines the file has. */
  readonly lineCount: number;
}

function doHunksFit(hunks: readonly Hunk[], lineCount: number): boolean {
  let next = 1;
  return hunks.every(({ newStart, newCount, lines }) => {
    const start = newCount === 0 ? newStart + 1 : newStart;
    const isCounted = lines.filter(({ kind }) => kind !== "removed").length === newCount;
    const doesFit = Number.isSafeInteger(start) && start >= next && start + newCount <= lineCount + 1;
    next = start + newCount;
    return isCounted && doesFit;
  });
}

/**
 * The rows of a file: its lines with marks of what the hunks added, and between them what the hunks removed. The text of lines is that of the
 * file, as it may have been redacted. Hunks that do not fit the file's number of lines, say because it was edited meanwhile, are ignored: the whole
 * file is to be reviewed then.
 */
export function toReviewRows({ content, hunks }: ReviewFile): ReviewRows {
  const lines = splitLines(content);
  const lineCount = lines.length;
  const rows: SourceRow[] = [];
  const keep = (endLine: number): void => {
    for (let line = nextLine; line < endLine; line += 1) rows.push({ kind: "kept", line, text: lines[line - 1] ?? "" });
    nextLine = endLine;
  };
  let nextLine = 1;
  if (hunks === undefined || !doHunksFit(hunks, lineCount)) {
    keep(lineCount + 1);
    return { rows, targets: rows.length === 0 ? [] : [[0, rows.length]], lineCount };
  }
  const targets: [number, number][] = [];
  for (const hunk of hunks) {
    keep(hunk.newCount === 0 ? hunk.newStart + 1 : hunk.newStart);
    const start = rows.length;
    for (const { kind, text } of hunk.lines) {
      if (kind === "removed") {
        rows.push({ kind, line: nextLine, text: text.endsWith("\r") ? text.slice(0, -1) : text });
      } else {
        rows.push({ kind, line: nextLine, text: lines[nextLine - 1] ?? "" });
        nextLine += 1;
      }
    }
    if (rows.length > start) targets.push([start, rows.length]);
  }
  keep(lineCount + 1);
  return { rows, targets, lineCount };
}
