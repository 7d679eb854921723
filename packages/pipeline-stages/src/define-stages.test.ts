import { describe, expect, test } from "vitest";
import { defineStages, type StageDefinition } from "./define-stages.ts";
import { PipelineStagesError } from "./errors.ts";

function errorOf(definitions: readonly StageDefinition[], stepIds: readonly string[]): PipelineStagesError {
  try {
    defineStages(definitions, stepIds);
  } catch (error) {
    if (error instanceof PipelineStagesError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("defineStages()", () => {
  test("fills in defaults, keeps the order and lists the steps in no stage", () => {
    const { stages, unstaged, stageOfStep } = defineStages(
      [
        { id: "core", steps: ["lint", "unit"] },
        { id: "release", steps: ["tag"], trigger: "manual", failFast: true, minimumSeverity: "warning" },
      ],
      ["tag", "report", "lint", "unit", "audit"],
    );
    expect(stages).toEqual([
      { id: "core", steps: ["lint", "unit"], trigger: "on_success", failFast: false },
      { id: "release", steps: ["tag"], trigger: "manual", failFast: true, minimumSeverity: "warning" },
    ]);
    expect(unstaged).toEqual(["report", "audit"]);
    expect(stageOfStep.get("unit")).toBe(stages[0]);
    expect(stageOfStep.has("audit")).toBe(false);
  });

  test("takes a workflow without stages", () => {
    expect(defineStages([], ["a"])).toMatchObject({ stages: [], unstaged: ["a"] });
  });

  test("does not change with the definitions afterwards", () => {
    const steps = ["a"];
    const { stages } = defineStages([{ id: "one", steps }], ["a", "b"]);
    steps.push("b");
    expect(stages[0]?.steps).toEqual(["a"]);
  });

  test("refuses stages that contradict themselves or the steps", () => {
    expect(
      errorOf(
        [
          { id: "x", steps: ["a"] },
          { id: "x", steps: ["b"] },
        ],
        ["a", "b"],
      ),
    ).toMatchObject({
      code: "PIPELINE_STAGES_DUPLICATE_STAGE",
      stageId: "x",
    });
    expect(errorOf([{ id: "x", steps: [] }], ["a"])).toMatchObject({
      code: "PIPELINE_STAGES_EMPTY_STAGE",
      stageId: "x",
    });
    expect(errorOf([{ id: "x", steps: ["a", "no", "none"] }], ["a"])).toMatchObject({
      code: "PIPELINE_STAGES_UNKNOWN_STEP",
      stepIds: ["no", "none"],
      message: 'Cannot define stages: stage "x" names steps that do not exist: "no", "none"',
    });
    expect(
      errorOf(
        [
          { id: "x", steps: ["a"] },
          { id: "y", steps: ["a"] },
        ],
        ["a"],
      ),
    ).toMatchObject({
      code: "PIPELINE_STAGES_DUPLICATE_STEP",
      stepIds: ["a"],
      message: 'Cannot define stages: step "a" is in the stages "x" and "y"',
    });
    expect(errorOf([{ id: "x", steps: ["a", "a"] }], ["a"])).toMatchObject({
      code: "PIPELINE_STAGES_DUPLICATE_STEP",
      message: 'Cannot define stages: step "a" is twice in stage "x"',
    });
  });
});
