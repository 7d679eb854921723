import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StepRecord } from "@ai-workflow/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderLastLines, renderStepLog, type OutputLogs } from "./step-log.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "aiw-log-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const step = (outcome: StepRecord["outcome"], log: string | undefined): StepRecord => ({
  id: "unit",
  kind: "shell",
  outcome,
  durationMs: 1,
  attempts: 1,
  decision: { action: "run", reason: "forced", explanation: "forced" },
  log,
  waits: [],
  findings: [],
});

function print(outcome: StepRecord["outcome"], which: OutputLogs, text = "said\n"): string {
  writeFileSync(path.join(folder, "unit.log"), text);
  return renderStepLog(step(outcome, "unit.log"), which, folder);
}

test("whose output is printed follows from the outcome", () => {
  const outcomes = ["passed", "failed", "timed-out", "replayed"] as const;
  const printed = (which: OutputLogs): readonly string[] => outcomes.filter((outcome) => print(outcome, which) !== "");
  expect(printed("full")).toEqual(outcomes);
  expect(printed("new-only")).toEqual(["passed", "failed", "timed-out"]);
  expect(printed("errors-only")).toEqual(["failed", "timed-out"]);
  expect(printed("none")).toEqual([]);
});

test("the output stands between two lines, the first naming step and file, and ends with one line break", () => {
  const file = path.relative(process.cwd(), path.join(folder, "unit.log"));
  expect(print("failed", "full", "a\u001b[2J\n\n\n")).toBe(`--- unit: ${file}\na\n---\n`);
  expect(print("failed", "full", "a")).toBe(`--- unit: ${file}\na\n---\n`);
});

test("of a long log the end is printed, and that it is one is said", () => {
  const text = print("failed", "full", `${"x".repeat(200_000)}end\n`);
  expect(text).toMatch(/^--- unit: last 64 KiB of .*unit\.log\nx+end\n---\n$/);
  expect(text.length).toBeLessThan(66_000);
});

test("nothing is printed for an empty log, one that is gone, and a step without one", () => {
  expect(print("failed", "full", " \n")).toBe("");
  expect(renderStepLog(step("failed", "gone.log"), "full", folder)).toBe("");
  expect(renderStepLog(step("failed", undefined), "full", folder)).toBe("");
});

test("the name of the file is safe to print, also where a folder's name is not", () => {
  const evil = path.join(folder, "a\u001b[2J\n::error::b");
  mkdirSync(evil);
  writeFileSync(path.join(evil, "unit.log"), "said\n");
  const failed = step("failed", "unit.log");
  for (const text of [renderStepLog(failed, "full", evil), renderLastLines([failed], evil)]) {
    expect(text).toContain(String.raw`a\u{1b}[2J\u{a}::error::b/unit.log`);
  }
});
