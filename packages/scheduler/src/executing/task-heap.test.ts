import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TaskHeap } from "./task-heap.ts";

test("TaskHeap gives what a sorted list gives, in any mixture of pushes and pops", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 50 }))), fc.boolean(), (steps, isReversed) => {
      const compare = (a: number, b: number): number => (isReversed ? b - a : a - b);
      const heap = new TaskHeap(compare);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) {
          model.sort(compare);
          expect(heap.pop()).toBe(model.shift() ?? -1);
        } else if (!model.includes(step)) {
          model.push(step);
          heap.push(step);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.peek()).toBe(model.toSorted(compare)[0] ?? -1);
      }
      heap.clear();
      expect([heap.size, heap.pop()]).toEqual([0, -1]);
    }),
  );
});
