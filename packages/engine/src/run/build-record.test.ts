import type { RunStatus, StageRecord, StepRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { statusOf } from "./build-record.ts";

function step(outcome: StepRecord["outcome"], reason = "forced"): StepRecord {
  return {
    id: outcome,
    kind: "shell",
    decision: { action: "run", reason, explanation: "" },
    outcome,
    durationMs: 0,
    attempts: 0,
    waits: [],
    findings: [],
  };
}

const waiting = step("skipped", "awaiting-approval");
const closed: StageRecord = { id: "s", state: "closed" };

test.each<[RunStatus, readonly StepRecord[], readonly StageRecord[], boolean]>([
  ["passed", [], [], false],
  ["passed", [step("passed"), step("replayed"), step("skipped")], [{ id: "s", state: "passed" }], false],
  ["partial", [step("passed"), waiting], [{ id: "s", state: "waiting" }], false],
  ["partial", [step("passed"), step("skipped", "over-budget")], [], false],
  ["failed", [step("passed")], [closed], false],
  ["failed", [step("passed"), waiting], [{ id: "s", state: "failed" }], false],
  ["failed", [step("cancelled")], [], false],
  ["inconclusive", [step("inconclusive"), step("cancelled"), waiting], [closed], false],
  ["cancelled", [step("passed"), step("cancelled"), step("inconclusive")], [closed], true],
  ["failed", [step("failed"), step("inconclusive")], [], true],
  ["failed", [step("timed-out"), waiting], [], false],
])("%s is the status where it is the worst there is", (status, steps, stages, cancelled) => {
  expect(statusOf(steps, stages, cancelled)).toBe(status);
  expect(statusOf(steps.toReversed(), stages, cancelled)).toBe(status);
});
