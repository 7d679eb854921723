import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../test/arbitrary-stages.ts";
import { defineStages } from "./define-stages.ts";
import { evaluateGate, type StepOutcome, type StepResult } from "./evaluate-gate.ts";
import { nextStage, stageStates } from "./next-stage.ts";

const results = (outcomes: Readonly<Record<string, StepOutcome>>): Map<string, StepResult> =>
  new Map(Object.entries(outcomes).map(([id, outcome]) => [id, { outcome }]));

const stages = defineStages(
  [
    { id: "core", steps: ["lint", "unit"] },
    { id: "extended", steps: ["e2e"] },
    { id: "release", steps: ["tag"], trigger: "manual" },
    { id: "report", steps: ["mail"], trigger: "auto" },
  ],
  ["lint", "unit", "e2e", "tag", "mail"],
);

const actionAfter = (outcomes: Readonly<Record<string, StepOutcome>>, approvals: readonly string[] = []): string => {
  const next = nextStage(stages, results(outcomes), new Set(approvals));
  return next.action === "done" ? "done" : `${next.action} ${next.stage.id}`;
};
const statesAfter = (outcomes: Readonly<Record<string, StepOutcome>>, approvals: readonly string[] = []): string[] =>
  stageStates(stages, results(outcomes), new Set(approvals)).map(({ state }) => state);

describe("nextStage()", () => {
  test("runs stage after stage, waits for an approval last, and is done when every gate is open", () => {
    expect(actionAfter({})).toBe("run core");
    expect(actionAfter({ lint: "passed" })).toBe("run core");
    expect(actionAfter({ lint: "passed", unit: "replayed" })).toBe("run extended");
    const extended = { lint: "passed", unit: "passed", e2e: "passed" } as const;
    expect(actionAfter(extended)).toBe("run report");
    expect(actionAfter({ ...extended, mail: "passed" })).toBe("await-approval release");
    expect(actionAfter({ ...extended, mail: "passed" }, ["release"])).toBe("run release");
    expect(actionAfter(extended, ["release"])).toBe("run release");
    expect(actionAfter({ ...extended, tag: "passed", mail: "passed" })).toBe("done");
  });

  test("stops at a closed gate once the stages that run anyway have run, and approval changes nothing", () => {
    const failed = { lint: "passed", unit: "failed" } as const;
    expect(actionAfter(failed)).toBe("run report");
    expect(actionAfter({ ...failed, mail: "passed" })).toBe("stop core");
    expect(actionAfter({ ...failed, mail: "passed" }, ["release"])).toBe("stop core");
    expect(statesAfter({ ...failed, mail: "passed" })).toEqual(["failed", "blocked", "blocked", "passed"]);
  });

  test("does not start an approved stage before the earlier gates opened", () => {
    expect(actionAfter({}, ["release"])).toBe("run core");
    expect(statesAfter({}, ["release"])).toEqual(["ready", "pending", "pending", "pending"]);
  });

  test("asks no approval for a stage none of whose steps has to run", () => {
    expect(actionAfter({ lint: "passed", unit: "passed", e2e: "passed", tag: "skipped", mail: "passed" })).toBe("done");
  });

  test("is done at once without stages", () => {
    expect(nextStage(defineStages([], ["a"]), new Map())).toMatchObject({ action: "done" });
  });
});

describe("any pipeline", () => {
  const walk = fc.record({ pipeline: arbitraryPipeline, approved: fc.array(fc.nat(4)) });

  test("ends; starts no stage twice; starts a stage only as its trigger allows; runs nothing after stop or done", () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(walk, ({ pipeline: { definitions, stepIds, outcomes }, approved }) => {
        const defined = defineStages(definitions, stepIds);
        const approvals = new Set(approved.map((index) => `s${index}`));
        const known = new Map<string, StepResult>();
        const started: string[] = [];
        for (;;) {
          const next = nextStage(defined, known, approvals);
          if (next.action !== "run") {
            ends.set(next.action, (ends.get(next.action) ?? 0) + 1);
            if (next.action === "await-approval") {
              expect(next.stage.trigger).toBe("manual");
              expect(approvals.has(next.stage.id)).toBe(false);
            } else {
              // Whatever becomes known or approved later, nothing runs any more.
              const everything = new Set(defined.stages.map(({ id }) => id));
              for (const [id, result] of outcomes) {
                if (!known.has(id)) known.set(id, result);
                expect(nextStage(defined, known, everything).action).not.toBe("run");
              }
            }
            return;
          }
          const { stage } = next;
          expect(started).not.toContain(stage.id);
          started.push(stage.id);
          if (stage.trigger !== "auto") {
            const earlier = defined.stages.slice(0, defined.stages.indexOf(stage));
            for (const one of earlier) expect(evaluateGate(one, known).state).toBe("open");
          }
          if (stage.trigger === "manual") expect(approvals.has(stage.id)).toBe(true);
          for (const id of stage.steps) known.set(id, outcomes.get(id) as StepResult);
        }
      }),
      { numRuns: 500 },
    );
    expect([...ends.keys()].toSorted()).toEqual(["await-approval", "done", "stop"]);
  });

  test("agrees between nextStage() and stageStates(), for results known in any part", () => {
    fc.assert(
      fc.property(walk, fc.array(fc.boolean()), ({ pipeline: { definitions, stepIds, outcomes }, approved }, mask) => {
        const defined = defineStages(definitions, stepIds);
        const approvals = new Set(approved.map((index) => `s${index}`));
        const known = new Map([...outcomes].filter((_, index) => mask[index] ?? false));
        const states = stageStates(defined, known, approvals);
        const ready = states.filter(({ state }) => state === "ready");
        expect(ready.length).toBeLessThanOrEqual(1);
        const next = nextStage(defined, known, approvals);
        expect(next.action === "run").toBe(ready.length === 1);
        if (next.action === "run") expect(next.stage).toBe(ready[0]?.stage);
        if (next.action === "done") expect(states.every(({ state }) => state === "passed")).toBe(true);
      }),
    );
  });
});
