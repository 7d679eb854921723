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

  test("reads triggers that are expressions over what comes before", () => {
    const { stages } = defineStages(
      [
        { id: "core", steps: ["lint"] },
        { id: "docs", steps: ["links"], trigger: 'stage("core").passed and step("free").over and changed("docs")' },
        { id: "end", steps: ["tag"], trigger: "  manual_ok " },
      ],
      ["lint", "links", "tag", "free"],
      { categories: ["docs"], facts: ["manual_ok"] },
    );
    expect(stages.map(({ trigger }) => trigger)).toEqual(["on_success", "expression", "expression"]);
    expect(stages[0]).not.toHaveProperty("when");
    expect(stages[1]?.when).toMatchObject({ kind: "and", of: [{ id: "core" }, { id: "free" }, { category: "docs" }] });
  });

  test.each([
    ["manaul", 'there is no trigger "manaul"; did you mean manual?'],
    ["on-success", 'there is no trigger "on-success"; did you mean on_success?'],
    ["expression", "write the expression itself in its place"],
    ["", "The trigger ends too early at the end"],
    ["ci or", "The trigger ends too early at the end"],
    ['stage("two").passed', 'stage "two" does not come before it'],
    ['findings("three", "info") < 1', 'stage "three" does not come before it'],
    ['step("b").passed', 'step "b" does not come before it'],
    ['step("c").passed', 'step "c" does not come before it'],
    ['stage("on").passed', 'There is no stage "on" to ask about at character 7; did you mean one?'],
    ['step("nothing").passed', 'There is no step "nothing" to ask about at character 6'],
    ['changed("code")', 'There is no category "code" to ask about at character 9'],
    ["not cy", 'There is no fact "cy" at character 5; did you mean ci?'],
  ])("refuses the trigger %j", (trigger, problem) => {
    const definitions = [
      { id: "one", steps: ["a"] },
      { id: "two", steps: ["b"], trigger },
      { id: "three", steps: ["c"] },
    ];
    try {
      defineStages(definitions, ["a", "b", "c"], { categories: ["docs"], facts: ["ci"] });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "PIPELINE_STAGES_BAD_TRIGGER", stageId: "two" });
      expect(String(error)).toContain(`Cannot define stages: the trigger of stage "two": ${problem}`);
    }
  });

  test("refuses time limits that no timer keeps", () => {
    const define = (timeLimitMs: number) => () => defineStages([{ id: "x", steps: ["a"], timeLimitMs }], ["a"]);
    expect(define(1)().stages[0]?.timeLimitMs).toBe(1);
    for (const bad of [0, -1, Number.NaN, Infinity, 2 ** 31]) expect(define(bad)).toThrow(RangeError);
  });
});
