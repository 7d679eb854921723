import { join } from "node:path";
import type { CacheStore, StoreRead } from "../entries/cache-store.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { isStaleLock } from "../locks/directory-lock.ts";
import { surveyDirectory, type SurveyedFile } from "./survey-directory.ts";

/** An entry that would never be served. */
export interface DamagedEntry {
  /** The key its file name claims. */
  readonly key: CacheKey;
  /** What is wrong with it. */
  readonly reason: "corrupt" | "newer-format" | "unreadable";
}

/** A file of a cache directory that is not an entry. */
export interface OtherFile {
  /** Below the cache directory, with `/` between names. */
  readonly path: string;
  readonly sizeBytes: number;
  /** How long ago it was written, in milliseconds; negative when the clock says it was later than now. */
  readonly ageMs: number;
}

/** What a check of every entry found. */
export interface VerifyReport {
  /** How many entries were read. */
  readonly checkedCount: number;
  /** How many of them are whole. */
  readonly validCount: number;
  /** The others, by key. */
  readonly damaged: readonly DamagedEntry[];
  /** Files on their way to another name. Old ones have lost their writer; a clean-up removes those. */
  readonly temporaryFiles: readonly OtherFile[];
  /** Locks, and whether their holders are gone. */
  readonly locks: readonly (OtherFile & { readonly isAbandoned: boolean })[];
  /** Files named as entries in places where they are never looked for; a clean-up removes them. */
  readonly misplaced: readonly OtherFile[];
  /** Files and folders that this package did not make. It leaves them alone. */
  readonly unknown: readonly OtherFile[];
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

/** Reads every entry of `store`, which lives in `directory`, says which ones are damaged and what else lies there. Changes nothing. */
export function verifyStore(store: CacheStore, directory: string, nowMs: number): VerifyReport {
  let checkedCount = 0;
  const damaged: DamagedEntry[] = [];
  for (const { key } of store.list()) {
    const read: StoreRead = store.get(key);
    if (!read.found && read.reason === "absent") continue;
    checkedCount += 1;
    if (!read.found && read.reason !== "absent") damaged.push({ key, reason: read.reason });
  }
  damaged.sort((a, b) => (a.key < b.key ? -1 : 1));

  const others = [...surveyDirectory(directory)].sort(byPath);
  const ofKind = (kind: SurveyedFile["kind"]): OtherFile[] =>
    others
      .filter((file) => file.kind === kind)
      .map(({ path, sizeBytes, modifiedMs }) => ({ path, sizeBytes, ageMs: Math.round(nowMs - modifiedMs) }));
  return {
    checkedCount,
    validCount: checkedCount - damaged.length,
    damaged,
    temporaryFiles: ofKind("temporary"),
    locks: ofKind("lock").map((file) => ({ ...file, isAbandoned: isStaleLock(join(directory, file.path), nowMs) })),
    misplaced: ofKind("misplaced"),
    unknown: ofKind("unknown"),
  };
}
