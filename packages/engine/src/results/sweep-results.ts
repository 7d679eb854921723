import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BLOB_FOLDER } from "../outputs/output-store.ts";
import { chooseResultsToDrop, type ResultLimits } from "./choose-results-to-drop.ts";
import { listResults } from "./list-results.ts";

/** Time between two looks through the store where little is added. */
const SWEEP_EVERY_MS = 86_400_000;

/** The store is looked through when this share of its limit was added since the last time, so it is never larger by more than that and a run. */
const SWEEP_AFTER_SHARE = 0.1;

/** Its time tells when the store was last looked through, and its text how many bytes were added since. */
const MARKER = ".swept";

/** What of the stored successes went, or would go. */
export interface SweptResults {
  readonly removedCount: number;
  readonly keptCount: number;
  /** Contents of outputs that no stored success needs any more. */
  readonly removedBlobCount: number;
  /** On disk, with logs and contents of outputs. */
  readonly freedBytes: number;
  readonly keptBytes: number;
}

/**
 * Removes stored successes beyond the limits after a run; at most once a day while little is added, for it looks at every file of the store.
 * An output that several successes share counts for each.
 *
 * @param options.nowMs - milliseconds since 1970
 * @param options.addedBytes - what the run stored
 * @throws what the file system throws; without a single success there is no store yet (ENOENT)
 */
export function sweepResults(
  folder: string,
  { nowMs, addedBytes, limits }: { readonly nowMs: number; readonly addedBytes: number; readonly limits: ResultLimits },
): void {
  const marker = path.join(folder, MARKER);
  const swept = statSync(marker, { throwIfNoEntry: false });
  const isRecent = swept?.isFile() === true && Math.abs(nowMs - swept.mtimeMs) < SWEEP_EVERY_MS;
  if (isRecent) {
    const bytes = readAdded(marker) + addedBytes;
    if (bytes <= SWEEP_AFTER_SHARE * limits.maxBytes) {
      if (addedBytes === 0) return;
      writeFileSync(marker, String(bytes));
      utimesSync(marker, swept.atime, swept.mtime);
      return;
    }
  }
  cleanResults(folder, { nowMs, limits });
  writeFileSync(marker, "0");
  utimesSync(marker, new Date(nowMs), new Date(nowMs));
}

function readAdded(marker: string): number {
  const bytes = Number(readFileSync(marker, "utf8"));
  return Number.isFinite(bytes) && bytes > 0 ? bytes : 0;
}

/**
 * Removes stored successes beyond the limits, and contents of outputs that no stored success needs. To be called by the holder of the lock.
 *
 * @param options.nowMs - milliseconds since 1970
 * @param options.dryRun - remove nothing. Default: false
 * @throws what the file system throws
 */
export function cleanResults(
  folder: string,
  {
    nowMs,
    limits,
    dryRun = false,
  }: { readonly nowMs: number; readonly limits: ResultLimits; readonly dryRun?: boolean | undefined },
): SweptResults {
  const results = listResults(folder);
  const dropped = new Set(chooseResultsToDrop([...results.values()], limits, nowMs));
  const needed = new Set<string>();
  let freedBytes = 0;
  let keptBytes = 0;
  for (const { fingerprint, files, ownBytes, contents: own } of results.values()) {
    if (dropped.has(fingerprint)) {
      freedBytes += ownBytes;
      if (!dryRun) for (const file of files) rmSync(file, { force: true });
    } else {
      keptBytes += ownBytes;
      for (const { sha256 } of own) needed.add(sha256);
    }
  }
  const contents = removeBlobs(path.join(folder, BLOB_FOLDER), needed, dryRun);
  return {
    removedCount: dropped.size,
    keptCount: results.size - dropped.size,
    removedBlobCount: contents.removedCount,
    freedBytes: freedBytes + contents.freedBytes,
    keptBytes: keptBytes + contents.keptBytes,
  };
}

/** Removes contents that no stored success needs. */
function removeBlobs(
  folder: string,
  needed: ReadonlySet<string>,
  dryRun: boolean,
): { readonly removedCount: number; readonly freedBytes: number; readonly keptBytes: number } {
  let removedCount = 0;
  let freedBytes = 0;
  let keptBytes = 0;
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { removedCount, freedBytes, keptBytes };
    throw error;
  }
  for (const name of names) {
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (needed.has(path.basename(name))) {
      keptBytes += stat.size;
      continue;
    }
    removedCount += 1;
    freedBytes += stat.size;
    if (!dryRun) rmSync(file, { force: true });
  }
  return { removedCount, freedBytes, keptBytes };
}
