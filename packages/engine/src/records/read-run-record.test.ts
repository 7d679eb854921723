import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunRecord } from "@ai-workflow/profiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EngineErrorCode } from "../errors.ts";
import { readRunRecord } from "./read-run-record.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "records ü "));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const record: RunRecord = {
  schema: "ai-workflow/run-record",
  version: 1,
  runId: "",
  workflowId: "w",
  toolVersion: "1",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T00:00:01.000Z",
  durationMs: 1_000,
  status: "passed",
  optimizations: { smartExecution: true, parallelExecution: true, multiStage: true, mlOptimize: true },
  environment: {
    platform: "linux",
    arch: "x64",
    nodeVersion: "v24.0.0",
    cpuModel: "c",
    cpuCount: 2,
    memoryBytes: 1,
    loadAverage1m: 0,
    ci: false,
  },
  changeSet: { known: false, code: "c", message: "m", remedy: "r" },
  steps: [],
  stages: [],
  saved: { replayedMs: 0, skippedMs: 0, parallelMs: 0 },
  spans: [],
  notices: [],
};

/** Leaves a run behind; without a text one that was killed. */
function leaveRun(runId: string, text?: string): string {
  const folder = path.join(directory, ".workflow", "runs", runId);
  mkdirSync(folder, { recursive: true });
  if (text !== undefined) writeFileSync(path.join(folder, "run.json"), text);
  return path.join(folder, "run.json");
}

const textOf = (runId: string): string => JSON.stringify({ ...record, runId });

function refusal(run?: string): { readonly code: EngineErrorCode; readonly text: string } {
  try {
    readRunRecord({ directory, run });
  } catch (error) {
    const { code, message, hint } = error as { code: EngineErrorCode; message: string; hint: string };
    return { code, text: `${message}. ${hint}` };
  }
  throw new Error("nothing was refused");
}

describe("readRunRecord()", () => {
  beforeEach(() => {
    leaveRun("20260101T100000Z-aaaaaa", textOf("20260101T100000Z-aaaaaa"));
    leaveRun("20260102T100000Z-bbbbbb", textOf("20260102T100000Z-bbbbbb"));
  });

  test("the latest run is the last one that left a record", () => {
    leaveRun("20260103T100000Z-cccccc");
    leaveRun("notes", "x");
    expect(readRunRecord({ directory }).runId).toBe("20260102T100000Z-bbbbbb");
    expect(readRunRecord({ directory, run: "latest" }).runId).toBe("20260102T100000Z-bbbbbb");
  });

  test("a run is named by its id, the beginning of it, or the path of its record", () => {
    const expected = "20260101T100000Z-aaaaaa";
    expect(readRunRecord({ directory, run: expected }).runId).toBe(expected);
    expect(readRunRecord({ directory, run: "20260101" }).runId).toBe(expected);
    const file = path.join(".workflow", "runs", expected, "run.json");
    expect(readRunRecord({ directory, run: file, from: directory }).runId).toBe(expected);
  });

  test("a run that does not exist, left nothing, or is one of several is missing", () => {
    expect(refusal("2027")).toMatchObject({
      code: "ENGINE_RUN_MISSING",
      text: expect.stringContaining("latest") as string,
    });
    expect(refusal("")).toMatchObject({ code: "ENGINE_RUN_MISSING" });
    expect(refusal("2026")).toMatchObject({
      code: "ENGINE_RUN_MISSING",
      text: expect.stringContaining("2 runs") as string,
    });
    leaveRun("20260103T100000Z-cccccc");
    expect(refusal("20260103")).toMatchObject({
      code: "ENGINE_RUN_MISSING",
      text: expect.stringContaining("left no record") as string,
    });
    expect(refusal("./run.json")).toMatchObject({ code: "ENGINE_RUN_MISSING" });
    rmSync(path.join(directory, ".workflow"), { recursive: true });
    expect(refusal()).toMatchObject({
      code: "ENGINE_RUN_MISSING",
      text: expect.stringContaining("ai-workflow run") as string,
    });
  });

  test.each([
    ["cut off", textOf("x").slice(0, 100), "not valid JSON"],
    ["of another kind", "{}", "does not say"],
    ["newer", JSON.stringify({ ...record, version: 99 }), "version 99"],
  ])("a record that is %s is told as such", (_kind, text, words) => {
    leaveRun("20260103T100000Z-cccccc", text);
    expect(refusal("20260103")).toMatchObject({
      code: "ENGINE_RUN_UNREADABLE",
      text: expect.stringContaining(words) as string,
    });
  });

  test("a folder in place of the record is told", () => {
    mkdirSync(leaveRun("20260103T100000Z-cccccc"));
    expect(refusal("20260103")).toMatchObject({
      code: "ENGINE_RUN_UNREADABLE",
      text: expect.stringContaining("EISDIR") as string,
    });
  });
});
