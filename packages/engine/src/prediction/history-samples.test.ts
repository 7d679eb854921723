import type { ChangeSetRecord, HistoryEntry } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { toQuery, toSamples } from "./history-samples.ts";

const entry = {
  run_id: "r1",
  start_time: "2026-01-01T00:00:10.000Z",
  machine: "linux-x64 4x CPU",
  changes: { total: 3, categories: { docs: 1, code: 2 } },
  steps: [
    { id: "lint", outcome: "passed", seconds: 2.5, attempts: 1, features: { input_files: 7 } },
    { id: "test", outcome: "failed", seconds: 9, attempts: 1, stage: "core" },
  ],
} as unknown as HistoryEntry;

test("rows carry what was known of step, stage, machine and changes, and the question for a step says the same of a new run", () => {
  const [lint, failed] = toSamples([entry]);
  const features = { changed_total: 3, changed_docs: 1, changed_code: 2 };
  expect(lint).toEqual({
    run: "r1",
    time: 1_767_225_610,
    step: "lint",
    machine: "linux-x64 4x CPU",
    features: { ...features, input_files: 7 },
    seconds: 2.5,
    outcome: "passed",
  });
  expect(failed).toMatchObject({ kind: "core", outcome: "failed" });
  const changeSet = { known: true, total: 3, categories: { docs: 1, code: 2 } } as unknown as ChangeSetRecord;
  const run = { machine: "linux-x64 4x CPU", time: 1_767_225_610, changeSet };
  const { run: _run, seconds: _seconds, outcome: _outcome, ...known } = lint ?? ({} as never);
  expect(toQuery("lint", undefined, { input_files: 7 }, run)).toEqual(known);
  const unknown = { known: false, code: "c", message: "m", remedy: "r" } as const;
  expect(toQuery("lint", "core", undefined, { ...run, changeSet: unknown })).toMatchObject({
    kind: "core",
    features: {},
  });
});

test("a time that cannot be read, or a run without changes, does no harm", () => {
  const [row] = toSamples([{ ...entry, start_time: "soon", changes: undefined }]);
  expect(row).toMatchObject({ time: 0, features: { input_files: 7 } });
});
