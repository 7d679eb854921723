import type { HistoryEntry } from "@ai-workflow/profiler";
import { unknownPastStep } from "../selection/unknown-step.ts";
import { readRunHistory } from "./read-run-history.ts";

/** A past run in few words. */
export interface PastRun {
  readonly runId: string;
  /** Start, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly status: HistoryEntry["status"];
  readonly durationMs: number;
  /** The commit the run saw; `null` when there was none or it could not be known. */
  readonly commit: string | null;
  /** Number of steps by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Steps that failed or timed out. */
  readonly failed: readonly string[];
  /** What became of the step that was asked for; absent where none was. */
  readonly step?: PastStep | undefined;
}

/** What became of a step in a past run. */
export interface PastStep {
  readonly outcome: string;
  readonly durationMs: number;
  /** Duration expected before the run. */
  readonly predictedMs?: number | undefined;
}

/** Options of {@link listRuns}. */
export interface ListRunsOptions {
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** The newest runs, at most so many. @defaultValue all that are kept */
  readonly limit?: number | undefined;
  /** Only runs that knew this step, with what became of it. @defaultValue all runs */
  readonly step?: string | undefined;
}

/**
 * The runs in the history of a target, the newest first.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – what stands in the place of the history cannot be read
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – no run in the history knew the step
 */
export function listRuns({ directory, limit, step }: ListRunsOptions): readonly PastRun[] {
  const entries = readRunHistory(directory).toReversed();
  const known = step === undefined ? entries : entries.filter(({ steps }) => steps.some(({ id }) => id === step));
  if (step !== undefined && known.length === 0 && entries.length > 0) {
    throw unknownPastStep(
      step,
      entries.flatMap(({ steps }) => steps.map(({ id }) => id)),
    );
  }
  return known.slice(0, limit).map((entry) => describe(entry, step));
}

function describe(
  { run_id: runId, start_time: startedAt, status, total_duration: seconds, commit, steps }: HistoryEntry,
  asked: string | undefined,
): PastRun {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of steps) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const step = steps.find(({ id }) => id === asked);
  return {
    runId,
    startedAt,
    status,
    durationMs: seconds * 1_000,
    commit,
    outcomes,
    failed: steps.filter(({ outcome }) => outcome === "failed" || outcome === "timed-out").map(({ id }) => id),
    ...(step === undefined
      ? {}
      : {
          step: {
            outcome: step.outcome,
            durationMs: step.seconds * 1_000,
            ...(step.predicted === undefined ? {} : { predictedMs: step.predicted * 1_000 }),
          },
        }),
  };
}
