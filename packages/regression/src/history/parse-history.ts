import type { HistoryRun, HistoryStep } from "./history-run.ts";

/** From here on a number of seconds is a point in time, not a duration. */
const EPOCH_FROM_SECONDS = 1e8;

/** Why a line, or a duration in it, was not used. */
export type HistorySetAside =
  /** Cut in the middle, or no JSON. */
  | "malformed"
  /** JSON of something else, or without what a run must say. */
  | "foreign"
  /** Written by a newer tool, in a version this one does not know. */
  | "newer"
  /** The same run once more. */
  | "repeated"
  /** A duration of a passed step that is not a number above zero, or is a point in time; the rest of the line is used. */
  | "impossible-duration";

/** What {@link parseHistory} gives. */
export interface ParsedHistory {
  /** In the order of the lines. */
  readonly runs: readonly HistoryRun[];
  /** How many lines or durations were not used, by reason; reasons without any are absent. */
  readonly setAside: Readonly<Partial<Record<HistorySetAside, number>>>;
}

/**
 * Reads the lines of a `history.jsonl` (version 1). Lines that are cut, foreign or newer are counted, never thrown for. Blank lines are
 * ignored. Of the steps only those that ran and passed are kept, since replayed, skipped and failed ones do not say how long they
 * take.
 *
 * The change class is the categories with changes, sorted and joined by `+` (`none` without any, `unknown` where the line does not
 * say). The cache state is that of the answers of models, `cold` (only misses), `warm` (only hits), `mixed` or `unused`, with
 * `+replayed` where any step was replayed.
 */
export function parseHistory(lines: Iterable<string>): ParsedHistory {
  const runs: HistoryRun[] = [];
  const seen = new Set<string>();
  const setAside: Partial<Record<HistorySetAside, number>> = {};
  const count = (reason: HistorySetAside): void => void (setAside[reason] = (setAside[reason] ?? 0) + 1);
  for (const line of lines) {
    if (line.trim() === "") continue;
    const run = readLine(line, count);
    if (typeof run === "string") count(run);
    else if (seen.has(run.run)) count("repeated");
    else {
      seen.add(run.run);
      runs.push(run);
    }
  }
  return { runs, setAside };
}

function readLine(line: string, count: (reason: HistorySetAside) => void): HistoryRun | HistorySetAside {
  let value: unknown;
  try {
    value = JSON.parse(line) as unknown;
  } catch {
    return "malformed";
  }
  if (!isObject(value)) return "foreign";
  const { version, run_id: run, machine, steps, start_time: startedAt, commit, status } = value;
  if (typeof version === "number" && version > 1) return "newer";
  if (version !== 1 || typeof run !== "string" || typeof machine !== "string" || !Array.isArray(steps))
    return "foreign";
  const kept: HistoryStep[] = [];
  let replayed = false;
  for (const step of steps as readonly unknown[]) {
    if (!isObject(step) || typeof step["id"] !== "string") return "foreign";
    if (step["outcome"] === "replayed") replayed = true;
    if (step["outcome"] !== "passed") continue;
    if (isDuration(step["seconds"])) kept.push({ step: step["id"], seconds: step["seconds"] });
    else count("impossible-duration");
  }
  const total = value["total_duration"];
  if (status === "passed" && !isDuration(total)) count("impossible-duration");
  return {
    run,
    ...(typeof startedAt === "string" ? { startedAt } : {}),
    ...(typeof commit === "string" ? { commit } : {}),
    machine,
    changeClass: readChangeClass(value["changes"]),
    cacheState: readCacheState(value["ai_stats"]) + (replayed ? "+replayed" : ""),
    ...(status === "passed" && isDuration(total) ? { totalSeconds: total } : {}),
    steps: kept,
  };
}

function readChangeClass(changes: unknown): string {
  if (!isObject(changes) || !isObject(changes["categories"])) return "unknown";
  const names = Object.entries(changes["categories"]).filter(([, count]) => typeof count === "number" && count > 0);
  return names.length === 0
    ? "none"
    : names
        .map(([name]) => name)
        .sort()
        .join("+");
}

function readCacheState(stats: unknown): string {
  const numberOf = (name: string): number => {
    const value = isObject(stats) ? stats[name] : undefined;
    return typeof value === "number" && value > 0 ? value : 0;
  };
  const [hits, misses] = [numberOf("hits"), numberOf("misses")];
  if (hits === 0) return misses === 0 ? "unused" : "cold";
  return misses === 0 ? "warm" : "mixed";
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < EPOCH_FROM_SECONDS;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
