import path from "node:path";
import type { WaitingGroup } from "@ai-workflow/profiler/resources";
import { createShellsAhead, type ShellsAhead } from "../runners/shells-ahead.ts";
import type { StepMeter } from "./measure-steps.ts";
import type { RunContext } from "./run-context.ts";
import { commandKnownAhead, startAhead, type StepHost } from "./run-step.ts";
import type { StepSchedule } from "./schedule-steps.ts";

/** Shells that wait for their step at least; of a chain of short steps each one is started while those before it run. */
const LEAST_AHEAD = 4;

/** And at most: each is a process. */
const MOST_AHEAD = 8;

/**
 * Shells of the scheduled steps, started ahead in the order of the plan.
 *
 * @param isToStart - whether a step is still to start
 */
export function createStepShells(
  { options, resolved, paths, state }: RunContext,
  { plan }: Pick<StepSchedule, "plan">,
  host: StepHost,
  meter: StepMeter,
  isToStart: (stepId: string) => boolean,
): ShellsAhead<WaitingGroup> {
  const waiting = [...plan.tasks]
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap(({ id }) => {
      const step = options.loaded.workflow.steps.get(id);
      const command = step === undefined ? undefined : commandKnownAhead(step);
      return step === undefined || command === undefined ? [] : [[id, { step, command }] as const];
    });
  const byId = new Map(waiting);
  return createShellsAhead({
    order: [...byId.keys()],
    most: Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, resolved.maxParallel)),
    isToStart: (stepId) => options.signal?.aborted !== true && isToStart(stepId),
    describe(stepId) {
      const known = byId.get(stepId);
      if (known === undefined) return undefined;
      const logFile = path.join(state.path, paths.stepLog(stepId));
      const { variables, group } = meter.ahead(known.step, logFile);
      const toStart = startAhead(known.step, known.command, host, { logFile, variables, joinFile: group?.joinFile });
      return { ...toStart, logFile, group };
    },
  });
}
