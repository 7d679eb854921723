import type { StepOutcome } from "./run-record.ts";
import { runStatusShape, stepOutcomeShape } from "./run-record-shape.ts";
import {
  anyNumber,
  count,
  either,
  findMismatch,
  flag,
  isJsonObject,
  listOf,
  mapOf,
  may,
  need,
  nothing,
  objectOf,
  oneOf,
  quantity,
  text,
  type Shape,
} from "./shape.ts";
import type { CurrentRun } from "./to-current-run.ts";

/** Version of the history lines that this package writes. */
export const HISTORY_VERSION = 1;

/** One step of one finished run, as later predictions need it. */
export interface HistoryStep {
  readonly id: string;
  readonly outcome: StepOutcome;
  /** Duration in seconds; 0 when the step did not start. */
  readonly seconds: number;
  readonly attempts: number;
  /** It both failed and passed with everything the same. */
  readonly flaky?: true | undefined;
  /** Start after the run's start in seconds; absent when the step did not start. */
  readonly started?: number | undefined;
  /** Duration expected before the run, in seconds. */
  readonly predicted?: number | undefined;
  /** What was known of the work before it began. */
  readonly features?: Readonly<Record<string, number | string | boolean>> | undefined;
  readonly stage?: string | undefined;
  /** The package or service of the repository that it was done for. */
  readonly unit?: string | undefined;
  /** CPU time in seconds, where it was measured. */
  readonly cpu_seconds?: number | undefined;
  /** The part of it that the kernel spent, in seconds, where that was told apart. */
  readonly system_seconds?: number | undefined;
  /** Largest memory in MB, where it was measured. */
  readonly peak_memory_mb?: number | undefined;
  /** Storage read and written in MB, where it was measured. */
  readonly read_mb?: number | undefined;
  readonly write_mb?: number | undefined;
  /** Code of the reason for the decision. */
  readonly reason?: string | undefined;
  /** The rule by which it would have been left out, for a step that ran only to see whether that would have been right. */
  readonly shadow_of?: string | undefined;
}

/** One line of `history.jsonl`. */
export interface HistoryEntry extends CurrentRun {
  readonly version: typeof HISTORY_VERSION;
  readonly run_id: string;
  /** The commit the run saw; `null` when there was none or it could not be known. */
  readonly commit: string | null;
  /** Runs are comparable in time when this is equal; see {@link machineClass}. */
  readonly machine: string;
  /** What had changed; absent when that could not be known. */
  readonly changes?: { readonly total: number; readonly categories: Readonly<Record<string, number>> } | undefined;
  readonly steps: readonly HistoryStep[];
}

const historyEntryShape: Shape = objectOf<HistoryEntry>({
  version: need(oneOf(HISTORY_VERSION)),
  run_id: need(text),
  commit: need(either(text, nothing)),
  machine: need(text),
  workflow_id: need(text),
  start_time: need(text),
  end_time: need(text),
  total_duration: need(quantity),
  status: need(runStatusShape),
  steps_completed: need(count),
  total_steps: need(count),
  optimizations: need(mapOf(flag)),
  step_timings: need(mapOf(quantity)),
  ai_stats: need(mapOf(anyNumber)),
  resource_usage: need(mapOf(anyNumber)),
  changes: may(objectOf<NonNullable<HistoryEntry["changes"]>>({ total: need(count), categories: need(mapOf(count)) })),
  steps: need(
    listOf(
      objectOf<HistoryStep>({
        id: need(text),
        outcome: need(stepOutcomeShape),
        seconds: need(quantity),
        attempts: need(count),
        flaky: may(oneOf<true>(true)),
        started: may(quantity),
        predicted: may(quantity),
        features: may(mapOf(either(text, anyNumber, flag))),
        stage: may(text),
        unit: may(text),
        cpu_seconds: may(quantity),
        system_seconds: may(quantity),
        peak_memory_mb: may(quantity),
        read_mb: may(quantity),
        write_mb: may(quantity),
        reason: may(text),
        shadow_of: may(text),
      }),
    ),
  ),
});

/** What a line of the history holds. */
export type ParsedHistoryLine =
  | { readonly kind: "entry"; readonly entry: HistoryEntry }
  /** Written by a newer tool in a format that this one does not know. */
  | { readonly kind: "newer" }
  /** Cut off, foreign, or with a field missing or wrong. */
  | { readonly kind: "bad" };

/** Reads one line of the history. Fields it does not know are kept. Never throws. */
export function parseHistoryLine(line: string): ParsedHistoryLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "bad" };
  }
  if (!isJsonObject(value)) return { kind: "bad" };
  const version = value["version"];
  if (Number.isInteger(version) && (version as number) > HISTORY_VERSION) return { kind: "newer" };
  return findMismatch(value, historyEntryShape) === undefined
    ? { kind: "entry", entry: value as unknown as HistoryEntry }
    : { kind: "bad" };
}
