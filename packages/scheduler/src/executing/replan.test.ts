import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLimits } from "../limits.ts";
import { replan, ReplanBudget } from "./replan.ts";
import type { Task } from "../task.ts";

const limits = readLimits(undefined, { cpu: 2 }, "test");
const tasks = Array.from({ length: 40 }, (_, i): Task => ({ id: `t${i}`, durationMs: 10, demand: { cpu: 1 } }));

test("ReplanBudget allows a share of the elapsed time beyond a head start of five milliseconds", () => {
  const asked = fc.array(fc.record({ size: fc.integer({ min: 1, max: 6_000 }), laterMs: fc.nat({ max: 2_000 }) }));
  fc.assert(
    fc.property(asked, fc.constantFrom(0.01, 0.1), (questions, timeShare) => {
      const budget = new ReplanBudget({ timeShare, generations: 1_000 }, tasks, limits);
      let elapsedMs = 0;
      let spentMs = 0;
      for (const { size, laterMs } of questions) {
        elapsedMs += laterMs;
        const generations = budget.generations(size, elapsedMs);
        expect(generations).toBeLessThanOrEqual(1_000);
        if (generations === 0) continue;
        budget.spend(size, generations);
        // Two microseconds a task, and 50 nanoseconds for each task and demand of a generation; large ones cost more.
        spentMs += size * 0.002 + generations * size * 2 * 0.000_05;
        expect(spentMs).toBeLessThanOrEqual(5 + timeShare * elapsedMs + 1e-6);
      }
    }),
  );
});

test("ReplanBudget allows nothing where only the number of parallel tasks is limited, nor for very many tasks", () => {
  const settings = { timeShare: Infinity, generations: 10 };
  expect(new ReplanBudget(settings, tasks, limits).generations(40, 0)).toBe(10);
  expect(new ReplanBudget(settings, tasks, limits).generations(5_001, 0)).toBe(0);
  expect(new ReplanBudget(settings, tasks, readLimits(2, undefined, "test")).generations(40, 0)).toBe(0);
  const grouped = tasks.map((task) => ({ ...task, group: "port" }));
  expect(new ReplanBudget(settings, grouped, readLimits(2, undefined, "test")).generations(40, 0)).toBe(10);
});

test("replan() starts what runs at once, even beyond the capacity, and gives it as long as it is still expected to take", () => {
  const elapsedMs = [4, 12, 20, 0];
  const { starts } = replan(
    {
      running: [0, 1, 2],
      waiting: [3],
      task: (number) => ({ id: `t${number}`, demand: { cpu: 1 } }),
      needs: () => [],
      durationMs: () => 10,
      elapsedMs: (number) => elapsedMs.at(number) ?? 0,
      dueMs: (number) => number,
    },
    limits,
    20,
  );
  // On time: the rest of it. Late: a fifth of its time on top. Far over: as long again.
  expect(starts.slice(0, 3).map(([, startMs, finishMs]) => [startMs, finishMs])).toEqual([
    [0, 6],
    [0, 12 * 0.2],
    [0, 20],
  ]);
});
