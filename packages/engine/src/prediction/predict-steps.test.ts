import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { predictSteps, readEntries } from "./predict-steps.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "predict-"));
});
afterEach(() => rmSync(state, { recursive: true }));

function writeHistory(runs: number): void {
  mkdirSync(path.join(state, "metrics"), { recursive: true });
  const lines = Array.from({ length: runs }, (_, run) =>
    JSON.stringify({
      version: 1,
      run_id: `r${String(run).padStart(3, "0")}`,
      commit: null,
      machine: "m",
      workflow_id: "w",
      start_time: new Date(Date.UTC(2026, 0, 1, run)).toISOString(),
      end_time: new Date(Date.UTC(2026, 0, 1, run, 1)).toISOString(),
      total_duration: 60,
      status: "passed",
      steps_completed: 1,
      total_steps: 1,
      optimizations: {},
      step_timings: {},
      ai_stats: {},
      resource_usage: {},
      steps: [{ id: "lint", outcome: "passed", seconds: 30 + (run % 3), attempts: 1 }],
    }),
  );
  writeFileSync(path.join(state, "metrics", "history.jsonl"), lines.map((line) => `${line}\n`).join(""));
}

test("with fewer than ten runs, or no history at all, nothing is predicted and nothing is due", async () => {
  expect(await predictSteps(state, [{ step: "lint" }])).toEqual({ predictions: new Map(), trainBecause: undefined });
  writeHistory(9);
  expect(readEntries(state)).toHaveLength(9);
  expect((await predictSteps(state, [{ step: "lint" }])).predictions.size).toBe(0);
});

test("from ten runs on durations have bounds, and a model is due", async () => {
  writeHistory(40);
  const { predictions, trainBecause } = await predictSteps(state, [{ step: "lint" }, { step: "unheard-of" }]);
  const lint = predictions.get("lint");
  expect(lint?.p50Ms).toBeGreaterThan(29_000);
  expect(lint?.p90Ms).toBeGreaterThanOrEqual(lint?.p50Ms ?? Infinity);
  expect(trainBecause).toEqual(expect.any(String));
});
