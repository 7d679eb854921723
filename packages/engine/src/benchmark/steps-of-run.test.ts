import type { RunRecord, StepRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { stepsOfRun } from "./steps-of-run.ts";

function step(id: string, fields: Partial<StepRecord>): StepRecord {
  const decision = { action: "run", reason: "x", explanation: "because of x" } as const;
  return {
    id,
    kind: "shell",
    decision,
    outcome: "passed",
    durationMs: 0,
    attempts: 1,
    waits: [],
    findings: [],
    ...fields,
  };
}

function reasonsOf(steps: readonly StepRecord[], spans: RunRecord["spans"] = []): (string | undefined)[] {
  return stepsOfRun({ steps, spans } as RunRecord).map(({ reason }) => reason);
}

test("stepsOfRun() gives the decision's words for what was replayed or skipped, and the message of what did not pass", () => {
  const decision = { action: "skip", reason: "no-relevant-change", explanation: "only documents changed" } as const;
  expect(
    stepsOfRun({
      spans: [],
      steps: [
        step("a", { outcome: "replayed" }),
        step("b", { outcome: "skipped", decision }),
        step("c", { outcome: "timed-out", message: "took longer than 1 min", durationMs: 60_000 }),
        step("d", { durationMs: 12 }),
      ],
    } as unknown as RunRecord),
  ).toEqual([
    { step: "a", outcome: "replayed", durationMs: 0, reason: "because of x" },
    { step: "b", outcome: "skipped", durationMs: 0, reason: "only documents changed" },
    { step: "c", outcome: "timed-out", durationMs: 60_000, reason: "took longer than 1 min" },
    { step: "d", outcome: "passed", durationMs: 12 },
  ]);
});

test("stepsOfRun() names the steps that ran at the same time for a tenth of a step's time or more", () => {
  const at = (id: string, startedMs: number, finishedMs: number): StepRecord =>
    step(id, { startedMs, finishedMs, durationMs: finishedMs - startedMs });
  expect(reasonsOf([at("long", 0, 100), at("first", 0, 50), at("brief", 60, 65), at("after", 100, 120)])).toEqual([
    "in parallel with first",
    "in parallel with long",
    "in parallel with long",
    undefined,
  ]);
});

test("stepsOfRun() counts the answers of a step that came from the cache", () => {
  const call = (id: number, cache: string, of = "review"): RunRecord["spans"][number] =>
    ({ id: String(id), name: "ai_call", step: of, startMs: 0, endMs: 1, attributes: { cache } }) as never;
  expect(reasonsOf([step("review", {})], [call(1, "hit"), call(2, "miss"), call(3, "hit", "other")])).toEqual([
    "1 of 2 answers from the cache",
  ]);
});
