import fc from "fast-check";
import { expect, test } from "vitest";
import type { HistoryStep } from "@ai-workflow/profiler";
import { expectFrom, medianOf } from "./expectations.ts";

test("the median is the middle value, the lower of two, 0 for none", () => {
  expect([medianOf([]), medianOf([3]), medianOf([10, 2]), medianOf([10, 2, 3])]).toEqual([0, 3, 2, 3]);
});

test("at least half of the values are not above the median, at least half not below, and the list stays as it is", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
      const copy = [...values];
      const median = medianOf(values);
      expect(values).toEqual(copy);
      expect(values.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(values.length);
      expect(values.filter((value) => value >= median).length * 2).toBeGreaterThanOrEqual(values.length);
    }),
  );
});

test("durations are expected by the median of the last five passes and bounded by the longest of them, memory by the highest of the last five measurements", () => {
  const step = (id: string, seconds: number, more: Partial<HistoryStep> = {}): HistoryStep => {
    return { id, outcome: "passed", seconds, attempts: 1, ...more };
  };
  const runs = [
    [step("a", 100, { peak_memory_mb: 9_000 })],
    ...[1, 2, 3, 4, 5].map((seconds) => [step("a", seconds, { peak_memory_mb: 100 * seconds })]),
    [step("a", 50, { outcome: "failed", peak_memory_mb: 8_000 }), step("b", 7, { peak_memory_mb: 3 })],
  ];
  const { durationsMs, upperMs, memoryMb } = expectFrom(runs.map((steps) => ({ steps })));
  expect([...durationsMs]).toEqual([
    ["b", 7_000],
    ["a", 3_000],
  ]);
  // One pass bounds nothing.
  expect([...upperMs]).toEqual([["a", 5_000]]);
  // One measurement says little.
  expect([...memoryMb]).toEqual([["a", 500]]);
});
