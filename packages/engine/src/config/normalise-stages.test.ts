import { expect, test } from "vitest";
import type { Config, StageConfig } from "./config.ts";
import { normalise } from "./normalise.ts";

const STEPS: Config["steps"] = {
  lint: { run: "x", stage: "core" },
  test: { run: "x", stage: "slow" },
  loose: { run: "x" },
};

function read(stages: readonly StageConfig[], steps = STEPS): ReturnType<typeof normalise> {
  return normalise({ stages, steps }, "name");
}

const messages = (stages: readonly StageConfig[]): readonly string[] =>
  read(stages).problems.map(({ path, message }) => `${path.join(".")}: ${message}`);

test("a stage that says nothing starts on success, has no limit, and is closed by outcomes alone", () => {
  const { workflow, problems } = read([{ id: "core" }, { id: "slow" }]);
  expect(problems).toEqual([]);
  expect(workflow.stages).toEqual([
    { id: "core", steps: ["lint"], trigger: "on_success", failFast: false },
    { id: "slow", steps: ["test"], trigger: "on_success", failFast: false },
  ]);
});

test("named triggers, limits and severities are taken over", () => {
  const { workflow } = read([
    { id: "core", trigger: "manual", time_limit: "90s", minimum_severity: "warning", fail_fast: true },
    { id: "slow", trigger: "auto" },
  ]);
  expect(workflow.stages).toMatchObject([
    { trigger: "manual", timeLimitMs: 90_000, minimumSeverity: "warning", failFast: true },
    { trigger: "auto" },
  ]);
});

test("any other trigger is an expression over what comes before the stage, changes and facts", () => {
  const trigger =
    '(stage("core").failed or step("loose").failed or findings("core", "warning") > 3) and changed("docs") and not ci';
  const { workflow, problems } = read([{ id: "core" }, { id: "slow", trigger }]);
  expect(problems).toEqual([]);
  expect(workflow.stages[1]).toMatchObject({ trigger: "expression", when: { kind: "and" } });
});

test("a stage without steps can be asked about", () => {
  expect(messages([{ id: "empty" }, { id: "core" }, { id: "slow", trigger: 'stage("empty").over' }])).toEqual([]);
});

test.each([
  ["manuel", "did you mean manual?"],
  ["expression", "write the expression itself in its place"],
  ['stage("slow").failed', 'stage "slow" does not come before it'],
  ['step("lint").failed', 'step "lint" does not come before it'],
  ['step("lnit").failed', '"lnit"'],
  ['stage("nowhere").failed', '"nowhere"'],
  ['changed("doc")', '"doc"'],
  ["weekday == 'monday'", '"weekday"'],
  ["ci and", "ends too early"],
])("the trigger %j of the first stage is refused", (trigger, part) => {
  const found = messages([{ id: "core", trigger }, { id: "slow" }]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain("stages.0.trigger: ");
  expect(found[0]).toContain(part);
});

test("every stage with a bad trigger is told, not the first alone", () => {
  expect(
    messages([
      { id: "core", trigger: "ci and" },
      { id: "slow", trigger: "or" },
    ]),
  ).toHaveLength(2);
});

test("a limit longer than timers keep is refused, and so is an id that is used twice", () => {
  expect(messages([{ id: "core", time_limit: "9999h" }, { id: "slow" }])).toEqual([
    'stages.0.time_limit: `time_limit` of stage "core" must be at most 24 days',
  ]);
  expect(messages([{ id: "core" }, { id: "core" }, { id: "slow" }])).toEqual([
    'stages.1.id: stage "core" is defined twice',
  ]);
});
