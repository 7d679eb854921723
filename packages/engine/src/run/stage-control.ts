import {
  evaluateGate,
  stageStates,
  type Gate,
  type RunFacts,
  type StageState,
  type Stages,
  type StepResults,
} from "@ai-workflow/pipeline-stages";
import type { WorkflowStage } from "../config/workflow.ts";

/** Watches over the stages of a run: which of them start, and when one of them is over. */
export interface StageControl {
  /** To be called before anything starts: what is replayed may close a gate, and a trigger may be false from the beginning. */
  readonly begin: () => void;
  /** To be called when a step of the stage starts. */
  readonly stepStarted: (stageId: string | undefined) => void;
  /** To be called when a step of the stage has its record: with `fail_fast` nothing more of the stage starts once its gate is closed. */
  readonly stepEnded: (stageId: string | undefined) => void;
  /**
   * To be called when nothing of the stage can end any more: tells of its gate, once, and decides which stages will not start. Gives
   * whether the gate is open.
   */
  readonly stageEnded: (stageId: string) => boolean;
  /** Stages that ran into their time limit. */
  readonly timeLimitReached: ReadonlySet<string>;
  readonly close: () => void;
}

/** What the stages do to the run. */
export interface StageControlHost {
  /** Results of the steps that have ended; those of `withoutResult` do not count. */
  readonly results: (withoutResult: ReadonlySet<string>) => StepResults;
  /** Whether a step was left out to save time: it has no result, and will get none. */
  readonly isLeftUndone: (stepId: string) => boolean;
  /** Cancels a step unless it has started. */
  readonly cancel: (stepId: string, why: string) => void;
  /** Ends a step that runs, and keeps one that does not from starting. */
  readonly end: (stepId: string, why: string) => void;
  /** Leaves a step out unless it has started; `isHeld`: until a person approves its stage. */
  readonly leaveOut: (stepId: string, why: string, isHeld: boolean) => void;
  readonly tell: (stageId: string, gate: Gate) => void;
  /** Whether the whole run was cancelled. */
  readonly isCancelled: () => boolean;
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
}

/**
 * Gates stand above the failure policy of a run: what is behind a closed gate does not start even where the policy lets everything else
 * go on, and a stage that wants to run after a failure does so even where the policy starts nothing else.
 *
 * @param approved - stages that a person approved
 */
export function createStageControl(
  stages: Stages,
  facts: Pick<RunFacts, "changed" | "environment">,
  approved: ReadonlySet<string>,
  host: StageControlHost,
): StageControl {
  const ended = new Set<string>();
  /** The same, and those that wait for a person. */
  const over = new Set<string>();
  const timeLimitReached = new Set<string>();
  const timers = new Map<string, () => void>();
  /** Stages that will not start in this run, and their steps. */
  const left = new Set<string>();
  const leftSteps = new Set<string>();
  const find = (stageId: string | undefined): WorkflowStage | undefined =>
    stages.stages.find(({ id }) => id === stageId);
  const gateOf = (stage: WorkflowStage): Gate =>
    evaluateGate(ended.has(stage.id) ? { ...stage, failFast: true } : stage, host.results(leftSteps), {
      timeLimitReached: timeLimitReached.has(stage.id),
    });

  const leave = (stage: WorkflowStage, each: (stepId: string) => void): void => {
    left.add(stage.id);
    for (const id of stage.steps) leftSteps.add(id);
    for (const id of stage.steps) each(id);
  };
  const decide = (): void => {
    if (host.isCancelled()) return;
    const states = stageStates(stages, host.results(leftSteps), approved, { ...facts, timeLimitReached, ended });
    let isBefore = true;
    for (const { stage, state, reason } of states) {
      if (!left.has(stage.id)) {
        const why = decidedReason(stage, state, isBefore);
        if (why === "blocked") {
          const culprit = states.find((one) => one.state === "failed")?.stage.id ?? stage.id;
          // What runs of it runs ahead.
          leave(stage, (id) => host.end(id, `stage ${culprit} did not pass`));
        } else if (why !== undefined) leave(stage, (id) => host.leaveOut(id, reason, why === "held"));
      }
      isBefore &&= over.has(stage.id) || left.has(stage.id);
    }
  };

  const control: StageControl = {
    timeLimitReached,
    begin(): void {
      decide();
      for (const { id } of stages.stages) control.stepEnded(id);
    },
    stepStarted(stageId): void {
      const stage = find(stageId);
      const limitMs = stage?.timeLimitMs;
      if (stage === undefined || limitMs === undefined || timers.has(stage.id)) return;
      const limit = (): void => {
        const { state } = gateOf(stage);
        if (over.has(stage.id) || state === "open") return;
        // Steps may still run where `fail_fast` has closed the gate, and then a failure stays what closed it.
        if (state === "undecided") timeLimitReached.add(stage.id);
        const why = `stage ${stage.id} ran longer than its limit of ${limitMs / 1_000} s`;
        for (const id of stage.steps) host.end(id, why);
      };
      timers.set(stage.id, host.setTimer(limit, limitMs));
    },
    stepEnded(stageId): void {
      const stage = find(stageId);
      if (stage?.failFast !== true || gateOf(stage).state !== "closed") return;
      for (const id of stage.steps) host.cancel(id, "its stage stops at the first failure");
    },
    stageEnded(stageId): boolean {
      const stage = find(stageId);
      if (stage === undefined) throw new Error(`Cannot end stage: there is no stage "${stageId}"`);
      if (over.has(stageId)) throw new Error(`Cannot end stage: "${stageId}" has ended`);
      over.add(stageId);
      timers.get(stageId)?.();
      if (stage.steps.some(host.isLeftUndone)) ended.add(stageId);
      const gate = gateOf(stage);
      // The gate of a stage that waits for a person is undecided.
      if (gate.state !== "undecided") ended.add(stageId);
      if (gate.state !== "undecided" && !left.has(stageId)) host.tell(stageId, gate);
      decide();
      return gate.state === "open";
    },
    close(): void {
      for (const clear of timers.values()) clear();
    },
  };
  return control;
}

/** Why a stage will not start in this run, once that is certain. */
function decidedReason(
  { trigger }: WorkflowStage,
  state: StageState["state"],
  isEverythingBeforeOver: boolean,
): "blocked" | "untriggered" | "held" | undefined {
  if (state === "blocked") return "blocked";
  if (trigger !== "expression") return undefined;
  if (state === "skipped") return "untriggered";
  if (!isEverythingBeforeOver) return undefined;
  return state === "waiting" ? "held" : state === "pending" ? "untriggered" : undefined;
}
