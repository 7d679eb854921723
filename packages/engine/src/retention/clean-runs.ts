import { lstatSync, readdirSync, rmSync, statSync, type Dirent } from "node:fs";
import path from "node:path";
import { readRegularFile, writeFileAtomic } from "@ai-workflow/profiler";
import type { Retention } from "../config/workflow.ts";
import { chooseRunsToDrop, type KeptRun } from "./choose-runs-to-drop.ts";

/** Runs that a run without work tolerates above their number: removing some takes longer than all else that it does. */
const FEWEST_TOLERATED = 16;

/** Sizes of logs of earlier runs, which do not change any more. */
const SIZES_FILE = path.join("cache", "log-sizes.json");

/** What is read of a file of sizes at most, in bytes. */
const MAX_SIZES_BYTES = 2 ** 20;

/** What of earlier runs went, or would go. */
export interface CleanedRuns {
  /** Runs that went with record and logs, oldest first. */
  readonly removedRuns: readonly string[];
  /** Runs of which only the logs went, oldest first. */
  readonly removedLogs: readonly string[];
  readonly keptCount: number;
  readonly freedBytes: number;
  /** What the logs of kept runs take. */
  readonly keptLogBytes: number;
}

/** What cleaning looks at. */
export interface CleanRunsOptions {
  readonly limits: Pick<Retention, "runs" | "maxLogBytes" | "maxAgeMs">;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Runs of which nothing may go, beside the latest. */
  readonly held: readonly string[];
  /** Remove nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined;
}

/** Whether there are so many runs that one in which nothing ran cleans up as well. Looks at nothing but their number. */
export function hasTooManyRuns(state: string, { runs }: Pick<Retention, "runs">): boolean {
  return runsIn(path.join(state, "logs")).length > runs + Math.max(FEWEST_TOLERATED, runs);
}

/**
 * Removes records and logs of earlier runs beyond the limits. To be called by the holder of the lock: folders of runs are made under it, so
 * each of them is of a run that is over, or of the holder.
 *
 * @param state - absolute path of the state folder
 * @throws what the file system throws
 */
export function cleanRuns(state: string, { limits, nowMs, held, dryRun = false }: CleanRunsOptions): CleanedRuns {
  const folderOf = (kind: "runs" | "logs", id: string): string => path.join(state, kind, id);
  const withLogs = new Set(runsIn(path.join(state, "logs")));
  const ids = new Set([...withLogs, ...runsIn(path.join(state, "runs"))]);
  const known = readSizes(state);
  const runs = [...ids].map((id): KeptRun => {
    const logBytes = withLogs.has(id) ? (known.get(id) ?? sizeOf(folderOf("logs", id))) : 0;
    return { id, startedAtMs: timeOf(id), logBytes };
  });
  const dropped = chooseRunsToDrop(runs, limits, nowMs, new Set(held));
  const [removedRuns, removedLogs] = [new Set(dropped.runs), new Set(dropped.logs)];
  let freedBytes = 0;
  const kept: KeptRun[] = [];
  for (const run of runs) {
    const isGone = removedRuns.has(run.id);
    if (!isGone && !removedLogs.has(run.id)) {
      kept.push(run);
      continue;
    }
    freedBytes += run.logBytes + (isGone ? sizeOf(folderOf("runs", run.id)) : 0);
    if (dryRun) continue;
    for (const kind of isGone ? (["runs", "logs"] as const) : (["logs"] as const)) {
      rmSync(folderOf(kind, run.id), { recursive: true, force: true });
    }
  }
  if (!dryRun)
    writeSizes(
      state,
      known,
      kept.filter(({ id }) => withLogs.has(id)),
    );
  return {
    removedRuns: [...removedRuns].sort(),
    removedLogs: [...removedLogs].sort(),
    keptCount: ids.size - removedRuns.size,
    freedBytes,
    keptLogBytes: kept.reduce((sum, { logBytes }) => sum + logBytes, 0),
  };
}

/** Ids of the runs that a folder holds something of. */
function runsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d{8}T/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The time that a run's id begins with, `NaN` where it does not. */
function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id)?.map(Number) ?? [];
  return Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute, second);
}

/** What the files of a folder take; links are not followed, and what is no folder takes nothing. */
function sizeOf(folder: string): number {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return 0;
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(file);
    else if (entry.isFile()) bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It is gone, or nobody may look into it.
    return [];
  }
}

function readSizes(state: string): ReadonlyMap<string, number> {
  try {
    const sizes: unknown = JSON.parse(readRegularFile(path.join(state, SIZES_FILE), MAX_SIZES_BYTES).toString("utf8"));
    if (typeof sizes !== "object" || sizes === null) return new Map();
    const isSize = (bytes: unknown): bytes is number => Number.isSafeInteger(bytes) && (bytes as number) >= 0;
    return new Map(Object.entries(sizes).filter((entry): entry is [string, number] => isSize(entry[1])));
  } catch {
    // Missing or damaged: what there is is measured anew.
    return new Map();
  }
}

function writeSizes(state: string, known: ReadonlyMap<string, number>, kept: readonly KeptRun[]): void {
  if (kept.length === known.size && kept.every(({ id, logBytes }) => known.get(id) === logBytes)) return;
  const sizes = Object.fromEntries(kept.map(({ id, logBytes }) => [id, logBytes]));
  try {
    writeFileAtomic(path.join(state, SIZES_FILE), `${JSON.stringify(sizes)}\n`);
  } catch {
    // The disk is full, or what keeps caches is no folder: next time all are measured anew.
  }
}
