import type { SlotUse } from "./bottleneck.ts";
import type { TimedStep } from "./timed-step.ts";

/**
 * How many steps were at work at the same time, from the actual starts and ends of their attempts.
 *
 * @param maxParallel - slots there were; more steps than that at the same time, which a record cannot have unless it is damaged, leave none empty
 */
export function measureSlotUse(steps: readonly TimedStep[], maxParallel: number): SlotUse {
  const edges = steps.flatMap(({ attempts }) =>
    attempts.flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, by: 1 },
      { atMs: toMs, by: -1 },
    ]),
  );
  edges.sort((a, b) => a.atMs - b.atMs);
  let running = 0;
  let reachedMs = edges[0]?.atMs ?? 0;
  const fromMs = reachedMs;
  let workMs = 0;
  let aloneMs = 0;
  let idleMs = 0;
  for (const { atMs, by } of edges) {
    const ms = atMs - reachedMs;
    workMs += ms * running;
    if (running === 1) aloneMs += ms;
    idleMs += ms * Math.max(0, maxParallel - running);
    running += by;
    reachedMs = atMs;
  }
  const spanMs = reachedMs - fromMs;
  return { maxParallel, averageRunning: spanMs > 0 ? workMs / spanMs : 0, aloneMs, idleMs };
}
