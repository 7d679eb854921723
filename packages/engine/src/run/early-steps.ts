import { speculationCost, type SpeculationCost } from "@ai-workflow/pipeline-stages";
import type { Step, WorkflowStage } from "../config/workflow.ts";
import type { ActiveTime } from "./active-time.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { StepFailure, timedOut, verdictOfError } from "./step-fates.ts";

/** One attempt of a step; it throws a {@link StepFailure} unless the step passed. */
type RunAttempt = (signal: AbortSignal) => Promise<StepVerdict>;

/** Runs steps that may start before their stage does. */
export interface EarlySteps {
  readonly has: (stepId: string) => boolean;
  /** Whether a step ran ahead and its stage has not started, or never will. */
  readonly isAhead: (stepId: string) => boolean;
  /** Whether a step started before its stage did, and not again behind the gate. */
  readonly ranAhead: (stepId: string) => boolean;
  /** What is done for the task of the step. It never fails: what came of it is told behind the gate. */
  readonly run: (step: Step, signal: AbortSignal, attempt: RunAttempt) => Promise<undefined>;
  /**
   * What is done for the task behind the gate: a step that passed ahead has passed. One that did not pass ahead may have lacked what its
   * stage was to wait for, and one whose inputs have changed has not seen what it was to wait for, so both run once more.
   */
  readonly confirm: (step: Step, attemptNumber: number, attempt: () => Promise<StepVerdict>) => Promise<StepVerdict>;
  /** To be awaited before a gate ends: what ran ahead of it, on inputs that steps before it have changed, runs once more. */
  readonly lookAgain: () => Promise<void>;
  readonly gateEnded: (stageId: string, isOpen: boolean) => void;
  /** `undefined` where nothing ran ahead. */
  readonly cost: () => SpeculationCost | undefined;
}

/** What running ahead needs from the run. */
export interface EarlyStepsHost {
  /** Milliseconds since the run's start. */
  readonly elapsedMs: () => number;
  /** A step runs that has not passed ahead, or not on what it reads now: it takes from now on what it takes. */
  readonly runsAgain: (stepId: string) => void;
  /** Those of the steps whose inputs are not what they were at the run's start. */
  readonly changedInputs: (stepIds: readonly string[]) => Promise<readonly string[]>;
  readonly setTimer: ActiveTime["setTimer"];
  /** A step that started ahead goes on, and its stage has started. */
  readonly stageStarted: (stageId: string) => void;
}

/** What became of one step. */
interface Entry {
  readonly step: Step;
  readonly startedMs: number;
  endedMs: number | undefined;
  /** Whether it started before the gate before its stage had ended. */
  readonly startedAhead: boolean;
  verdict: StepVerdict | undefined;
  /** Whether its inputs have changed since. */
  isOutdated: boolean;
  isConfirmed: boolean;
}

/** Whether what came of it ahead counts behind the gate. */
function holds({ verdict, isOutdated }: Entry): boolean {
  return verdict?.outcome === "passed" && !isOutdated;
}

export function createEarlySteps(
  ids: ReadonlySet<string>,
  stages: readonly WorkflowStage[],
  host: EarlyStepsHost,
): EarlySteps {
  const entries = new Map<string, Entry>();
  const gates = new Map<string, { readonly endedMs: number; readonly isOpen: boolean }>();
  const gateBefore = ({ stage }: Step): string | undefined =>
    stages[stages.findIndex(({ id }) => id === stage) - 1]?.id;
  const hasStarted = (step: Step): boolean => {
    const gate = gateBefore(step);
    return gate === undefined || gates.has(gate);
  };
  const passed = (stepId: string): boolean => {
    const entry = entries.get(stepId);
    return !ids.has(stepId) || (entry !== undefined && holds(entry));
  };

  return {
    has: (stepId) => ids.has(stepId),
    isAhead(stepId) {
      const entry = entries.get(stepId);
      return entry !== undefined && entry.startedAhead && !entry.isConfirmed;
    },
    ranAhead(stepId) {
      const entry = entries.get(stepId);
      if (entry?.startedAhead !== true) return false;
      return !entry.isConfirmed || holds(entry);
    },
    async run(step, signal, attempt): Promise<undefined> {
      // Without what it needs it is left to the task behind the gate.
      if (!step.needs.every(passed)) {
        host.runsAgain(step.id);
        return undefined;
      }
      const entry: Entry = {
        step,
        startedMs: host.elapsedMs(),
        endedMs: undefined,
        startedAhead: !hasStarted(step),
        verdict: undefined,
        isOutdated: false,
        isConfirmed: false,
      };
      entries.set(step.id, entry);
      try {
        entry.verdict = await withinTime(step, signal, attempt, host.setTimer);
      } finally {
        entry.endedMs = host.elapsedMs();
      }
      if (entry.verdict.outcome !== "passed") host.runsAgain(step.id);
      return undefined;
    },
    confirm(step, attemptNumber, attempt) {
      const entry = entries.get(step.id);
      if (entry !== undefined) entry.isConfirmed = true;
      const verdict = attemptNumber === 1 ? entry?.verdict : undefined;
      if (entry === undefined || verdict === undefined || (entry.startedAhead && !holds(entry))) return attempt();
      return verdict.outcome === "passed" ? Promise.resolve(verdict) : Promise.reject(new StepFailure(verdict));
    },
    async lookAgain(): Promise<void> {
      const mayCount = (entry: Entry): boolean =>
        entry.startedAhead && !entry.isConfirmed && (entry.verdict === undefined || holds(entry));
      const ahead = [...entries.values()].filter(mayCount).map(({ step }) => step.id);
      if (ahead.length === 0) return;
      for (const id of await host.changedInputs(ahead)) {
        const entry = entries.get(id);
        if (entry === undefined) continue;
        entry.isOutdated = true;
        host.runsAgain(id);
      }
    },
    gateEnded(stageId, isOpen): void {
      gates.set(stageId, { endedMs: host.elapsedMs(), isOpen });
      const next = stages[stages.findIndex(({ id }) => id === stageId) + 1];
      const runs = [...entries.values()].some(({ step, endedMs }) => step.stage === next?.id && endedMs === undefined);
      if (isOpen && next !== undefined && runs) host.stageStarted(next.id);
    },
    cost() {
      const ahead = [...entries.values()].filter(({ startedAhead }) => startedAhead);
      if (ahead.length === 0) return undefined;
      return speculationCost(
        ahead.map((entry) => {
          const { step, startedMs, endedMs = host.elapsedMs() } = entry;
          const gate = gates.get(gateBefore(step) ?? "");
          return {
            stepId: step.id,
            stageId: step.stage ?? "",
            startedMs,
            endedMs,
            decidedMs: gate?.endedMs ?? endedMs,
            // What does not count was done for nothing, whatever the gate said.
            gate: entry.isConfirmed && holds(entry) ? "open" : gate === undefined ? "undecided" : "closed",
          };
        }),
      );
    },
  };
}

/** The scheduler cannot limit it: to it, the task of a step that goes ahead never fails. */
async function withinTime(
  step: Step,
  signal: AbortSignal,
  attempt: RunAttempt,
  setTimer: ActiveTime["setTimer"],
): Promise<StepVerdict> {
  const limit = new AbortController();
  const callOff = setTimer(() => limit.abort(), step.timeoutMs);
  try {
    return await attempt(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    return limit.signal.aborted ? timedOut(step) : verdictOfError(error);
  } finally {
    callOff();
  }
}
