import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allOrders, arbitrarySteps, listSchedule, probabilitiesOf } from "../../test/orders.ts";
import { expectedTimeToFirstFailure } from "./expected-time-to-first-failure.ts";
import { orderByBlocks } from "./order-by-blocks.ts";
import { orderExactly } from "./order-exactly.ts";
import { orderForFirstFailure } from "./order-for-first-failure.ts";
import type { StepNode, TestableStep } from "./testable-step.ts";

/** Expected time to the first failure of a list schedule. */
function costOf(steps: readonly TestableStep[], order: readonly string[], slots = 1): number {
  return expectedTimeToFirstFailure(listSchedule(steps, order, slots), probabilitiesOf(steps)).expectedMs ?? 0;
}
const leastCost = (steps: readonly TestableStep[], slots = 1): number =>
  Math.min(...[...allOrders(steps)].map((order) => costOf(steps, order, slots)));
const nodesOf = (steps: readonly TestableStep[]): readonly StepNode[] =>
  steps.map((step) => ({ ...step, needs: (step.needs ?? []).map((id) => Number(id.slice(1))) }));
const idsOf = (order: readonly number[]): readonly string[] => order.map((index) => `s${index}`);

/** By how much orders are above the least cost, as a share. */
function excesses(
  steps: readonly TestableStep[][],
  costs: (steps: readonly TestableStep[]) => readonly [found: number, least: number],
): { readonly mean: number; readonly most: number } {
  const all = steps.flatMap((one) => {
    const [found, least] = costs(one);
    return least > 0 ? [found / least - 1] : [];
  });
  return { mean: all.reduce((sum, one) => sum + one, 0) / all.length, most: Math.max(...all) };
}

describe("orderForFirstFailure()", () => {
  test("puts what fails often for its time first, and gives the places as priorities", () => {
    const { order, priorities, isExact } = orderForFirstFailure([
      { id: "e2e", failureProbability: 0.5, predictedMs: 60_000 },
      { id: "never", failureProbability: 0, predictedMs: 0 },
      { id: "lint", failureProbability: 0.1, predictedMs: 1000 },
      { id: "free", failureProbability: 0.001, predictedMs: 0 },
      { id: "unit", failureProbability: 0.3, predictedMs: 3000 },
    ]);
    expect(order).toEqual(["free", "lint", "unit", "e2e", "never"]);
    expect(priorities.get("free")).toBe(5);
    expect(priorities.get("never")).toBe(1);
    expect(isExact).toBe(true);
  });

  test("brings what a promising step needs forward", () => {
    const steps = [
      { id: "docs", failureProbability: 0.02, predictedMs: 1000 },
      { id: "build", failureProbability: 0, predictedMs: 2000 },
      { id: "unit", failureProbability: 0.5, predictedMs: 1000, needs: ["build", "elsewhere", "build"] },
    ];
    expect(orderForFirstFailure(steps).order).toEqual(["build", "unit", "docs"]);
  });

  test("takes no steps", () => {
    expect(orderForFirstFailure([])).toEqual({ order: [], priorities: new Map(), isExact: true });
  });

  test("is the best of all orders on one slot, without needs", () => {
    fc.assert(
      fc.property(arbitrarySteps(6, 0), (steps) => {
        const { order, isExact } = orderForFirstFailure(steps);
        expect(isExact).toBe(true);
        expect(costOf(steps, order)).toBeCloseTo(leastCost(steps), 6);
      }),
    );
  });

  test("is the best of all orders on one slot, with needs, where it says so", () => {
    fc.assert(
      fc.property(arbitrarySteps(6, 30), (steps) => {
        const { order, isExact } = orderForFirstFailure(steps);
        expect(isExact).toBe(true);
        expect(costOf(steps, order)).toBeCloseTo(leastCost(steps), 6);
      }),
    );
  });

  test("has each step once, behind what it needs, however many there are", () => {
    fc.assert(
      fc.property(arbitrarySteps(40, 8), (steps) => {
        const { order, priorities } = orderForFirstFailure(steps);
        expect([...order].sort()).toEqual(steps.map(({ id }) => id).sort());
        for (const { id, needs = [] } of steps) {
          for (const need of needs) expect(priorities.get(need)).toBeGreaterThan(priorities.get(id) ?? Infinity);
        }
      }),
    );
  });

  // Measured over fixed samples; the bounds are what was measured, rounded up.
  test("is within 1 % of the best list order on average on two and three slots, and within a quarter always", () => {
    for (const slots of [2, 3]) {
      for (const needsPercent of [0, 20, 40]) {
        const samples = fc.sample(arbitrarySteps(6, needsPercent), { numRuns: 200, seed: 8 });
        const { mean, most } = excesses(samples, (steps) => [
          costOf(steps, orderForFirstFailure(steps).order, slots),
          leastCost(steps, slots),
        ]);
        expect(mean).toBeLessThan(0.01);
        expect(most).toBeLessThan(0.25);
      }
    }
  });

  test.each([
    [{ failureProbability: 1.1 }, '`failureProbability` of "a" must be from 0 to 1, got 1.1'],
    [{ failureProbability: Number.NaN }, '`failureProbability` of "a" must be from 0 to 1, got NaN'],
    [{ predictedMs: -1 }, '`predictedMs` of "a" must be finite and not negative, got -1'],
    [{ predictedMs: Infinity }, '`predictedMs` of "a" must be finite and not negative, got Infinity'],
    [{ id: "b" }, "two steps have one id"],
    [{ needs: ["b"] }, 'the needs form a cycle, in or before "a", "b"'],
    [{ needs: ["a"] }, 'the needs form a cycle, in or before "a", "b"'],
  ])("refuses %j", (change, problem) => {
    const steps = [
      { id: "a", failureProbability: 0.5, predictedMs: 1, ...change },
      { id: "b", failureProbability: 0.5, predictedMs: 1, needs: ["a"] },
    ];
    expect(() => orderForFirstFailure(steps)).toThrow(new RangeError(`Cannot order steps: ${problem}`));
  });
});

