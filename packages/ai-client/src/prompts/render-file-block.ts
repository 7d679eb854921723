import { toLineRanges, type PromptFile, type SourceRow } from "./prompt-file.ts";

/** A row as a prompt shows it: `12|kept`, `12+|added`, `-|removed`. */
export function renderRow({ kind, line, text }: SourceRow): string {
  if (kind === "removed") return `-|${text}`;
  return `${line}${kind === "added" ? "+" : ""}|${text}`;
}

/** What stands between two rows that do not follow each other. Every row has a `|`, so no row looks like it. */
export function renderGap(first: number, last: number): string {
  return `[lines ${first}-${last} not shown]`;
}

/** The rows of a file, numbered and marked, with a word about what is left out between them. */
export function renderRows(rows: readonly SourceRow[]): string {
  const lines: string[] = [];
  let next: number | undefined;
  for (const row of rows) {
    if (next !== undefined && row.line > next) lines.push(renderGap(next, row.line - 1));
    lines.push(renderRow(row));
    next = row.kind === "removed" ? row.line : row.line + 1;
  }
  return lines.join("\n");
}

/** Untrusted text between delimiters that hold `nonce`. */
export function renderBlock(kind: string, label: string, body: string, nonce: string): string {
  return `<<<${kind} ${nonce} ${label}>>>\n${body}\n<<<END ${nonce}>>>`;
}

/** What the opening delimiter says of a file. */
function labelFile({ path, rows, lineCount }: PromptFile): string {
  const ranges = toLineRanges(rows);
  const first = ranges[0]?.[0];
  const last = ranges.at(-1)?.[1];
  const extent = first === undefined || last === undefined ? "no lines" : `lines ${first}-${last}`;
  return `${JSON.stringify(path)} ${extent} of ${lineCount}`;
}

/** A file as a prompt shows it; `body` replaces the rows. */
export function renderFileBlock(file: PromptFile, nonce: string, body: string = renderRows(file.rows)): string {
  return renderBlock("FILE", labelFile(file), body, nonce);
}
