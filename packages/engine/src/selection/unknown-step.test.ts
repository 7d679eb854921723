import { expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import type { Step, Workflow } from "../config/workflow.ts";
import { unknownPastStep, unknownStep } from "./unknown-step.ts";

function workflow(): Pick<Workflow, "steps" | "aliases"> {
  const parsed = parseConfig("steps: { lint: { run: 'true' }, test: { run: 'true' } }\n", "c.yaml", "c");
  if (!parsed.ok) throw new Error("the configuration of this test is wrong");
  const { steps } = parsed.workflow;
  const ofUnit = (id: string): [string, Step] => [
    id,
    { ...(steps.get("lint") as Step), id, unit: { name: "web", label: "web", directory: "web" } as Step["unit"] },
  ];
  return {
    steps: new Map([...steps, ofUnit("build@web"), ofUnit("build@api")]),
    aliases: new Map([["markdown", "lint"]]),
  };
}

test.each([
  ["tset", 'Did you mean "test"?'],
  ["biuld", 'Did you mean "build"?'],
  ["build@wbe", 'Did you mean "build@web"?'],
  ["build", 'Did you mean "build@web"?'],
  ["markdwon", 'Did you mean "markdown"?'],
  ["xyzzy", "The steps are lint, test, build, build@web, build@api"],
])("unknownStep() says of %s what was meant, or what there is", (name, hint) => {
  expect(unknownStep(name, workflow())).toMatchObject({
    code: "ENGINE_UNKNOWN_STEP",
    message: `unknown step "${name}"`,
    hint,
  });
});

test.each([
  ["lint", 'Did you mean "markdown_lint"?'],
  ["Tests", 'Did you mean "test_planning" or "test_execution"?'],
  [
    "checks",
    "The steps in the history are markdown_lint, git, test_planning, test_execution, a_check, b_check, c_check, d_check",
  ],
])(
  "unknownPastStep() offers the few steps that have the word %s in their name, before one that is spelt like it",
  (name, hint) => {
    const ids = ["markdown_lint", "git", "test_planning", "test_execution", "a_check", "b_check", "c_check", "d_check"];
    expect(unknownPastStep(name, ids).hint).toBe(hint);
  },
);

test.each([
  ["tset", 'Did you mean "test"?'],
  ["xyzzy", "The steps in the history are lint, test"],
])("unknownPastStep() says the same of past runs: %s", (name, hint) => {
  expect(unknownPastStep(name, ["lint", "test", "lint"])).toMatchObject({
    code: "ENGINE_UNKNOWN_STEP",
    message: `unknown step "${name}" in the history`,
    hint,
  });
});