describe("orderByBlocks()", () => {
  test("is exact without needs", () => {
    fc.assert(
      fc.property(arbitrarySteps(6, 0), (steps) => {
        expect(costOf(steps, idsOf(orderByBlocks(nodesOf(steps))))).toBeCloseTo(leastCost(steps), 6);
      }),
    );
  });

  test("places every step of chains longer than a block", () => {
    const chain = Array.from({ length: 100 }, (_, index): StepNode => ({
      failureProbability: index === 99 ? 1 : 0,
      predictedMs: 1,
      needs: index === 0 ? [] : [index - 1],
    }));
    expect(orderByBlocks(chain)).toEqual([...chain.keys()]);
  });

  // Larger than where brute force reaches; the exact order is checked against that above.
  test("is within 1 % of the best order on average with needs, and within a quarter always", () => {
    for (const needsPercent of [10, 25, 50]) {
      const samples = fc.sample(arbitrarySteps(12, needsPercent), { numRuns: 100, seed: 8 });
      const { mean, most } = excesses(samples, (steps) => {
        const nodes = nodesOf(steps);
        const best = orderExactly(nodes);
        return best === undefined ? [0, 0] : [costOf(steps, idsOf(orderByBlocks(nodes))), costOf(steps, idsOf(best))];
      });
      expect(mean).toBeLessThan(0.01);
      expect(most).toBeLessThan(0.25);
    }
  });
});

describe("orderExactly()", () => {
  test("gives up where there are too many sets", () => {
    const free = (count: number): readonly StepNode[] =>
      Array.from({ length: count }, () => ({ failureProbability: 0.1, predictedMs: 1, needs: [] }));
    expect(orderExactly(free(11))).toHaveLength(11);
    expect(orderExactly(free(13))).toBeUndefined();
    expect(orderExactly(free(31))).toBeUndefined();
    // A chain has few sets, however long it is.
    expect(
      orderExactly(free(30).map((node, index) => ({ ...node, needs: index === 0 ? [] : [index - 1] }))),
    ).toHaveLength(30);
  });
});
