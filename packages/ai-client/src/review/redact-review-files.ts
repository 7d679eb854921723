import { type RedactionCount, type RedactOptions, redactSecrets } from "../egress/redact-secrets.ts";
import { findMarkers } from "../egress/redaction-marker.ts";
import { splitLines } from "../prompts/prompt-file.ts";
import type { HunkLine } from "./hunk.ts";
import type { ReviewFile } from "./review-plan.ts";
import { toReviewRows } from "./review-rows.ts";

/** Files that may leave the machine. */
export interface RedactedReviewFiles {
  /** The same files, without secrets in their text and in what was removed from them. */
  readonly files: readonly ReviewFile[];
  /** What was redacted, by path; only files in which something was. */
  readonly redactions: ReadonlyMap<string, readonly RedactionCount[]>;
}

function addCounts(a: readonly RedactionCount[], b: readonly RedactionCount[]): readonly RedactionCount[] {
  const counts = new Map<string, number>();
  for (const { rule, count } of [...a, ...b]) counts.set(rule, (counts.get(rule) ?? 0) + count);
  return Array.from(counts, ([rule, count]) => ({ rule, count })).sort((x, y) => (x.rule < y.rule ? -1 : 1));
}

function countNewMarkers(before: string, after: string): readonly RedactionCount[] {
  const toCounts = (text: string): RedactionCount[] => findMarkers(text).map(({ rule }) => ({ rule, count: 1 }));
  const old = toCounts(before).map(({ rule, count }) => ({ rule, count: -count }));
  return addCounts(toCounts(after), old).filter(({ count }) => count > 0);
}

/**
 * Whether the hunks speak of this very text. They do not when the file was edited between reading it and asking git, or when git keeps
 * another form of it than the disk (a clean filter, `$Id$`): then they point to lines that did not change.
 */
function areHunksOf({ content, hunks = [] }: ReviewFile): boolean {
  const withoutReturn = (text: string): string => (text.endsWith("\r") ? text.slice(0, -1) : text);
  const lines = splitLines(content);
  return hunks.every(({ newStart, lines: rows }) =>
    rows
      .filter(({ kind }) => kind !== "removed")
      .every(({ text }, index) => withoutReturn(text) === lines[newStart - 1 + index]),
  );
}

/**
 * Redacts the text of files as a whole, and what the change removed as part of the old text, so that a secret is known by what
 * stands around it. Lines keep their numbers. What was removed counts apart: a secret in a line that stays counts in the new text only.
 * Hunks of another text than the content are left out, so that the file is reviewed as a whole.
 */
export async function redactReviewFiles(
  files: readonly ReviewFile[],
  options: Omit<RedactOptions, "path"> = {},
): Promise<RedactedReviewFiles> {
  const redacted: ReviewFile[] = [];
  const redactions = new Map<string, readonly RedactionCount[]>();
  for (const given of files) {
    const file: ReviewFile = areHunksOf(given) ? given : { ...given, hunks: undefined };
    const { path, hunks } = file;
    const { text: content, redactions: counts } = await redactSecrets(file.content, { ...options, path });
    let allCounts = counts;
    let newHunks = hunks;
    const oldRows = toReviewRows(file).rows.filter(({ kind }) => kind !== "added");
    if (hunks !== undefined && oldRows.some(({ kind }) => kind === "removed")) {
      const old = await redactSecrets(oldRows.map(({ text }) => `${text}\n`).join(""), { ...options, path });
      const oldLines = splitLines(old.text);
      const removed = oldLines.filter((_, index) => oldRows[index]?.kind === "removed");
      let next = 0;
      newHunks = hunks.map((hunk) => ({
        ...hunk,
        lines: hunk.lines.map((line): HunkLine => {
          if (line.kind !== "removed") return line;
          next += 1;
          return { kind: "removed", text: removed[next - 1] ?? "" };
        }),
      }));
      const before = oldRows.filter(({ kind }) => kind === "removed").map(({ text }) => text);
      allCounts = addCounts(counts, countNewMarkers(before.join("\n"), removed.join("\n")));
    }
    if (allCounts.length > 0) redactions.set(path, allCounts);
    redacted.push({ ...file, content, ...(newHunks !== undefined && { hunks: newHunks }) });
  }
  return { files: redacted, redactions };
}
