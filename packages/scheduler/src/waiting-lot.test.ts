import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingLot } from "./waiting-lot.ts";

test("WaitingLot answers as a scan over a sorted list would", () => {
  const step = fc.record({
    task: fc.nat({ max: 40 }),
    amount: fc.integer({ min: 1, max: 10 }),
    within: fc.integer({ min: 0, max: 11 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, isReversed) => {
      const compare = (a: number, b: number): number => (isReversed ? b - a : a - b);
      const lot = new WaitingLot(compare);
      const model = new Map<number, number>();
      for (const { task, amount, within } of steps) {
        if (model.has(task)) {
          model.delete(task);
          expect(lot.delete(task)).toBe(true);
        } else {
          expect(lot.delete(task)).toBe(false);
          model.set(task, amount);
          lot.add(task, amount);
        }
        const sorted = [...model.keys()].toSorted(compare);
        expect(lot.size).toBe(model.size);
        expect(lot.first()).toBe(sorted[0] ?? -1);
        expect(lot.firstWithin(within)).toBe(sorted.find((t) => (model.get(t) as number) <= within) ?? -1);
      }
    }),
  );
});

test("WaitingLot holds 100,000 tasks added in order without running out of stack", () => {
  const lot = new WaitingLot((a, b) => a - b);
  for (let task = 0; task < 100_000; task++) lot.add(task, 100_000 - task);
  expect(lot.firstWithin(1)).toBe(99_999);
  for (let task = 0; task < 99_999; task++) lot.delete(task);
  expect(lot.first()).toBe(99_999);
});
