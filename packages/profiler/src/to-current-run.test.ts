import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryRunRecord } from "../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../test/example-run-record.ts";
import { toCurrentRun } from "./to-current-run.ts";

test("toCurrentRun() gives exactly the documented fields, in seconds, MB and percent", () => {
  expect(toCurrentRun(exampleRunRecord)).toEqual({
    workflow_id: "shop",
    start_time: "2026-11-23T10:00:00.000Z",
    end_time: "2026-11-23T10:00:13.000Z",
    total_duration: 13,
    status: "passed",
    steps_completed: 2,
    total_steps: 3,
    optimizations: { smart_execution: true, parallel_execution: true, multi_stage: false, ml_optimize: true },
    step_timings: { code_review: 12.4, lint: 1.5 },
    ai_stats: { calls: 1, cache_hits: 0, cache_misses: 1, total_tokens: 1200, tokens_saved: 0, total_duration: 9 },
    resource_usage: { cpu_count: 4, memory_total_mb: 8192, load_percent: 25 },
  });
});

test("toCurrentRun() tells what the steps took where they were measured", () => {
  const resources = {
    cpuMs: 26_000,
    peakMemoryBytes: 300 * 2 ** 20,
    readBytes: 2 ** 20,
    writeBytes: 2 ** 21,
    toolCpuMs: 90,
    toolPeakMemoryBytes: 80 * 2 ** 20,
  };
  expect(toCurrentRun({ ...exampleRunRecord, resources }).resource_usage).toEqual({
    cpu_count: 4,
    memory_total_mb: 8192,
    load_percent: 25,
    cpu_seconds: 26,
    cpu_avg_percent: 50,
    peak_memory_mb: 300,
    disk_io_mb: 3,
  });
});

test("toCurrentRun() times every step that started, whatever its id", () => {
  fc.assert(
    fc.property(arbitraryRunRecord, (record) => {
      const current = toCurrentRun(record);
      const started = record.steps.filter((step) => step.startedMs !== undefined);
      expect(new Set(Object.keys(current.step_timings))).toEqual(new Set(started.map(({ id }) => id)));
      for (const step of started) {
        expect(Math.abs((current.step_timings[step.id] ?? 0) * 1000 - step.durationMs)).toBeLessThan(0.51);
      }
      expect(current.steps_completed).toBeLessThanOrEqual(current.total_steps);
    }),
  );
});

test("toCurrentRun() counts the tokens of hits as saved, not as spent", () => {
  const span = { id: 1, name: "ai_call", startMs: 0, endMs: 1 };
  const spans = [
    { ...span, attributes: { cache: "hit", tokens: 500 } },
    { ...span, attributes: { cache: "miss", tokens: 70 } },
    { ...span, attributes: { cache: "hit", tokens: "many" } },
  ];
  const { ai_stats } = toCurrentRun({ ...exampleRunRecord, spans });
  expect(ai_stats).toMatchObject({ calls: 3, cache_hits: 2, cache_misses: 1, total_tokens: 70, tokens_saved: 500 });
});
