import type { StepOutcome } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import type { StoredSuccess } from "../results/stored-success.ts";
import { isFlaky, type EndedStep } from "./judge-flaky.ts";

const trigger = { categories: undefined, paths: undefined, always: false };
const plain: EndedStep["step"] = { cache: true, expiresMs: undefined, trigger };
const found: StoredSuccess = {
  stepId: "a",
  fingerprint: "print",
  runId: "run",
  at: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  findings: [],
};

function judge(
  outcome: StepOutcome,
  options: Partial<EndedStep> & { readonly failed?: boolean; readonly passed?: boolean },
): boolean {
  const { failed = false, passed = false, ...ended } = options;
  return isFlaky(
    { step: plain, outcome, attempts: 1, fingerprint: "print", ...ended },
    { has: (print) => failed && print === "print" },
    { find: (print) => (passed && print === "print" ? found : undefined) },
  );
}

test("passing at a further attempt is, whatever is known", () => {
  expect(judge("passed", { attempts: 2, fingerprint: undefined, step: { ...plain, cache: false } })).toBe(true);
  expect(judge("passed", {})).toBe(false);
  expect(judge("failed", { attempts: 3 })).toBe(false);
});

test.each<[StepOutcome, boolean, boolean]>([
  ["passed", true, false],
  ["failed", false, true],
  ["timed-out", false, true],
  ["cancelled", false, false],
  ["inconclusive", false, false],
])("%s: after a failure %s, after a success %s", (outcome, afterFailure, afterSuccess) => {
  expect(judge(outcome, { failed: true })).toBe(afterFailure);
  expect(judge(outcome, { passed: true })).toBe(afterSuccess);
});

test.each([
  ["expires", { ...plain, expiresMs: 1 }],
  ["is not kept", { ...plain, cache: false }],
  ["runs every time", { ...plain, trigger: { ...trigger, always: true } }],
])("nothing is concluded from earlier runs of a step that %s", (_, step) => {
  expect(judge("passed", { failed: true, step })).toBe(false);
  expect(judge("failed", { passed: true, step })).toBe(false);
});

test("nothing is concluded without a fingerprint", () => {
  expect(judge("passed", { failed: true, fingerprint: undefined })).toBe(false);
});
