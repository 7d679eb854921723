import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../test/example-run-record.ts";
import { parseHistoryLine, type HistoryEntry } from "./history-entry.ts";
import { toCurrentRun } from "./to-current-run.ts";
import { machineClass, toHistoryLine } from "./to-history-line.ts";

describe("toHistoryLine()", () => {
  test("adds run, commit, machine, changes and the steps to the current run's fields", () => {
    expect(JSON.parse(toHistoryLine(exampleRunRecord))).toEqual({
      ...toCurrentRun(exampleRunRecord),
      version: 1,
      run_id: "20261123-1",
      commit: "a".repeat(40),
      machine: "linux-x64 4x Example CPU",
      changes: { total: 1, categories: { code: 1 } },
      steps: [
        { id: "code_review", outcome: "passed", seconds: 12.4, started: 0.1, attempts: 1, reason: "relevant-change" },
        { id: "lint", outcome: "passed", seconds: 1.5, started: 0.2, attempts: 1, reason: "relevant-change" },
        { id: "documentation_updates", outcome: "skipped", seconds: 0, attempts: 0, reason: "no-relevant-change" },
      ],
    });
  });

  test("keeps what was measured of a step, in seconds and MB, and nothing where nothing was", () => {
    const resources = {
      method: "proc",
      cpuMs: 8_250,
      systemCpuMs: 1_500,
      peakMemoryBytes: 150 * 2 ** 20,
      writeBytes: 2 ** 19,
      samples: 20,
    } as const;
    const steps = exampleRunRecord.steps.map((step, index) => (index === 0 ? { ...step, resources } : step));
    const entry = JSON.parse(toHistoryLine({ ...exampleRunRecord, steps })) as HistoryEntry;
    expect(entry.steps[0]).toMatchObject({
      cpu_seconds: 8.25,
      system_seconds: 1.5,
      peak_memory_mb: 150,
      write_mb: 0.5,
    });
    expect(entry.steps[0]).not.toHaveProperty("read_mb");
    expect(entry.steps[1]).not.toHaveProperty("cpu_seconds");
  });

  test("is one line that reads back as the same run, for any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const line = toHistoryLine(record);
        expect(line).not.toContain("\n");
        const parsed = parseHistoryLine(line);
        expect(parsed).toEqual({ kind: "entry", entry: JSON.parse(line) as unknown });
        const entry = parsed.kind === "entry" ? parsed.entry : undefined;
        expect(entry?.run_id).toBe(JSON.parse(JSON.stringify(record.runId)));
        expect(entry?.steps.map(({ outcome }) => outcome)).toEqual(record.steps.map(({ outcome }) => outcome));
        expect(entry?.commit).toBe(record.changeSet.known ? record.changeSet.headOid : null);
      }),
    );
  });
});

describe("parseHistoryLine()", () => {
  test("tells lines of a newer tool from bad ones", () => {
    const entry = JSON.parse(toHistoryLine(exampleRunRecord)) as Record<string, unknown>;
    expect(parseHistoryLine(JSON.stringify({ ...entry, version: 2, steps: "other" }))).toEqual({ kind: "newer" });
    expect(parseHistoryLine(JSON.stringify({ ...entry, extra: 1 }))).toMatchObject({ kind: "entry" });
    expect(parseHistoryLine(JSON.stringify({ ...entry, total_duration: "5" }))).toEqual({ kind: "bad" });
    expect(parseHistoryLine("[]")).toEqual({ kind: "bad" });
  });
});

test("machineClass() does not depend on load or free memory", () => {
  const { environment } = exampleRunRecord;
  expect(machineClass({ ...environment, loadAverage1m: 9, memoryBytes: 1 })).toBe(machineClass(environment));
  expect(machineClass({ ...environment, cpuCount: 2 })).not.toBe(machineClass(environment));
});
