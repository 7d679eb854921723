import { describe, expect, test } from "vitest";
import { findLastRun, findRun, readHistoryLines } from "./alert-history.ts";

function line(runId: string, status = "passed"): string {
  return JSON.stringify({
    version: 1,
    run_id: runId,
    commit: null,
    machine: "m",
    workflow_id: "w",
    start_time: "2026-01-01T00:00:00.000Z",
    end_time: "2026-01-01T00:00:01.000Z",
    total_duration: 1,
    status,
    steps_completed: 0,
    total_steps: 0,
    optimizations: {},
    step_timings: {},
    ai_stats: {},
    resource_usage: {},
    steps: [],
  });
}

describe("findLastRun()", () => {
  test("gives the last run that was not cancelled, whatever stands behind it, with the lines up to it", () => {
    const lines = [line("a"), "", line("b", "failed"), line("c", "cancelled"), '{"cut', "{}", line(""), ""];
    expect(findLastRun(lines)).toMatchObject({ entry: { run_id: "b" }, lines: lines.slice(0, 3) });
  });

  test("gives nothing where there is none", () => {
    expect(findLastRun([])).toBeUndefined();
    expect(findLastRun([line("a", "cancelled"), "null"])).toBeUndefined();
  });
});

test("findRun() takes a whole id, not what only holds it", () => {
  const lines = [line("run-12"), '"run-1"', line("run-1"), line("x").replace('"w"', '"run-2"')];
  expect(findRun(lines, "run-1")).toMatchObject({ run_id: "run-1" });
  expect(findRun(lines, "run-2")).toBeUndefined();
});

test("readHistoryLines() gives no lines where there is no file, or a folder", () => {
  expect(readHistoryLines("/nowhere/at/all")).toEqual([]);
  expect(readHistoryLines("/")).toEqual([]);
});
