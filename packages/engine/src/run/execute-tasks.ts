import { execute, type Execution, type ExecutionEvent, type TaskOutcome } from "@ai-workflow/scheduler";
import type { Step } from "../config/workflow.ts";
import { GRACE_MS } from "../runners/end-process-group.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { ActiveTime } from "./active-time.ts";
import { confirmedBy, gateOf, isStepTask } from "../scheduling/build-tasks.ts";
import type { EarlySteps } from "./early-steps.ts";
import { retriesAfter, retryDelayMs } from "./retry-policy.ts";
import type { StepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";
import type { FailureStop } from "./failure-stop.ts";

/** What the tasks of a graph stand for. */
export interface TaskHost {
  readonly fates: Pick<StepFates, "lastAttempt">;
  readonly early: Pick<EarlySteps, "confirm" | "has" | "lookAgain" | "run">;
  readonly failureStop: Pick<FailureStop, "hasStopped">;
  /** Rejects unless the step passed. */
  readonly attempt: (step: Step, signal: AbortSignal) => Promise<StepVerdict>;
  /** A step has ended for good. */
  readonly stepEnded: (step: Step, outcome: TaskOutcome<StepVerdict | undefined>) => void;
  /** Everything before a gate has ended. */
  readonly gateReached: (stageId: string) => void;
  /** For limits, pauses and the time between asking a step to end and forcing it. */
  readonly setTimer: ActiveTime["setTimer"];
  /** Told of everything first. */
  readonly happened: (event: ExecutionEvent) => void;
  /** Something that was called when a task ended threw: a mistake of this program. */
  readonly onMistake: (error: unknown) => void;
}

/** What becomes of a gate's task when it fails, which it does not. */
const NEVER_AGAIN = { retries: 0, retryOnExitCodes: undefined, retryDelayMs: undefined } as const;

/** Starts the scheduler on the tasks of steps, of steps that may go ahead, which have two, and of gates. */
export function executeTasks(
  { context, schedule }: StepsToRun,
  host: TaskHost,
): Execution<string, StepVerdict | undefined> {
  const { options, resolved } = context;
  const { fates, early, failureStop } = host;
  const stepOf = (taskId: string): Step | undefined => options.loaded.workflow.steps.get(confirmedBy(taskId) ?? taskId);
  return execute(
    schedule.graph,
    async (task, { signal, attempt }): Promise<StepVerdict | undefined> => {
      const step = stepOf(task.id);
      if (step === undefined) {
        // What else happens at a gate happens when its task ends.
        await early.lookAgain();
        return undefined;
      }
      if (!early.has(step.id)) return host.attempt(step, signal);
      if (isStepTask(task.id)) return early.run(step, signal, (limit) => host.attempt(step, limit));
      return early.confirm(step, attempt, () => host.attempt(step, signal));
    },
    {
      plan: schedule.plan,
      maxParallel: resolved.maxParallel,
      capacity: schedule.planned.capacity,
      // To start nothing new is left to the stages: some of them want to run after a failure.
      onFailure: resolved.onFailure === "always" ? "always" : "dependencies-successful",
      graceMs: 2 * GRACE_MS,
      signal: options.signal,
      timeoutMs: ({ id }) => (early.has(id) ? undefined : stepOf(id)?.timeoutMs),
      retries({ id }): number {
        const step = stepOf(id);
        return failureStop.hasStopped() || step === undefined
          ? 0
          : retriesAfter(step, fates.lastAttempt(step.id)?.verdict);
      },
      retryDelayMs: ({ id }, attempt) => retryDelayMs(stepOf(id) ?? NEVER_AGAIN, attempt),
      now: context.elapsedMs,
      setTimer: host.setTimer,
      onEvent(event): void {
        host.happened(event);
        if (event.type !== "settled") return;
        const stageId = gateOf(event.id);
        if (stageId !== undefined) {
          host.gateReached(stageId);
          return;
        }
        const step = stepOf(event.id);
        if (step !== undefined && (confirmedBy(event.id) !== undefined || !early.has(step.id))) {
          host.stepEnded(step, event.outcome);
        }
      },
      onListenerError: host.onMistake,
    },
  );
}
