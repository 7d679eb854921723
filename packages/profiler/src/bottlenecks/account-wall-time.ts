import type { Span } from "../span.ts";
import type { ExecutedLink, WallTimeAccount } from "./bottleneck.ts";
import { coveredMs, type Stretch } from "./covered-ms.ts";
import type { TimedStep } from "./timed-step.ts";

/** Accounts for all of a run's time. Where no step started, all of it was setup. */
export function accountWallTime(
  durationMs: number,
  steps: readonly TimedStep[],
  path: readonly ExecutedLink[],
  spansOf: (this: void, stepId: string) => readonly Span[],
): WallTimeAccount {
  const [first] = steps;
  if (first === undefined) return { setupMs: durationMs, criticalPathMs: 0, waitingMs: 0, overheadMs: 0 };
  const endMs = steps.reduce((latest, { finishedMs }) => Math.max(latest, finishedMs), 0);
  const attempts = new Map(steps.map(({ step }) => [step.id, step.attempts]));
  const atWork = path.flatMap(({ stepId, startedMs, finishedMs }): readonly Stretch[] => {
    const whole = { fromMs: startedMs, toMs: finishedMs };
    // Only between attempts is a step not at work; where its attempts were not recorded nothing is known of pauses.
    if ((attempts.get(stepId) ?? 0) <= 1) return [whole];
    const tries = spansOf(stepId).filter(({ name }) => name === "attempt");
    if (tries.length === 0) return [whole];
    return tries.map((span) => ({
      fromMs: Math.max(span.startMs, startedMs),
      toMs: Math.min(span.endMs ?? finishedMs, finishedMs),
    }));
  });
  const criticalPathMs = coveredMs(atWork);
  return {
    setupMs: first.startedMs,
    criticalPathMs,
    waitingMs: Math.max(0, endMs - first.startedMs - criticalPathMs),
    overheadMs: durationMs - endMs,
  };
}
