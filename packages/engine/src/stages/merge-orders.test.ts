import type { TestableStep } from "@ai-workflow/pipeline-stages";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeOrders } from "./merge-orders.ts";

/** Expected time to the first failure, or to the end where none fails. */
function expectedMs(order: readonly TestableStep[]): number {
  return order.reduceRight((left, step) => step.predictedMs + (1 - step.failureProbability) * left, 0);
}

/** Every order that keeps both and all needs. */
function* merges(
  first: readonly TestableStep[],
  second: readonly TestableStep[],
  done: readonly TestableStep[] = [],
): Generator<readonly TestableStep[]> {
  if (first.length + second.length === 0) yield done;
  for (const [own, rest] of [
    [first, second],
    [second, first],
  ] as const) {
    const [next, ...left] = own;
    if (next === undefined || !(next.needs ?? []).every((need) => done.some(({ id }) => id === need))) continue;
    const [one, other] = own === first ? [left, rest] : [rest, left];
    yield* merges(one, other, [...done, next]);
  }
}

const steps = (prefix: string): fc.Arbitrary<readonly TestableStep[]> =>
  fc
    .array(fc.record({ predictedMs: fc.nat(20), failureProbability: fc.constantFrom(0, 0.1, 0.3, 0.9, 1) }), {
      maxLength: 4,
    })
    .map((list) => list.map((step, place) => ({ ...step, id: `${prefix}${place}` })));

test("mergeOrders() finds the best of all orders that keep both and what each step needs", () => {
  let constrained = 0;
  fc.assert(
    fc.property(
      steps("a"),
      steps("b"),
      fc.array(fc.tuple(fc.boolean(), fc.nat(3), fc.nat(3)), { maxLength: 3 }),
      (first, second, edges) => {
        const need = (own: readonly TestableStep[], other: readonly TestableStep[], isFirst: boolean) =>
          own.map((step, place) => ({
            ...step,
            needs: edges.flatMap(([ofFirst, from, to]) =>
              ofFirst === isFirst && from === place ? (other[to]?.id ?? []) : [],
            ),
          }));
        const [one, other] = [need(first, second, true), need(second, first, false)];
        const all = [...merges(one, other)];
        if (all.length === 0) {
          expect(() => mergeOrders(one, other)).toThrow("each needs the other first");
          return;
        }
        const free = [...merges(first, second)].length;
        if (all.length < free) constrained++;
        const byId = new Map([...one, ...other].map((step) => [step.id, step]));
        const merged = mergeOrders(one, other).flatMap((id) => byId.get(id) ?? []);
        expect(all.map((order) => order.map(({ id }) => id).join())).toContain(merged.map(({ id }) => id).join());
        expect(expectedMs(merged)).toBeCloseTo(Math.min(...all.map(expectedMs)), 9);
      },
    ),
    { numRuns: 500 },
  );
  expect(constrained).toBeGreaterThan(20);
});
