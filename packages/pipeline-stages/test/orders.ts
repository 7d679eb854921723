import * as fc from "fast-check";
import type { ScheduledStep } from "../src/ordering/expected-time-to-first-failure.ts";
import type { TestableStep } from "../src/ordering/testable-step.ts";

/** Up to `maxLength` steps `s0`, `s1`…; each needs some of those before it with the probability given in percent. */
export function arbitrarySteps(maxLength: number, needsPercent: number): fc.Arbitrary<TestableStep[]> {
  const probability = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 60 }).map((percent) => percent / 100) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1) },
  );
  const step = fc.record({
    failureProbability: probability,
    predictedMs: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 1000 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
    draws: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: maxLength, maxLength }),
  });
  return fc.array(step, { maxLength }).map((drafts) =>
    drafts.map(({ draws, ...rest }, index) => ({
      id: `s${index}`,
      ...rest,
      needs: draws.slice(0, index).flatMap((draw, before) => (draw < needsPercent ? [`s${before}`] : [])),
    })),
  );
}

/** Every order in which each step is behind what it needs. */
export function* allOrders(
  steps: readonly TestableStep[],
  start: readonly string[] = [],
): Generator<readonly string[]> {
  if (start.length === steps.length) yield start;
  for (const { id, needs = [] } of steps) {
    if (!start.includes(id) && needs.every((need) => start.includes(need))) yield* allOrders(steps, [...start, id]);
  }
}

/** When each step ends if a free slot always takes the first step of the order whose needs have ended. */
export function listSchedule(
  steps: readonly TestableStep[],
  order: readonly string[],
  slots: number,
): readonly ScheduledStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ends = new Map<string, number>();
  const waiting = [...order];
  let running: { id: string; finishMs: number }[] = [];
  let nowMs = 0;
  while (waiting.length + running.length > 0) {
    for (const id of order) {
      if (running.length === slots) break;
      if (!waiting.includes(id)) continue;
      const isReady = byId.get(id)?.needs?.every((need) => ends.has(need)) ?? true;
      if (!isReady) continue;
      waiting.splice(waiting.indexOf(id), 1);
      running.push({ id, finishMs: nowMs + (byId.get(id)?.predictedMs ?? 0) });
    }
    nowMs = Math.min(...running.map(({ finishMs }) => finishMs));
    for (const { id, finishMs } of running) if (finishMs === nowMs) ends.set(id, finishMs);
    running = running.filter(({ finishMs }) => finishMs > nowMs);
  }
  return [...ends].map(([id, finishMs]) => ({ id, finishMs }));
}

export const probabilitiesOf = (steps: readonly TestableStep[]): ReadonlyMap<string, number> =>
  new Map(steps.map(({ id, failureProbability }) => [id, failureProbability]));
