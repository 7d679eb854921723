import type { WaitRecord } from "../run-record.ts";
import { coveredMs } from "./covered-ms.ts";
import type { RunView } from "./run-view.ts";

/** What steps waited for, all together. */
export interface WaitedFor {
  readonly on: string;
  /** Steps that waited, by start. */
  readonly steps: readonly string[];
  /** Sum over the steps, in milliseconds. */
  readonly sumMs: number;
  /** Time in which at least one step of the critical path waited for it, in milliseconds. */
  readonly onPathMs: number;
}

/** The waits of one cause, by what was waited for. */
export function findWaits(run: RunView, cause: WaitRecord["cause"]): readonly WaitedFor[] {
  const found = new Map<string, { stepId: string; wait: WaitRecord }[]>();
  for (const { step } of run.steps) {
    for (const wait of step.waits) {
      if (wait.cause !== cause || wait.toMs <= wait.fromMs) continue;
      const list = found.get(wait.on);
      if (list === undefined) found.set(wait.on, [{ stepId: step.id, wait }]);
      else list.push({ stepId: step.id, wait });
    }
  }
  return [...found].map(([on, list]) => ({
    on,
    steps: [...new Set(list.map(({ stepId }) => stepId))],
    sumMs: list.reduce((sum, { wait }) => sum + wait.toMs - wait.fromMs, 0),
    onPathMs: coveredMs(list.filter(({ stepId }) => run.isOnPath(stepId)).map(({ wait }) => wait)),
  }));
}
