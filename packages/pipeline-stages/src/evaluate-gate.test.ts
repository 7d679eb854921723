import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../test/arbitrary-stages.ts";
import { defineStages, type Stage } from "./define-stages.ts";
import { evaluateGate, type StepOutcome, type StepResult } from "./evaluate-gate.ts";
import type { Severity } from "./severity.ts";

const stage = (settings: Partial<Stage> = {}): Stage => ({
  id: "core",
  steps: ["a", "b", "c"],
  trigger: "on_success",
  failFast: false,
  ...settings,
});

const results = (...outcomes: readonly (StepOutcome | undefined)[]): Map<string, StepResult> =>
  new Map(
    outcomes.flatMap((outcome, index): [string, StepResult][] =>
      outcome === undefined ? [] : [["abc".charAt(index), { outcome }]],
    ),
  );

describe("evaluateGate()", () => {
  test("opens when every step passed, was replayed or was skipped", () => {
    expect(evaluateGate(stage(), results("passed", "replayed", "skipped"))).toEqual({
      state: "open",
      reason: "satisfied",
      explanation: 'Every step of stage "core" is satisfied',
      because: [],
    });
    expect(evaluateGate(stage(), results("skipped", "skipped", "skipped"))).toMatchObject({
      state: "open",
      reason: "nothing-ran",
    });
  });

  test.each(["failed", "timed-out", "cancelled"] as const)("is closed by a step that %s", (outcome) => {
    expect(evaluateGate(stage(), results("passed", outcome, "skipped"))).toEqual({
      state: "closed",
      reason: "failed",
      explanation: 'The gate of stage "core" is closed: "b" did not pass',
      because: ["b"],
    });
  });

  test("is closed by an inconclusive step, and names a failure before it", () => {
    expect(evaluateGate(stage(), results("inconclusive", "passed", "passed"))).toMatchObject({
      state: "closed",
      reason: "inconclusive",
      because: ["a"],
    });
    expect(evaluateGate(stage(), results("inconclusive", "failed", "timed-out"))).toMatchObject({
      reason: "failed",
      because: ["b", "c"],
    });
  });

  test("is closed by an outcome it does not know", () => {
    expect(evaluateGate(stage(), results("passed", "passed", "exploded" as StepOutcome)).state).toBe("closed");
  });

  test("waits for every step, unless it fails fast and one failed", () => {
    expect(evaluateGate(stage(), results("failed", undefined, "passed"))).toEqual({
      state: "undecided",
      reason: "waiting-for-steps",
      explanation: 'Stage "core" still waits for "b"',
      because: ["b"],
    });
    const fast = stage({ failFast: true });
    expect(evaluateGate(fast, results("failed"))).toMatchObject({ state: "closed", because: ["a"] });
    expect(evaluateGate(fast, results("passed"))).toMatchObject({ state: "undecided", because: ["b", "c"] });
  });

  test("is closed by findings of the stage's severity or a graver one, and by none without such a setting", () => {
    const closedBy = (minimumSeverity: Severity | undefined, found: Severity): boolean => {
      const given = new Map(results("passed", "passed", "passed")).set("b", {
        outcome: "replayed",
        findings: { [found]: 2 },
      });
      const gate = evaluateGate(stage({ minimumSeverity }), given);
      if (gate.state === "closed") expect(gate).toMatchObject({ reason: "findings", because: ["b"] });
      return gate.state === "closed";
    };
    const found: readonly Severity[] = ["error", "warning", "info"];
    expect(found.map((severity) => closedBy(undefined, severity))).toEqual([false, false, false]);
    expect(found.map((severity) => closedBy("error", severity))).toEqual([true, false, false]);
    expect(found.map((severity) => closedBy("warning", severity))).toEqual([true, true, false]);
    expect(found.map((severity) => closedBy("info", severity))).toEqual([true, true, true]);
  });

  test("is closed by a time limit that was reached, whatever the results, and names what had not passed", () => {
    const limited = stage({ timeLimitMs: 60_000 });
    const reached = { timeLimitReached: true };
    expect(evaluateGate(limited, results("passed", "cancelled"), reached)).toEqual({
      state: "closed",
      reason: "time-limit",
      explanation: 'The gate of stage "core" is closed: it ran longer than its limit of 60 s; "b", "c" had not passed',
      because: ["b", "c"],
    });
    expect(evaluateGate(limited, results("passed", "passed", "passed"), reached)).toMatchObject({
      state: "closed",
      because: [],
    });
    expect(evaluateGate(limited, results("passed", "passed", "passed"), { timeLimitReached: false }).state).toBe(
      "open",
    );
  });

  test("never opens with a step that is missing, failing or inconclusive, and a decision stands as results come in", () => {
    fc.assert(
      fc.property(arbitraryPipeline, fc.array(fc.nat()), ({ definitions, stepIds, outcomes }, keys) => {
        const order = stepIds
          .map((id, index) => ({ id, key: keys[index] ?? index }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ id }) => id);
        for (const one of defineStages(definitions, stepIds).stages) {
          const known = new Map<string, StepResult>();
          let decided: string | undefined;
          for (const id of order) {
            known.set(id, outcomes.get(id) as StepResult);
            const gate = evaluateGate(one, known);
            if (decided !== undefined) expect(gate.state).toBe(decided);
            if (gate.state !== "undecided") decided = gate.state;
            if (gate.state === "open") {
              expect(one.steps.map((step) => known.get(step)?.outcome)).not.toContain(undefined);
              for (const step of one.steps)
                expect(["passed", "replayed", "skipped"]).toContain(known.get(step)?.outcome);
            } else expect(gate.because.length).toBeGreaterThan(0);
          }
          expect(decided).toBeDefined();
        }
      }),
    );
  });
});
