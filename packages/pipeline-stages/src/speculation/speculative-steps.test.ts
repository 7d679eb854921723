import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../../test/arbitrary-stages.ts";
import { defineStages, type StageDefinition } from "../define-stages.ts";
import type { StepOutcome, StepResult } from "../evaluate-gate.ts";
import { stageStates } from "../next-stage.ts";
import { speculativeSteps, type SpeculationStep } from "./speculative-steps.ts";

const definitions: readonly StageDefinition[] = [
  { id: "core", steps: ["lint", "unit"] },
  { id: "extended", steps: ["e2e", "build", "docs"] },
  { id: "report", steps: ["mail"], trigger: "auto" },
  { id: "more", steps: ["audit"] },
  { id: "finish", steps: ["tag"], trigger: "manual" },
  { id: "last", steps: ["links"] },
];
const ids = definitions.flatMap(({ steps }) => steps);

function speculate(
  outcomes: Readonly<Record<string, StepOutcome>>,
  changes: readonly SpeculationStep[] = [],
  approvals: readonly string[] = [],
  from: readonly StageDefinition[] = definitions,
): readonly string[] {
  const results = new Map(Object.entries(outcomes).map(([id, outcome]) => [id, { outcome }]));
  const stages = defineStages(from, [...ids, "free"]);
  const steps = [...ids, "free"].map((id) => ({
    ...(changes.find((step) => step.id === id) ?? { id, isPure: true }),
    outcome: outcomes[id],
  }));
  return speculativeSteps(stages, stageStates(stages, results, new Set(approvals)), steps);
}

describe("speculativeSteps()", () => {
  test("gives the pure steps behind a gate that is undecided, up to where a person decides", () => {
    expect(speculate({})).toEqual(["e2e", "build", "docs", "audit"]);
    expect(speculate({ lint: "passed", docs: "passed" })).toEqual(["e2e", "build", "audit"]);
    expect(speculate({}, [{ id: "e2e", isPure: false }])).toEqual(["build", "docs", "audit"]);
  });

  test("gives none once a gate closed, and none of a stage that runs", () => {
    expect(speculate({ lint: "passed", unit: "failed" })).toEqual([]);
    expect(speculate({ lint: "passed", unit: "passed" })).toEqual(["audit"]);
    // A failure before the gate is decided does not close it yet.
    expect(speculate({ lint: "failed" })).toEqual(["e2e", "build", "docs", "audit"]);
  });

  test("gives none where nothing runs that could open a gate", () => {
    const done = {
      lint: "passed",
      unit: "passed",
      e2e: "passed",
      build: "passed",
      docs: "passed",
      mail: "passed",
    } as const;
    expect(speculate({ ...done, audit: "passed" })).toEqual([]);
    expect(speculate({ ...done, audit: "passed" }, [], ["finish"])).toEqual(["links"]);
  });

  test("gives a step only if what it needs has ended well, runs, or can be started too", () => {
    const needs = (id: string, needed: string): SpeculationStep => ({ id, isPure: true, needs: [needed] });
    expect(speculate({}, [needs("e2e", "build"), needs("build", "lint")])).toContain("e2e");
    expect(speculate({}, [needs("e2e", "free")])).toContain("e2e");
    expect(speculate({}, [needs("e2e", "build"), { id: "build", isPure: false }])).toEqual(["docs", "audit"]);
    expect(speculate({}, [needs("e2e", "mail")])).not.toContain("e2e");
    expect(speculate({ lint: "failed" }, [needs("e2e", "lint")])).not.toContain("e2e");
    expect(speculate({ build: "skipped" }, [needs("e2e", "build")])).toContain("e2e");
  });

  test("stops at a stage whose expression is undecided, and passes over one that is not wanted", () => {
    const withTrigger = (trigger: string): readonly StageDefinition[] =>
      definitions.map((stage) => (stage.id === "extended" ? { ...stage, trigger } : stage));
    expect(speculate({}, [], [], withTrigger('stage("core").passed'))).toEqual([]);
    expect(speculate({}, [{ id: "audit", isPure: true, needs: ["e2e"] }], [], withTrigger("false"))).toEqual(["audit"]);
  });

  test("never gives a step of a manual stage, one that is not pure or has ended, or any behind a closed gate", () => {
    fc.assert(
      fc.property(
        arbitraryPipeline,
        fc.array(fc.boolean(), { minLength: 15 }),
        fc.array(fc.boolean()),
        (pipeline, known, pure) => {
          const stages = defineStages(pipeline.definitions, pipeline.stepIds);
          const results = new Map<string, StepResult>(
            pipeline.stepIds.flatMap((id, index) =>
              known[index] ? [[id, pipeline.outcomes.get(id) as StepResult]] : [],
            ),
          );
          const states = stageStates(stages, results);
          const steps = pipeline.stepIds.map((id, index) => ({
            id,
            isPure: pure[index] ?? true,
            outcome: results.get(id)?.outcome,
          }));
          for (const id of speculativeSteps(stages, states, steps)) {
            const place = states.findIndex(({ stage }) => stage.steps.includes(id));
            expect(states[place]).toMatchObject({ state: "pending", stage: { trigger: "on_success" } });
            expect(states.some(({ state }) => state === "failed")).toBe(false);
            expect(
              states.slice(0, place).some(({ stage, state }) => stage.trigger === "manual" && state === "waiting"),
            ).toBe(false);
            expect(steps.find((step) => step.id === id)).toMatchObject({ isPure: true, outcome: undefined });
          }
        },
      ),
    );
  });
});
