import { expect, test } from "vitest";
import { Course } from "./course.ts";
import { createGraph } from "../create-graph.ts";
import { createPlan } from "../create-plan.ts";
import { readLimits } from "../limits.ts";
import type { Task } from "../task.ts";

const limits = readLimits(1, undefined, "test");

function courseOf(tasks: readonly Task[], own = limits): Course {
  return new Course(createPlan(createGraph<string>(tasks), { maxParallel: 1 }), tasks, own);
}

const tasks: readonly Task[] = [
  { id: "first", durationMs: 100 },
  { id: "second", durationMs: 50 },
];

test("a task that is not due is held back by 64 plans, one after the other, and by no further one", () => {
  const course = courseOf(tasks);
  expect(course.holds(0, 0)).toBe(false);
  for (let plans = 0; plans < 64; plans++) expect(course.holds(1, 0)).toBe(true);
  expect(course.holds(1, 0)).toBe(false);
});

test("nothing is held back when due, once the plan is left, or where the plan was made of guesses or for other limits", () => {
  expect(courseOf(tasks).holds(1, 100)).toBe(false);
  const left = courseOf(tasks);
  left.isLeft = true;
  expect(left.holds(1, 0)).toBe(false);
  const guessed = courseOf([{ id: "first", durationMs: 100 }, { id: "second" }]);
  expect(guessed.startMs(1)).toBeGreaterThan(0);
  expect(guessed.holds(1, 0)).toBe(false);
  expect(courseOf(tasks, readLimits(2, undefined, "test")).holds(1, 0)).toBe(false);
});

test("an end is as planned within a thousandth of the makespan, sooner or later", () => {
  for (const [atMs, isLeft] of [
    [100.1, false],
    [99.9, false],
    [100.2, true],
    [99.8, true],
  ] as const) {
    const course = courseOf(tasks);
    course.hasEnded(0, atMs);
    expect(course.isLeft).toBe(isLeft);
  }
});
