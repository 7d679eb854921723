import type { Finding, RunRecord, StepRecord } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { createStyle } from "./style.ts";
import { renderSummary } from "./summary.ts";

function step(id: string, seconds: number): StepRecord {
  return {
    id,
    kind: "shell",
    decision: { action: "run", reason: "forced", explanation: "forced" },
    outcome: "passed",
    startedMs: 0,
    finishedMs: seconds * 1_000,
    durationMs: seconds * 1_000,
    attempts: 1,
    waits: [],
    findings: [],
  };
}

/** A run of these steps that passed. */
function runOf(steps: readonly StepRecord[], seconds = 1): RunRecord {
  const saved = { replayedMs: 0, skippedMs: 0, parallelMs: 0 };
  return { status: "passed", durationMs: seconds * 1_000, steps, stages: [], saved } as Partial<RunRecord> as RunRecord;
}

/** The line about slow steps at the end of a run of these steps. */
function slowest(seconds: readonly number[], runSeconds: number): string | undefined {
  const record = runOf(
    seconds.map((one, at) => step(`s${at}`, one)),
    runSeconds,
  );
  const text = renderSummary(record, createStyle(false, {}), { quiet: false, recordFile: undefined });
  return /^slowest: .*$/m.exec(text)?.[0];
}

test("of a long run with many steps those are named that took most of it, three at most", () => {
  expect(slowest([1, 30, 2, 90, 1, 40, 20], 100)).toBe("slowest: s3 1m 30s, s5 40.0s, s1 30.0s");
  expect(slowest([1, 1, 1, 1, 1, 60], 60)).toBe("slowest: s5 1m 00s");
});

test("a short run, one of few steps, and one whose steps take the same are not worth a look", () => {
  expect(slowest([0.1, 3, 0.1, 0.1, 0.1, 0.1], 4)).toBeUndefined();
  expect(slowest([10, 50, 1], 60)).toBeUndefined();
  expect(
    slowest(
      Array.from({ length: 20 }, () => 3),
      60,
    ),
  ).toBeUndefined();
});

test("what is suggested for several findings in a row stands once, below the last of them", () => {
  const finding = (rule: string, suggestion?: string) => ({
    rule,
    severity: "error" as const,
    message: rule,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  const findings = [finding("a", "x"), finding("a", "x"), finding("a", "y"), finding("a"), finding("a", "x")];
  const text = renderSummary(runOf([{ ...step("s", 1), findings }]), createStyle(false, {}), {
    quiet: false,
    recordFile: undefined,
  });
  expect(text).toContain(
    `${["error a (s/a)", "error a (s/a)"].map((line) => `s: ${line}\n`).join("")}  suggestion for these 2: x\ns: error a (s/a)\n  suggestion: y\ns: error a (s/a)\ns: error a (s/a)\n  suggestion: x\n`,
  );
});

test.each([
  [{ replayedMs: 0, skippedMs: 0, parallelMs: 16 }, "saved 16ms by running in parallel"],
  [
    { replayedMs: 30, skippedMs: 0, parallelMs: 16 },
    "saved 46ms (30ms replayed, 16ms by running in parallel; replayed and skipped steps count with the time they last took)",
  ],
  [{ replayedMs: 0, skippedMs: 0, parallelMs: -3 }, undefined],
])("how time saved is counted is said where it is not plain: %j", (saved, line) => {
  const text = renderSummary({ ...runOf([]), saved }, createStyle(false, {}), { quiet: false, recordFile: undefined });
  expect(/^saved .*$/m.exec(text)?.[0]).toBe(line);
});

test("with --quiet a run that passed tells of errors that count as advice, and of nothing that is said aside", () => {
  const findings = (["error", "warning", "info"] as const).map((severity) => ({
    rule: "r",
    severity,
    message: severity,
  }));
  const quiet = (one: StepRecord): string =>
    renderSummary(runOf([one]), createStyle(false, {}), { quiet: true, recordFile: undefined });
  expect(quiet({ ...step("review", 1), findings })).toBe("review: error error (review/r)\n");
  expect(quiet({ ...step("review", 1), findings: findings.slice(1) })).toBe("");
});

test("one thing is told as one thing", () => {
  const finding = (rule: string, file: string): Finding => ({ rule, severity: "warning", message: "m", file });
  const many = Array.from({ length: 51 }, (_, at) => ({ ...step(`s${at}`, 1), findings: [finding("r", "a")] }));
  const text = renderSummary(runOf(many), createStyle(false, {}), { quiet: false, recordFile: undefined });
  expect(text).toContain("\nand 1 more finding\n");
  const spread = Array.from({ length: 8 }, (_, at) => finding("r", `f${at}`));
  const one = renderSummary(runOf([{ ...step("s", 1), findings: spread }]), createStyle(false, {}), {
    quiet: false,
    recordFile: undefined,
  });
  expect(one).toMatch(/, 1 more file\n/);
});

test("where the record is can be printed, whatever the folder is called", () => {
  const options = { quiet: false, recordFile: "a\u001b[2J\n::error::b/run.json" };
  const text = renderSummary(runOf([step("a", 1)]), createStyle(false, {}), options);
  expect(text).toContain(String.raw`record: a\u{1b}[2J\u{a}::error::b/run.json`);
});
