import type { Stage, Stages } from "./define-stages.ts";
import { evaluateGate, type Gate, type GateFacts, type StepOutcome, type StepResults } from "./evaluate-gate.ts";
import type { FindingCounts } from "./severity.ts";
import { evaluateTrigger, type StageFact, type TriggerFacts } from "./trigger/evaluate-trigger.ts";
import type { TriggerExpression } from "./trigger/expression.ts";

/** Where one stage stands. */
export interface StageState {
  readonly stage: Stage;
  /**
   * `passed`: its gate is open. `failed`: its gate is closed. `ready`: it may run, or is running. `waiting`: it needs an
   * approval. `blocked`: an earlier gate closed, so it will not start. `skipped`: its expression is false, so it will not
   * start, and later stages do not miss it. `pending`: an earlier stage is not over yet or waits for approval, or a fact of
   * its expression is not known yet.
   */
  readonly state: "passed" | "failed" | "ready" | "waiting" | "blocked" | "skipped" | "pending";
  /** The state as a sentence. */
  readonly reason: string;
  readonly gate: Gate;
}

/** What to do next. */
export type NextStage =
  /** Run the steps of this stage that have no result yet. */
  | { readonly action: "run"; readonly stage: Stage; readonly reason: string }
  /** Nothing more can run until a person approves this stage. */
  | { readonly action: "await-approval"; readonly stage: Stage; readonly reason: string }
  /** Nothing more can run until the facts are known that the expression of this stage depends on. */
  | { readonly action: "await-facts"; readonly stage: Stage; readonly reason: string }
  /** Nothing more will run: the gate of `stage` is closed. */
  | { readonly action: "stop"; readonly stage: Stage; readonly reason: string }
  /** Every gate is open, or its stage was skipped. */
  | { readonly action: "done"; readonly reason: string };

/** What decides besides results and approvals. Like these, what is given never changes. */
export interface RunFacts {
  /**
   * Categories of all changed files. Where these cannot be known and everything runs, give every category.
   * @defaultValue not known
   */
  readonly changed?: ReadonlySet<string> | undefined;
  /**
   * Facts of the environment by name, such as `ci` and `branch`. Not meant for environment variables: what a decision depends on
   * belongs into its record, a dry run elsewhere has to decide alike, and reasons would print secrets.
   * @defaultValue none are known
   */
  readonly environment?: ReadonlyMap<string, boolean | number | string> | undefined;
  /**
   * Ids of the stages that ran into their time limit.
   * @defaultValue none
   */
  readonly timeLimitReached?: ReadonlySet<string> | undefined;
  /**
   * Ids of the stages that were run and of which nothing runs any more: a step without a result will not get one. The gate of a stage
   * that lacks some is closed where a step did not pass, and else never decided: nobody may take the stage for passed.
   * @defaultValue those with a result for every step
   */
  readonly ended?: ReadonlySet<string> | undefined;
}

/**
 * Gives the state of every stage, in order. Pure: the same results, approvals and facts always give the same states.
 *
 * @param approvals - ids of the stages that a person approved; of use to `manual` stages and to expressions with `approved`
 */
export function stageStates(
  { stages, unstaged }: Stages,
  results: StepResults,
  approvals: ReadonlySet<string> = new Set(),
  facts: RunFacts = {},
): readonly StageState[] {
  let closedBy: Stage | undefined;
  let notYetOpen: Stage | undefined;
  let unfinished: Stage | undefined;
  const known = {
    stages: new Map<string, StageFact>(),
    steps: new Map<string, StepOutcome | "not-run">(),
    changed: facts.changed,
    environment: facts.environment,
  };
  for (const id of unstaged) {
    const outcome = results.get(id)?.outcome;
    if (outcome !== undefined) known.steps.set(id, outcome);
  }
  return stages.map((stage): StageState => {
    const gateFacts = { timeLimitReached: facts.timeLimitReached?.has(stage.id) };
    const byExpression = stage.when && stateByExpression(stage.id, stage.when, known, approvals, unfinished);
    const gate =
      byExpression?.state === "skipped"
        ? gateOfUnwanted(stage, results, gateFacts, byExpression.reason)
        : evaluateGate(facts.ended?.has(stage.id) === true ? { ...stage, failFast: true } : stage, results, gateFacts);
    const state = ((): Omit<StageState, "stage" | "gate"> => {
      if (byExpression?.state === "skipped" && gate.reason === "nothing-ran") return byExpression;
      if (gate.state === "open") return { state: "passed", reason: gate.explanation };
      if (gate.state === "closed") return { state: "failed", reason: gate.explanation };
      if (facts.ended?.has(stage.id) === true) {
        return { state: "pending", reason: `Not every step of stage "${stage.id}" was done` };
      }
      if (byExpression !== undefined) return byExpression;
      if (stage.trigger === "auto") {
        return unfinished === undefined
          ? { state: "ready", reason: `Stage "${stage.id}" runs whatever the earlier gates say` }
          : { state: "pending", reason: `Stage "${unfinished.id}" is not over yet` };
      }
      if (closedBy !== undefined) {
        return { state: "blocked", reason: `The gate of stage "${closedBy.id}" is closed` };
      }
      if (notYetOpen !== undefined) {
        return { state: "pending", reason: `Stage "${notYetOpen.id}" has not passed its gate yet` };
      }
      if (stage.trigger === "manual" && !approvals.has(stage.id)) {
        return { state: "waiting", reason: `Stage "${stage.id}" waits for an approval` };
      }
      return { state: "ready", reason: `Every gate before stage "${stage.id}" is open` };
    })();
    if (state.state === "failed") closedBy ??= stage;
    if (state.state !== "passed" && state.state !== "skipped") notYetOpen ??= stage;
    if (state.state === "ready") unfinished ??= stage;
    learn(stage, state.state, results, facts, known);
    return { stage, ...state, gate };
  });
}

