import { describe, expect, test } from "vitest";
import { figure, historyOf, ran, runOf, told } from "../../../test/build-run.ts";
import type { StepRecord } from "../../run-record.ts";

const reads = (mb: number, bytes = 5e8): Pick<StepRecord, "resources" | "features"> => ({
  resources: { method: "proc", samples: 9, cpuMs: 6000, readBytes: mb * 2 ** 20 },
  features: { input_files: 120, input_bytes: bytes },
});

describe("findRepeatedReads()", () => {
  test("several steps that each fetched the same inputs from storage", () => {
    const [found] = told(
      "repeated-reads",
      runOf([ran("a", 0, 10, reads(500)), ran("b", 0, 12, reads(480)), ran("c", 0, 4, reads(900, 7))]),
    );
    expect(found).toMatchObject({ steps: ["a", "b"] });
    expect(found).not.toHaveProperty("expectedGainSeconds");
    expect(figure(found, "a read")).toBe(500);
    expect(figure(found, "without CPU work on the critical path")).toBe(6);
  });

  test("one step that reads much in each of its last three runs", () => {
    const record = runOf([ran("scan", 0, 12, reads(500))]);
    const run = (mb: number): typeof record => runOf([ran("scan", 0, 12, reads(mb))]);
    expect(told("repeated-reads", record, historyOf([run(1), run(400), run(400)]))).toMatchObject([
      { symptom: "scan reads much from storage in every run" },
    ]);
    expect(told("repeated-reads", record, historyOf([run(400), run(1), run(400)]))).toEqual([]);
    expect(told("repeated-reads", record, historyOf([run(400)]))).toEqual([]);
  });

  test("steps that share their inputs are told once, however often they read them", () => {
    const record = runOf([ran("a", 0, 10, reads(500)), ran("b", 0, 12, reads(480))]);
    expect(told("repeated-reads", record, historyOf([record, record]))).toHaveLength(1);
  });

  test("says nothing of other inputs, of what came from the page cache, and of steps that computed meanwhile", () => {
    expect(told("repeated-reads", runOf([ran("a", 0, 10, reads(500)), ran("b", 0, 12, reads(500, 9))]))).toEqual([]);
    expect(told("repeated-reads", runOf([ran("a", 0, 10, reads(500)), ran("b", 0, 12, reads(3))]))).toEqual([]);
    expect(told("repeated-reads", runOf([ran("a", 0, 6, reads(500)), ran("b", 0, 6, reads(500))]))).toEqual([]);
    const unknown = { ...reads(500), features: undefined };
    expect(told("repeated-reads", runOf([ran("a", 0, 10, unknown), ran("b", 0, 12, unknown)]))).toEqual([]);
  });

  test("what counts as much can be said", () => {
    const record = runOf([ran("a", 0, 10, reads(5)), ran("b", 0, 12, reads(5))]);
    expect(told("repeated-reads", record, [], { minReadBytes: 5 * 2 ** 20 })).toHaveLength(1);
  });
});
