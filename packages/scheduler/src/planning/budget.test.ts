import { expect, test } from "vitest";
import { generateWorkload } from "../../test/generate-workload.ts";
import { instanceOf } from "../../test/instance-of.ts";
import type { Task } from "../task.ts";
import { defaultGenerations } from "./budget.ts";

function budgetOf(size: number, resources: number): number {
  const demand = Object.fromEntries(Array.from({ length: resources }, (_, r) => [`r${r}`, 1]));
  const capacity = Object.fromEntries(Object.keys(demand).map((name) => [name, 2]));
  const tasks = Array.from({ length: size }, (_, i): Task => ({ id: `t${i}`, durationMs: 1, demand }));
  return defaultGenerations(instanceOf({ tasks, capacity, maxParallel: 2 }));
}

test("defaultGenerations() is some hundreds for the steps of a workflow, thousands where that pays, and 1 for very many tasks", () => {
  expect(budgetOf(3, 1)).toBe(128);
  expect(budgetOf(23, 2)).toBeGreaterThan(200);
  expect(budgetOf(23, 2)).toBeLessThan(300);
  expect(budgetOf(60, 3)).toBeGreaterThan(2_000);
  expect(budgetOf(60, 3)).toBeLessThan(8_000);
  expect(budgetOf(100_000, 2)).toBe(1);
});

test("defaultGenerations() never lets the work grow with the size, once schedules are counted by what they can afford", () => {
  let before = Infinity;
  for (const size of [40, 80, 200, 1_000, 3_000]) {
    const work = budgetOf(size, 2) * size;
    expect(work).toBeLessThanOrEqual(before * 1.01);
    before = work;
  }
  const { tasks, capacity, maxParallel } = generateWorkload(1, 200);
  expect(defaultGenerations(instanceOf({ tasks, capacity, maxParallel }))).toBeGreaterThan(100);
});