/**
 * A stage that is not wanted leaves its gate open: later stages do not miss it. But what has run counts, for example in a run that
 * is resumed with other facts; what is given as skipped does not.
 */
function gateOfUnwanted(stage: Stage, results: StepResults, facts: GateFacts, reason: string): Gate {
  const soFar = evaluateGate({ ...stage, failFast: true }, results, facts);
  if (soFar.state === "closed" || soFar.reason === "satisfied") return soFar;
  return { state: "open", reason: "nothing-ran", explanation: reason, because: [] };
}

/** Adds what a stage tells the expressions of later ones. */
function learn(
  stage: Stage,
  state: StageState["state"],
  results: StepResults,
  facts: RunFacts,
  known: { readonly stages: Map<string, StageFact>; readonly steps: Map<string, StepOutcome | "not-run"> },
): void {
  const willNotRun = state === "blocked" || state === "skipped";
  const ended = willNotRun || (facts.ended?.has(stage.id) ?? false);
  const findings = { error: 0, warning: 0, info: 0 };
  let complete = true;
  for (const id of stage.steps) {
    const result = results.get(id);
    if (result !== undefined) {
      known.steps.set(id, result.outcome);
      for (const severity of ["error", "warning", "info"] as const) {
        findings[severity] += result.findings?.[severity] ?? 0;
      }
    } else if (ended) known.steps.set(id, "not-run");
    else complete = false;
  }
  if (willNotRun) known.stages.set(stage.id, { state: "not-run" });
  else if (state === "waiting") known.stages.set(stage.id, { state });
  else if (state === "passed" || state === "failed") {
    const counts: FindingCounts | undefined = complete ? findings : undefined;
    known.stages.set(stage.id, { state, findings: counts });
  }
}

function stateByExpression(
  stageId: string,
  when: TriggerExpression,
  known: TriggerFacts,
  approvals: ReadonlySet<string>,
  unfinished: Stage | undefined,
): Omit<StageState, "stage" | "gate"> {
  const approved = approvals.has(stageId) ? true : undefined;
  const { value, because } = evaluateTrigger(when, { ...known, approved });
  const parts = because.join(", ");
  if (value === false) return { state: "skipped", reason: `The trigger of stage "${stageId}" is false: ${parts}` };
  if (unfinished !== undefined) return { state: "pending", reason: `Stage "${unfinished.id}" is not over yet` };
  if (value === true) return { state: "ready", reason: `The trigger of stage "${stageId}" is true: ${parts}` };
  if (evaluateTrigger(when, { ...known, approved: true }).value !== undefined) {
    return { state: "waiting", reason: `Stage "${stageId}" waits for an approval` };
  }
  return { state: "pending", reason: `The trigger of stage "${stageId}" is undecided until it is known: ${parts}` };
}

/**
 * Decides what to do next. Pure, so a dry run, a resumed run and a run decide alike. Stages run one at a time and in order;
 * an `auto` stage also runs after a closed gate, as one with an expression does where that is true, and does not wait for the approval of an earlier `manual` stage. A stage
 * none of whose steps has to run passes without running and without an approval. After `stop` and `done` neither further
 * results nor approvals lead to another `run`.
 *
 * @param results - the results of the steps that have ended; results never change once given
 * @param approvals - ids of the stages that a person approved
 */
export function nextStage(
  stages: Stages,
  results: StepResults,
  approvals: ReadonlySet<string> = new Set(),
  facts: RunFacts = {},
): NextStage {
  const states = stageStates(stages, results, approvals, facts);
  const first = (wanted: StageState["state"]): StageState | undefined => states.find(({ state }) => state === wanted);
  const ready = first("ready");
  if (ready !== undefined) return { action: "run", stage: ready.stage, reason: ready.reason };
  const waiting = first("waiting");
  if (waiting !== undefined) return { action: "await-approval", stage: waiting.stage, reason: waiting.reason };
  // Nothing is ready or waits for a person, so what is pending waits for facts, or for a stage that does.
  const pending = first("pending");
  if (pending !== undefined) return { action: "await-facts", stage: pending.stage, reason: pending.reason };
  const failed = first("failed");
  if (failed !== undefined) return { action: "stop", stage: failed.stage, reason: failed.reason };
  const skipped = states.filter(({ state }) => state === "skipped").map(({ stage }) => `"${stage.id}"`);
  const reason = skipped.length === 0 ? "Every gate is open" : `Every gate is open; not wanted: ${skipped.join(", ")}`;
  return { action: "done", reason };
}
