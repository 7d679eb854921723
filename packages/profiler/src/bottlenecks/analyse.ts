import type { HistoryEntry } from "../history-entry.ts";
import type { RunRecord } from "../run-record.ts";
import { accountWallTime } from "./account-wall-time.ts";
import type { AnalyseOptions, Bottleneck, BottleneckReport, RanFor } from "./bottleneck.ts";
import { groupBy } from "./group-by.ts";
import { findAiCacheMisses } from "./rules/find-ai-cache-misses.ts";
import { findCacheMisses } from "./rules/find-cache-misses.ts";
import { findCpuLimits } from "./rules/find-cpu-limits.ts";
import { findDominantPhases } from "./rules/find-dominant-phases.ts";
import { findFewSlots } from "./rules/find-few-slots.ts";
import { findGroupWaits } from "./rules/find-group-waits.ts";
import { findLowParallelism } from "./rules/find-low-parallelism.ts";
import { findOversizedDocuments } from "./rules/find-oversized-documents.ts";
import { findPoorOrder } from "./rules/find-poor-order.ts";
import { findRepeatedReads } from "./rules/find-repeated-reads.ts";
import { findResourceWaits } from "./rules/find-resource-waits.ts";
import { findRetries } from "./rules/find-retries.ts";
import { findSingleThreads } from "./rules/find-single-threads.ts";
import { findSlowStart } from "./rules/find-slow-start.ts";
import { findSlowSteps } from "./rules/find-slow-steps.ts";
import { findTimeouts } from "./rules/find-timeouts.ts";
import { findUnfailingSteps } from "./rules/find-unfailing-steps.ts";
import { viewRun, type AnalyseSettings, type Candidate, type Rule, type RunView } from "./run-view.ts";
import { lengthOf } from "./timed-step.ts";

const RULES: readonly Rule[] = [
  findDominantPhases,
  findLowParallelism,
  findFewSlots,
  findPoorOrder,
  findCacheMisses,
  findAiCacheMisses,
  findUnfailingSteps,
  findResourceWaits,
  findGroupWaits,
  findSlowStart,
  findRepeatedReads,
  findOversizedDocuments,
  findSlowSteps,
  findCpuLimits,
  findSingleThreads,
  findRetries,
  findTimeouts,
];

/**
 * Names what made a run slow: each bottleneck with what was seen, why, what to do about it, the figures it rests on, and by how much the
 * whole run would be shorter. Everything is computed from the run, its history and, where the caller hands one in, a new plan. Pure; a
 * damaged record gives a poorer report, never an exception.
 *
 * Told is what gains at least `minGainSeconds` and `minGainShare` of the run. Where no gain can be computed, the time at stake counts
 * instead; limits of the machine and unread documents are told in any case.
 *
 * @param history - runs, oldest first; where this run is among them, only those before it count
 * @throws RangeError when an option is out of range. What `replan` throws passes through.
 *
 * @example
 * ```ts
 * const { bottlenecks } = analyse(record, readHistory("history.jsonl").entries);
 * ```
 */
export function analyse(
  record: RunRecord,
  history: readonly HistoryEntry[] = [],
  options: AnalyseOptions = {},
): BottleneckReport {
  const run = viewRun(record, history, readOptions(options));
  const isWorthTelling = ({ gainMs, atStakeMs }: Candidate): boolean =>
    (gainMs ?? atStakeMs ?? Infinity) >= run.worthMs;
  return {
    durationMs: record.durationMs,
    account: accountWallTime(record.durationMs, run.steps, run.path),
    criticalPath: run.path,
    slots: run.slots,
    ranFor: groupByReason(run),
    bottlenecks: RULES.flatMap((rule) => rule(run))
      .filter(isWorthTelling)
      .toSorted((a, b) => (b.gainMs ?? -1) - (a.gainMs ?? -1) || (b.atStakeMs ?? 0) - (a.atStakeMs ?? 0))
      .map(toBottleneck),
  };
}

function readOptions(options: AnalyseOptions): AnalyseSettings {
  const read = {
    replan: options.replan,
    demands: options.demands ?? new Map<string, Readonly<Record<string, number>>>(),
    minGainSeconds: options.minGainSeconds ?? 1,
    minGainShare: options.minGainShare ?? 0.05,
    minRuns: options.minRuns ?? 30,
    minReadBytes: options.minReadBytes ?? 256 * 2 ** 20,
    largeQuestionTokens: options.largeQuestionTokens ?? 20_000,
  };
  checkRange("minGainSeconds", read.minGainSeconds, 0, Infinity);
  checkRange("minGainShare", read.minGainShare, 0, 1);
  checkRange("minRuns", read.minRuns, 1, Infinity);
  checkRange("minReadBytes", read.minReadBytes, 0, Infinity);
  checkRange("largeQuestionTokens", read.largeQuestionTokens, 1, Infinity);
  return read;
}

function checkRange(name: keyof AnalyseOptions, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`Cannot analyse: \`${name}\` must be ${range}, got ${value}`);
}

function groupByReason(run: RunView): readonly RanFor[] {
  const groups = groupBy(run.steps, ({ step }) => step.decision.reason);
  return [...groups]
    .map(([reason, steps]) => ({
      reason,
      steps: steps.map(({ step }) => step.id),
      seconds: steps.reduce((sum, timed) => sum + lengthOf(timed), 0) / 1000,
    }))
    .toSorted((a, b) => b.seconds - a.seconds || (a.reason < b.reason ? -1 : 1));
}

function toBottleneck(candidate: Candidate): Bottleneck {
  const { kind, symptom, cause, remedy, gainMs, gainIf, evidence, steps } = candidate;
  const gain = gainMs === undefined ? {} : { expectedGainSeconds: gainMs / 1000, gainIf };
  return { kind, symptom, cause, remedy, ...gain, evidence, steps };
}
