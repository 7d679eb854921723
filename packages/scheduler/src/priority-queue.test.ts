import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PriorityQueue } from "./priority-queue.ts";

test("PriorityQueue gives what a stable sort gives", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (keys) => {
      const items = keys.map((key, sequence) => ({ key, sequence }));
      const queue = new PriorityQueue<(typeof items)[number]>((a, b) => a.key - b.key);
      for (const item of items) queue.push(item);
      const out: (typeof items)[number][] = [];
      while (queue.size > 0) {
        const next = queue.peek();
        out.push(queue.pop() as (typeof items)[number]);
        expect(out.at(-1)).toBe(next);
      }
      expect(out).toEqual(items.toSorted((a, b) => a.key - b.key));
    }),
  );
});

test("PriorityQueue agrees with a sorted list when pushes and pops alternate", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined })), (steps) => {
      const queue = new PriorityQueue<number>((a, b) => a - b);
      let model: number[] = [];
      for (const step of steps) {
        if (step === undefined) {
          expect(queue.pop()).toBe(model[0]);
          model = model.slice(1);
        } else {
          queue.push(step);
          model = [...model, step].toSorted((a, b) => a - b);
        }
        expect(queue.size).toBe(model.length);
      }
    }),
  );
});

test("PriorityQueue refuses NaN, also as the first item, and stays as it was", () => {
  const queue = new PriorityQueue<number>((a, b) => a - b);
  expect(() => queue.push(Number.NaN)).toThrow(RangeError);
  queue.push(1);
  expect(() => queue.push(Number.NaN)).toThrow("got NaN");
  expect(queue.size).toBe(1);
  expect(queue.pop()).toBe(1);
  expect(queue.pop()).toBeUndefined();
});
