/** First and last line, both counted from 1 and included. */
export type LineRange = readonly [start: number, end: number];

/** One line of a file as a prompt shows it. */
export interface SourceRow {
  /** Whether the change left the line as it was (or there is no change to show), added it, or removed it. */
  readonly kind: "kept" | "added" | "removed";
  /** Its number in the file; of a removed line, the number of the line it stood before. */
  readonly line: number;
  /** Its text without the line break. */
  readonly text: string;
}

/** A file, or parts of one, to be put in a prompt. */
export interface PromptFile {
  /** What findings are to call it: the path relative to the repository, with `/`. */
  readonly path: string;
  /** What to show, in order. */
  readonly rows: readonly SourceRow[];
  /** How many lines the whole file has. */
  readonly lineCount: number;
}

/** The lines of a text, as git and editors count them: what follows the last line break is a line if it is not empty. */
export function splitLines(text: string): string[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (text === "" || text.endsWith("\n")) lines.pop();
  return lines;
}

/** A whole file for a prompt. */
export function toPromptFile(path: string, content: string): PromptFile {
  const lines = splitLines(content);
  const rows = lines.map((text, index): SourceRow => ({ kind: "kept", line: index + 1, text }));
  return { path, rows, lineCount: lines.length };
}

/** The numbers of `rows` that are lines of the file, as ranges in order; removed lines have none. */
export function toLineRanges(rows: readonly SourceRow[]): LineRange[] {
  const ranges: [number, number][] = [];
  for (const { kind, line } of rows) {
    if (kind === "removed") continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === line) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
