import type { ExecutedLink, WallTimeAccount } from "./bottleneck.ts";
import { coveredMs, type Stretch } from "./covered-ms.ts";
import type { TimedStep } from "./timed-step.ts";

/** Accounts for all of a run's time. Where no step started, all of it was setup. */
export function accountWallTime(
  durationMs: number,
  steps: readonly TimedStep[],
  path: readonly ExecutedLink[],
): WallTimeAccount {
  const [first] = steps;
  if (first === undefined) return { setupMs: durationMs, criticalPathMs: 0, waitingMs: 0, overheadMs: 0 };
  const endMs = steps.reduce((latest, { finishedMs }) => Math.max(latest, finishedMs), 0);
  const byId = new Map(steps.map((timed) => [timed.step.id, timed]));
  const criticalPathMs = coveredMs(
    path.flatMap(({ stepId, startedMs, finishedMs }) =>
      (byId.get(stepId)?.attempts ?? []).map(({ fromMs, toMs }): Stretch => ({
        fromMs: Math.max(fromMs, startedMs),
        toMs: Math.min(toMs, finishedMs),
      })),
    ),
  );
  return {
    setupMs: first.startedMs,
    criticalPathMs,
    waitingMs: Math.max(0, endMs - first.startedMs - criticalPathMs),
    overheadMs: durationMs - endMs,
  };
}
