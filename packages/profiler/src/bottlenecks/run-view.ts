import type { HistoryEntry, HistoryStep } from "../history-entry.ts";
import type { RunRecord } from "../run-record.ts";
import type { Span } from "../span.ts";
import { machineClass } from "../to-history-line.ts";
import type { AnalyseOptions, Bottleneck, ExecutedLink, ReplanChange, SlotUse } from "./bottleneck.ts";
import { findExecutedPath } from "./find-executed-path.ts";
import { groupBy } from "./group-by.ts";
import { measureSlotUse } from "./measure-slot-use.ts";
import { shortenRun } from "./shorten-run.ts";
import { splitTime, type TimeShare } from "./split-time.ts";
import { lengthOf, timeSteps, type TimedStep } from "./timed-step.ts";

/** One earlier run of a step. */
export interface EarlierStep {
  readonly step: HistoryStep;
  /** Whether it was on a machine of the same class, so that times can be compared. */
  readonly sameMachine: boolean;
}

/** A finding of a rule, before it is known whether it is worth telling. */
export interface Candidate extends Omit<Bottleneck, "expectedGainSeconds"> {
  /** By how much the run would be shorter, in milliseconds; absent where that cannot be computed. */
  readonly gainMs?: number | undefined;
  /** What is at stake where there is no gain to judge by, in milliseconds of the run; absent when it is worth telling anyway. */
  readonly atStakeMs?: number | undefined;
}

/** A rule: what it finds in a run. Pure. */
export type Rule = (run: RunView) => readonly Candidate[];

/** The options of an analysis with their defaults. */
export interface AnalyseSettings {
  readonly replan: AnalyseOptions["replan"];
  readonly demands: NonNullable<AnalyseOptions["demands"]>;
  readonly minGainSeconds: number;
  readonly minGainShare: number;
  readonly minRuns: number;
  readonly minReadBytes: number;
  readonly largeQuestionTokens: number;
}

/** A run as the rules look at it. */
export interface RunView {
  readonly record: RunRecord;
  /** Runs before this one, oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly options: Omit<AnalyseSettings, "replan">;
  /** Gains below this many milliseconds are not told. */
  readonly worthMs: number;
  /** The steps that started, by start. */
  readonly steps: readonly TimedStep[];
  readonly path: readonly ExecutedLink[];
  readonly slots: SlotUse;
  /** From the first start to the last end, in milliseconds. */
  readonly makespanMs: number;
  /** Share of the machine's CPU time from the first start to the last end that measured steps used, 0 to 1; absent where unknown. */
  readonly cpuShare: number | undefined;
  isOnPath(stepId: string): boolean;
  spansOf(stepId: string): readonly Span[];
  /** A step's time by innermost span. */
  sharesOf(timed: TimedStep): readonly TimeShare[];
  /** Earlier runs in which a step was decided on, oldest first, without this one. */
  earlier(stepId: string): readonly EarlierStep[];
  /**
   * Milliseconds the run would be shorter with these times from start to end instead; 0 where it cannot be worth telling, without asking
   * anybody.
   */
  gainOf(lengthsMs: ReadonlyMap<string, number>): number;
  /** The same for other changes; `undefined` when nobody can tell. */
  gainOfChange(change: Omit<ReplanChange, "durationsMs">): number | undefined;
  /** How long the steps would take, planned anew with the times they took, in milliseconds; `undefined` when nobody can tell. */
  planUnchanged(): number | undefined;
}

