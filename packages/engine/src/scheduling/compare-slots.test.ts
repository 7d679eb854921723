import { expect, test } from "vitest";
import { compareSlots } from "./compare-slots.ts";

/** Ten steps of a second beside a chain of three. */
const makespanWith = (slots: number): number => Math.max(3_000, Math.ceil(13 / slots) * 1_000);

test("compareSlots() tells what one at a time and more at a time would take, until more brings nothing", () => {
  expect(compareSlots({ maxParallel: 2, plannedMakespanMs: 7_000 }, makespanWith)).toEqual([
    { maxParallel: 1, makespanMs: 13_000 },
    { maxParallel: 2, makespanMs: 7_000 },
    { maxParallel: 4, makespanMs: 4_000 },
    { maxParallel: 8, makespanMs: 3_000 },
  ]);
  expect(compareSlots({ maxParallel: 1, plannedMakespanMs: 0 }, () => 0)).toEqual([{ maxParallel: 1, makespanMs: 0 }]);
});
