import type { StepRecord } from "@ai-workflow/profiler";
import type { TaskOutcome } from "@ai-workflow/scheduler";
import type { Step } from "../config/workflow.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { confirmedBy, gateOf } from "../scheduling/build-tasks.ts";

/** Thrown into the scheduler, for which a task that is no pass has failed. */
export class StepFailure extends Error {
  readonly verdict: StepVerdict;
  constructor(verdict: StepVerdict) {
    super(verdict.message ?? verdict.outcome);
    this.verdict = verdict;
  }
}

/** A verdict with an outcome that no runner gives. */
export type EndVerdict = Omit<StepVerdict, "outcome"> & { readonly outcome: StepRecord["outcome"] };

/** How the last attempt of a step went. */
export interface LastAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  readonly startedMs: number;
  finishedMs: number | undefined;
  /** `undefined` while it goes on, and where its time was up. */
  verdict: StepVerdict | undefined;
}

/** A step that was to run and is left out after all. */
export interface LeftOut {
  readonly why: string;
  /** Until a person approves its stage. */
  readonly isHeld: boolean;
}

/** Knows which steps started, and why steps end or do not start other than by themselves. */
export interface StepFates {
  readonly begin: (stepId: string, startedMs: number) => LastAttempt;
  readonly lastAttempt: (stepId: string) => LastAttempt | undefined;
  /** Keeps a step from starting, again as well; nothing where it runs or has ended. */
  readonly cancel: (stepId: string, why: string) => void;
  /** The same, and ends it where it runs. */
  readonly end: (stepId: string, why: string) => void;
  /** Leaves out a step that has not started; nobody misses it. */
  readonly leaveOut: (stepId: string, leftOut: LeftOut) => void;
  readonly leftOut: (stepId: string) => LeftOut | undefined;
  readonly verdictOf: (step: Step, outcome: TaskOutcome<StepVerdict | undefined>) => EndVerdict;
}

/** What carries the decisions out. */
export interface StepFatesHost {
  readonly hasEnded: (stepId: string) => boolean;
  /** Whether a step ran ahead of a gate, so that what came of it counts only behind that. */
  readonly isAhead: (stepId: string) => boolean;
  readonly cancel: (stepId: string) => void;
  readonly withdraw: (stepId: string) => void;
}

/** That a step was stopped. */
interface Stopped {
  readonly why: string;
  /** How it had ended by itself before, of which the scheduler may not know yet. */
  readonly verdict: StepVerdict | undefined;
}

export function createStepFates(host: StepFatesHost): StepFates {
  const attempts = new Map<string, LastAttempt>();
  const stopped = new Map<string, Stopped>();
  const leftOut = new Map<string, LeftOut>();
  const isRunning = (id: string): boolean => {
    const last = attempts.get(id);
    return last !== undefined && last.finishedMs === undefined;
  };
  const mayCount = (id: string): boolean => !isRunning(id) && !host.isAhead(id);
  const isDecided = (id: string): boolean => host.hasEnded(id) || stopped.has(id) || leftOut.has(id);

  const end = (id: string, why: string): void => {
    if (isDecided(id)) return;
    stopped.set(id, { why, verdict: mayCount(id) ? attempts.get(id)?.verdict : undefined });
    host.cancel(id);
  };
  return {
    begin(id, startedMs): LastAttempt {
      const last: LastAttempt = {
        attempt: (attempts.get(id)?.attempt ?? 0) + 1,
        startedMs,
        finishedMs: undefined,
        verdict: undefined,
      };
      attempts.set(id, last);
      return last;
    },
    lastAttempt: (id) => attempts.get(id),
    cancel(id, why): void {
      if (!isRunning(id)) end(id, why);
    },
    end,
    leaveOut(id, what): void {
      if (attempts.has(id) || isDecided(id)) return;
      leftOut.set(id, what);
      host.withdraw(id);
    },
    leftOut: (id) => leftOut.get(id),
    verdictOf: (step, outcome) => verdictOf(step, outcome, stopped.get(step.id), attempts.has(step.id)),
  };
}

/** What an attempt that threw came to. */
export function verdictOfError(error: unknown): StepVerdict {
  if (error instanceof StepFailure) return error.verdict;
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: "failed", message: `could not be run: ${message}`, findings: [] };
}

/** What an attempt came to whose time was up. */
export function timedOut({ timeoutMs }: Pick<Step, "timeoutMs">): StepVerdict {
  return { outcome: "timed-out", message: `took longer than ${timeoutMs / 1_000} s`, findings: [] };
}

function verdictOf(
  step: Step,
  outcome: TaskOutcome<StepVerdict | undefined>,
  stopped: Stopped | undefined,
  hasStarted: boolean,
): EndVerdict {
  switch (outcome.status) {
    case "succeeded":
      if (outcome.value === undefined) throw new Error(`Cannot judge step: "${step.id}" ended without a verdict`);
      return outcome.value;
    case "failed":
      return verdictOfError(outcome.error);
    case "timed-out":
      return timedOut(step);
    case "cancelled":
      return (
        stopped?.verdict ?? {
          outcome: "cancelled",
          message: whyCancelled(outcome, stopped?.why, hasStarted),
          findings: [],
        }
      );
    case "withdrawn":
      throw new Error(`Cannot judge step: "${step.id}" was left out`);
  }
}

function whyCancelled(
  outcome: Extract<TaskOutcome<unknown>, { status: "cancelled" }>,
  whyStopped: string | undefined,
  hasStarted: boolean,
): string {
  if (hasStarted) return `ended because ${whyStopped ?? "the run was cancelled"}`;
  if (whyStopped !== undefined) return `not started: ${whyStopped}`;
  if (outcome.because === "aborted" || outcome.dependency === undefined) return "not started: the run was cancelled";
  const gate = gateOf(outcome.dependency);
  const dependency = gate === undefined ? (confirmedBy(outcome.dependency) ?? outcome.dependency) : `stage ${gate}`;
  return `not started: ${dependency} did not pass`;
}