/** Looks at a run. */
export function viewRun(
  record: RunRecord,
  history: readonly HistoryEntry[],
  { replan, ...options }: AnalyseSettings,
): RunView {
  const steps = timeSteps(record);
  const path = findExecutedPath(steps);
  const spans = groupBy(record.spans, ({ step }) => step);
  const machine = machineClass(record.environment);
  const earlier = new Map<string, EarlierStep[]>();
  // The history may have gone on since the run.
  const own = history.findIndex((entry) => entry.run_id === record.runId);
  const before = own < 0 ? history : history.slice(0, own);
  for (const entry of before) {
    for (const step of entry.steps) {
      const seen = { step, sameMachine: entry.machine === machine };
      const list = earlier.get(step.id);
      if (list === undefined) earlier.set(step.id, [seen]);
      else list.push(seen);
    }
  }
  const endMs = steps.reduce((latest, { finishedMs }) => Math.max(latest, finishedMs), 0);
  const makespanMs = endMs - (steps[0]?.startedMs ?? endMs);
  const onPath = new Set(path.map(({ stepId }) => stepId));
  const spansOf = (stepId: string): readonly Span[] => spans.get(stepId) ?? [];
  const actual = new Map(steps.map((timed) => [timed.step.id, lengthOf(timed)]));
  const worthMs = Math.max(options.minGainSeconds * 1000, options.minGainShare * record.durationMs);
  let unchangedMs: number | undefined;
  const planUnchanged = (): number | undefined => {
    if (replan === undefined || steps.length === 0) return undefined;
    return (unchangedMs ??= replan({ durationsMs: actual }).makespanMs);
  };
  const gainByPlan = (change: Partial<ReplanChange>): number | undefined => {
    const plannedMs = planUnchanged();
    if (replan === undefined || plannedMs === undefined) return undefined;
    const gainMs = plannedMs - replan({ durationsMs: actual, ...change }).makespanMs;
    // A plan may hold anything, an answer of NaN included: what is told lies within the run.
    return Number.isNaN(gainMs) ? undefined : Math.min(Math.max(gainMs, 0), makespanMs);
  };

  return {
    record,
    history: before,
    options,
    worthMs,
    steps,
    path,
    slots: measureSlotUse(steps, record.schedule?.maxParallel ?? Math.max(1, record.environment.cpuCount)),
    makespanMs,
    cpuShare: cpuShareOf(record, steps, makespanMs),
    isOnPath: (stepId) => onPath.has(stepId),
    spansOf,
    sharesOf: ({ step, startedMs, finishedMs }) => splitTime(spansOf(step.id), startedMs, finishedMs, AROUND),
    earlier: (stepId) => earlier.get(stepId) ?? [],
    gainOf(lengthsMs): number {
      const shorter = new Map([...lengthsMs].map(([id, ms]) => [id, Math.min(Math.max(ms, 0), actual.get(id) ?? 0)]));
      // No schedule gets shorter by more than its steps do: whoever puts the time back where it was taken has the old lengths again.
      const mostMs = [...shorter].reduce((sum, [id, ms]) => sum + (actual.get(id) ?? 0) - ms, 0);
      if (mostMs < worthMs) return 0;
      // Both can be had: the one from a run that is planned anew, the other from the run as it was.
      const plannedMs = gainByPlan({ durationsMs: new Map([...actual, ...shorter]) }) ?? 0;
      const gainMs = Math.max(plannedMs, endMs - shortenRun(steps, shorter));
      return Math.min(gainMs, mostMs, makespanMs);
    },
    gainOfChange: gainByPlan,
    planUnchanged,
  };
}

/** Spans that say nothing of what was done in them. */
const AROUND: ReadonlySet<string> = new Set(["attempt"]);

function cpuShareOf(record: RunRecord, steps: readonly TimedStep[], makespanMs: number): number | undefined {
  const measured = steps.flatMap(({ step }) => step.resources?.cpuMs ?? []);
  const cores = record.environment.cpuCount;
  if (measured.length === 0 || makespanMs <= 0 || cores < 1) return undefined;
  return measured.reduce((sum, ms) => sum + ms, 0) / (makespanMs * cores);
}

/** The measured CPU time of a step per time from start to end: how many cores it kept busy on average. */
export function busyCores(timed: TimedStep): number | undefined {
  const cpuMs = timed.step.resources?.cpuMs;
  const ms = lengthOf(timed);
  return cpuMs === undefined || ms <= 0 ? undefined : cpuMs / ms;
}
