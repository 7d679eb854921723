import type { CacheKeyFile } from "../key/create-cache-key.ts";
import type { PartSummary, QuestionSummary, ShownValue } from "./summarise-question.ts";

/** One difference between two questions that gives them different keys. */
export interface KeyChange {
  /** Which part: `model`, `prompt`, `parameters.temperature`, `files`, `keyVersion`, … */
  readonly part: string;
  /** What happened to it. A change of `files` without a `path`: their order, or too many of them to say which. */
  readonly change: "added" | "removed" | "changed";
  /** What it was, where that is short and no content; for a file, the SHA-256. */
  readonly before?: ShownValue | undefined;
  /** What it is now, likewise. */
  readonly after?: ShownValue | undefined;
  /** Which of the files. */
  readonly path?: string | undefined;
}

function toChange(
  part: string,
  before: { readonly shown?: ShownValue | undefined } | undefined,
  after: { readonly shown?: ShownValue | undefined } | undefined,
  path?: string,
): KeyChange {
  return {
    part,
    change: before === undefined ? "added" : after === undefined ? "removed" : "changed",
    ...(before?.shown !== undefined && { before: before.shown }),
    ...(after?.shown !== undefined && { after: after.shown }),
    ...(path !== undefined && { path }),
  };
}

// One path may be there more than once: its first is compared with the other's first, and so on.
function byPlace(files: readonly CacheKeyFile[]): Map<string, CacheKeyFile> {
  const seenCounts = new Map<string, number>();
  return new Map(
    files.map((file) => {
      const seenCount = seenCounts.get(file.path) ?? 0;
      seenCounts.set(file.path, seenCount + 1);
      return [`${seenCount}:${file.path}`, file];
    }),
  );
}

function* unionOf<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): Generator<{ readonly name: string; readonly old: T | undefined; readonly new: T | undefined }> {
  for (const [name, old] of before) yield { name, old, new: after.get(name) };
  for (const [name, value] of after) if (!before.has(name)) yield { name, old: undefined, new: value };
}

function diffFiles(before: readonly CacheKeyFile[], after: readonly CacheKeyFile[]): KeyChange[] {
  const changes: KeyChange[] = [];
  for (const { old, new: now } of unionOf(byPlace(before), byPlace(after))) {
    if (old?.sha256 === now?.sha256) continue;
    const shownOld = old && { shown: old.sha256 };
    const shownNew = now && { shown: now.sha256 };
    changes.push(toChange("files", shownOld, shownNew, (old ?? now)?.path));
  }
  return changes;
}

function diffFilesPart(
  old: PartSummary | undefined,
  now: PartSummary | undefined,
  before: QuestionSummary,
  after: QuestionSummary,
): KeyChange[] {
  const whole = toChange("files", old, now);
  const isListed =
    (old === undefined || before.files !== undefined) && (now === undefined || after.files !== undefined);
  const changes = isListed ? diffFiles(before.files ?? [], after.files ?? []) : [];
  return changes.length > 0 ? changes : [whole];
}

/**
 * Which parts differ between two questions: none exactly when they have the same key. The other way round gives the same
 * parts, with added and removed, before and after exchanged. Linear in the number of parts and files.
 */
export function diffQuestions(before: QuestionSummary, after: QuestionSummary): KeyChange[] {
  const byName = ({ parts }: QuestionSummary): Map<string, PartSummary> =>
    new Map(parts.map((summary) => [summary.part, summary]));
  const changes: KeyChange[] = [];
  for (const { name, old, new: now } of unionOf(byName(before), byName(after))) {
    if (old?.sha256 === now?.sha256) continue;
    if (name === "files") changes.push(...diffFilesPart(old, now, before, after));
    else changes.push(toChange(name, old, now));
  }
  return changes;
}
