import type { Stage, Stages } from "./define-stages.ts";
import { evaluateGate, type Gate, type StepResults } from "./evaluate-gate.ts";

/** Where one stage stands. */
export interface StageState {
  readonly stage: Stage;
  /**
   * `passed`: its gate is open. `failed`: its gate is closed. `ready`: it may run, or is running. `waiting`: it needs an
   * approval. `blocked`: an earlier gate closed, so it will not start. `pending`: an earlier stage is not over yet or
   * waits for approval.
   */
  readonly state: "passed" | "failed" | "ready" | "waiting" | "blocked" | "pending";
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
  /** Nothing more will run: the gate of `stage` is closed. */
  | { readonly action: "stop"; readonly stage: Stage; readonly reason: string }
  /** Every gate is open. */
  | { readonly action: "done"; readonly reason: string };

/**
 * Gives the state of every stage, in order. Pure: the same results and approvals always give the same states.
 *
 * @param approvals - ids of the stages that a person approved; others than `manual` stages need none
 */
export function stageStates(
  { stages }: Stages,
  results: StepResults,
  approvals: ReadonlySet<string> = new Set(),
): readonly StageState[] {
  let closedBy: Stage | undefined;
  let notYetOpen: Stage | undefined;
  let unfinished: Stage | undefined;
  return stages.map((stage): StageState => {
    const gate = evaluateGate(stage, results);
    const state = ((): Omit<StageState, "stage" | "gate"> => {
      if (gate.state === "open") return { state: "passed", reason: gate.explanation };
      if (gate.state === "closed") return { state: "failed", reason: gate.explanation };
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
    if (state.state !== "passed") notYetOpen ??= stage;
    if (state.state === "ready") unfinished ??= stage;
    return { stage, ...state, gate };
  });
}

/**
 * Decides what to do next. Pure, so a dry run, a resumed run and a run decide alike. Stages run one at a time and in order;
 * an `auto` stage also runs after a closed gate, and does not wait for the approval of an earlier `manual` stage. A stage
 * none of whose steps has to run passes without running and without an approval. After `stop` and `done` neither further
 * results nor approvals lead to another `run`.
 *
 * @param results - the results of the steps that have ended; results never change once given
 * @param approvals - ids of the stages that a person approved
 */
export function nextStage(stages: Stages, results: StepResults, approvals: ReadonlySet<string> = new Set()): NextStage {
  const states = stageStates(stages, results, approvals);
  const first = (wanted: StageState["state"]): StageState | undefined => states.find(({ state }) => state === wanted);
  const ready = first("ready");
  if (ready !== undefined) return { action: "run", stage: ready.stage, reason: ready.reason };
  const waiting = first("waiting");
  if (waiting !== undefined) return { action: "await-approval", stage: waiting.stage, reason: waiting.reason };
  const failed = first("failed");
  if (failed !== undefined) return { action: "stop", stage: failed.stage, reason: failed.reason };
  return { action: "done", reason: "Every gate is open" };
}
