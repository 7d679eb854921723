import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { normalise } from "./normalise.ts";

const problemsOf = (config: Config): readonly string[] =>
  normalise(config, "name").problems.map(({ path, message }) => `${path.join(".")}: ${message}`);

test("a project is generic where nothing is said, and a step is for every kind", () => {
  const { workflow } = normalise({ steps: { a: { run: "x" }, b: { run: "x", kinds: ["python_app"] } } }, "name");
  expect(workflow.kind).toBe("generic");
  expect([...workflow.steps.values()].map(({ kinds }) => kinds)).toEqual([undefined, new Set(["python_app"])]);
});

test("a step cannot use one that the project does not have", () => {
  const steps: Config["steps"] = { build: { run: "x", kinds: ["react_spa"] }, test: { run: "x", uses: ["build"] } };
  expect(problemsOf({ project: { kind: "react_spa" }, steps })).toEqual([]);
  expect(problemsOf({ project: { kind: "documentation" }, steps })).toEqual([
    'steps.test.uses.0: "test" uses "build", which a project of kind "documentation" does not have (its `kinds`)',
  ]);
});

test("a step that the project does not have either may use it, and any step may need it", () => {
  expect(
    problemsOf({
      steps: {
        build: { run: "x", kinds: ["react_spa"] },
        publish: { run: "x", uses: ["build"], kinds: ["react_spa", "nodejs_library"] },
        lint: { run: "x", needs: ["build"] },
      },
    }),
  ).toEqual([]);
});
