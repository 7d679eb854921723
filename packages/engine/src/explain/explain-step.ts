import type { ChangeRecord, ChangeSetRecord } from "@ai-workflow/profiler";
import path from "node:path";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { stepIdOf } from "../library/step-id-of.ts";
import { createOutputStore } from "../outputs/output-store.ts";
import { isTooSlow } from "../results/find-successes.ts";
import { createResultStore } from "../results/result-store.ts";
import { planPrepared, type PreparedPlan, type WorkflowPlan } from "../run/plan-workflow.ts";
import type { RunOptions } from "../run/run-options.ts";
import { RESULTS_FOLDER } from "../state/state-directory.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";
import { unknownStep } from "../selection/unknown-step.ts";
import { diffParts, type PartDifference } from "./diff-parts.ts";
import { openPartsStore, type KeptParts } from "./parts-store.ts";

/** A change, what it is taken for, and whether it counts for the step. */
export interface ExplainedChange extends ChangeRecord {
  readonly counts: boolean;
  /** Why it does not count; absent where it does. */
  readonly because?: string | undefined;
}

/** What the store of successes has for a step. */
export interface CacheState {
  /**
   * `hit`: a success of this fingerprint; `relevant-hit`: one on the same relevant inputs; `expired`: one that is too old; `too-slow`: one that took
   * longer than the step may take now; `outputs-missing`: one whose outputs are no longer stored; `miss`: none; `not-kept`: successes of the step are not kept; `unknown`: the files could not be
   * listed.
   */
  readonly state: "hit" | "relevant-hit" | "expired" | "too-slow" | "outputs-missing" | "miss" | "not-kept" | "unknown";
  /** The run that it is of. */
  readonly runId?: string | undefined;
  readonly at?: string | undefined;
}

/** Where a step is in the schedule, in milliseconds after the first one starts. */
export interface SchedulePosition {
  readonly startMs: number;
  readonly finishMs: number;
  /** By how much it may be late before the run ends later. */
  readonly slackMs: number;
  readonly critical: boolean;
  /** Whether an earlier run timed it; otherwise its times mean little. */
  readonly timed: boolean;
}

/** Why a step is done, replayed or left out. */
export interface StepExplanation {
  readonly step: string;
  readonly decision: Decision;
  /** What is known of the change set; its list is of {@link StepExplanation.changes}. */
  readonly base: string | undefined;
  /** Why what changed is unknown. */
  readonly unknown: string | undefined;
  /** What changed: first what counts, at most 1,000. */
  readonly changes: readonly ExplainedChange[];
  readonly fingerprint: string | undefined;
  /** The kept success that it is compared with, the last one; absent where none is kept. */
  readonly comparedWith: { readonly runId: string; readonly at: string } | undefined;
  /** In what the fingerprint differs from that of the success. */
  readonly differences: readonly PartDifference[];
  /** Where it did not pass in the last run in which it ran: that run, and in what the fingerprint differs from its own. */
  readonly lastFailure:
    | { readonly runId: string; readonly at: string; readonly differences: readonly PartDifference[] }
    | undefined;
  readonly cache: CacheState;
  /** Absent where it would not run. */
  readonly schedule: SchedulePosition | undefined;
}

/** Options of {@link explainStep}. */
export interface ExplainOptions extends Omit<RunOptions, "steps"> {
  readonly step: string;
}

/**
 * Says why {@link runWorkflow} would run, replay or skip a step, with the same code. Writes nothing, and runs nothing but the tools that
 * steps name.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – no step has that id
 * @throws {EngineError} ENGINE_STATE_NEWER – a newer version wrote the state folder
 */
export async function explainStep({ step: name, ...options }: ExplainOptions): Promise<StepExplanation> {
  const { plan, prepared } = await planPrepared(options);
  const { workflow, preparation } = prepared;
  const step = stepIdOf(name, workflow);
  const known = workflow.steps.get(step);
  const decision = plan.decisions.find(({ stepId }) => stepId === step);
  if (known === undefined || decision === undefined) throw unknownStep(step, workflow);
  const state = path.join(options.loaded.directory, STATE_FOLDER_NAME);
  const prints = preparation.prints.get(step);
  const store = openPartsStore(state);
  const { passed, failed } = store.find(step);
  const differencesTo = (kept: KeptParts | undefined): readonly PartDifference[] =>
    kept === undefined || prints === undefined ? [] : diffParts(store.resolve(kept), store.describe(prints));
  const { changeSet } = preparation;
  return {
    step,
    decision,
    base: changeSet.known ? changeSet.base.ref : undefined,
    unknown: changeSet.known ? undefined : changeSet.message,
    changes: explainChanges(changeSet, step, prepared),
    fingerprint: prints?.fingerprint,
    comparedWith: passed === undefined ? undefined : { runId: passed.runId, at: passed.at },
    differences: differencesTo(passed),
    lastFailure:
      failed === undefined ? undefined : { runId: failed.runId, at: failed.at, differences: differencesTo(failed) },
    cache: cacheState(step, prepared, options),
    schedule: positionOf(step, plan),
  };
}

function explainChanges(
  changeSet: ChangeSetRecord,
  step: string,
  { preparation }: PreparedPlan,
): readonly ExplainedChange[] {
  if (!changeSet.known) return [];
  const relevance = preparation.relevances.get(step);
  const explained = changeSet.changes.map((change): ExplainedChange => {
    const own = relevance?.judge(change.path);
    if (own === undefined || own.counts) return { ...change, counts: true };
    // Both paths of a rename count.
    if (change.previousPath !== undefined && relevance?.judge(change.previousPath).counts === true) {
      return { ...change, counts: true };
    }
    return { ...change, counts: false, because: own.because };
  });
  return [...explained.filter(({ counts }) => counts), ...explained.filter(({ counts }) => !counts)];
}

/** Asks the store as selection does, whatever was asked for. */
function cacheState(
  id: string,
  { workflow, preparation }: PreparedPlan,
  { loaded, wallNow = Date.now }: Pick<RunOptions, "loaded" | "wallNow">,
): CacheState {
  const step = workflow.steps.get(id);
  const prints = preparation.prints.get(id);
  if (step === undefined || prints === undefined) return { state: "unknown" };
  if (!isKept(step)) return { state: "not-kept" };
  const state = path.join(loaded.directory, STATE_FOLDER_NAME);
  const store = createResultStore(path.join(state, RESULTS_FOLDER));
  const exact = store.find(prints.fingerprint);
  const relevantFingerprint = prints.relevantFingerprint();
  const found = exact ?? (relevantFingerprint === undefined ? undefined : store.find(relevantFingerprint));
  if (found === undefined) return { state: "miss" };
  const { runId, at } = found;
  if (step.expiresMs !== undefined && !(wallNow() - Date.parse(at) <= step.expiresMs))
    return { state: "expired", runId, at };
  if (isTooSlow(step, found)) return { state: "too-slow", runId, at };
  if (exact === undefined) return { state: "relevant-hit", runId, at };
  const isWhole = step.outputs.length === 0 || createOutputStore(loaded.directory, state).canRestore(found.outputs);
  return { state: isWhole ? "hit" : "outputs-missing", runId, at };
}

function positionOf(step: string, { schedule }: WorkflowPlan): SchedulePosition | undefined {
  const planned = schedule?.planned.find(({ id }) => id === step);
  if (schedule === undefined || planned === undefined) return undefined;
  const { startMs, finishMs, slackMs } = planned;
  return {
    startMs,
    finishMs,
    slackMs,
    critical: schedule.criticalPath.includes(step),
    timed: !schedule.unknownDurations.includes(step),
  };
}
