import type { Unit, UnitGraph } from "@ai-workflow/change-detection";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Config, ShellStepConfig, StepConfig } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import type { Step, Workflow } from "../config/workflow.ts";
import { expandSteps, type ExpandedWorkflow } from "./expand-steps.ts";
import { createUnitLayout, type UnitLayout } from "./unit-layout.ts";

/** `{ web: "ui ~tools" }`: web in packages/web needs ui, and tools for development. */
function layoutOf(needs: Readonly<Record<string, string>>): UnitLayout {
  const units = Object.entries(needs).map(([name, list]): Unit => {
    const directory = name === "." ? "" : `packages/${name}`;
    return {
      id: `js:${directory === "" ? "." : directory}`,
      name,
      directory,
      kind: "js",
      manifest: `${directory}/package.json`,
      workspace: "",
      dependencies: list
        .split(" ")
        .filter(Boolean)
        .map((need) => ({
          unit: `js:packages/${need.replace("~", "")}`,
          kind: need.startsWith("~") ? "dev" : "runtime",
          manifest: `${directory}/package.json`,
        })),
      inherits: [],
      requires: [],
    };
  });
  const graph: UnitGraph = { units, workspaces: [], problems: [] };
  return createUnitLayout(graph);
}

function workflowOf(steps: Config["steps"], rest: Omit<Config, "steps"> = {}): Workflow {
  const { workflow, problems } = normalise({ ...rest, steps }, "name");
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  return workflow;
}

const SHOP = layoutOf({ web: "ui", ui: "core", core: "", ".": "" });

const each = (more: Partial<ShellStepConfig> = {}): StepConfig => ({ run: "x", for_each: "unit", ...more });

const needsOf = ({ workflow }: ExpandedWorkflow): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...workflow.steps.values()].map(({ id, needs }) => [id, needs]));

function stepOf({ workflow }: ExpandedWorkflow, id: string): Step {
  const step = workflow.steps.get(id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

test("a step becomes one a unit, in the order of folders, and others stay what they are", () => {
  const workflow = workflowOf({ lint: { run: "l" }, build: each() });
  const expanded = expandSteps(workflow, SHOP);
  expect([...expanded.workflow.steps.keys()]).toEqual(["lint", "build@core", "build@ui", "build@web"]);
  expect(expanded.nodesOf.get("build")).toEqual(["build@core", "build@ui", "build@web"]);
  expect(stepOf(expanded, "lint")).toEqual(workflow.steps.get("lint"));
  expect(stepOf(expanded, "build@ui")).toMatchObject({
    forEach: undefined,
    directory: "packages/ui",
    unit: { name: "ui", directory: "packages/ui" },
  });
});

test("folders and globs are meant from the unit", () => {
  const config = each({
    directory: "src",
    inputs: ["**/*.ts", "^lib/**", "/tsconfig.json"],
    outputs: ["dist/"],
    writes: ["gen/"],
    when: { paths: ["api/**"] },
  });
  expect(stepOf(expandSteps(workflowOf({ build: config }), SHOP), "build@ui")).toMatchObject({
    directory: "packages/ui/src",
    inputs: ["packages/ui/**/*.ts", "packages/core/lib/**", "tsconfig.json"],
    outputs: ["packages/ui/dist/"],
    writes: ["packages/ui/gen/"],
    trigger: { paths: ["packages/ui/api/**"] },
  });
});

describe("needs", () => {
  test("are those of the same unit, with `^` those of the units before it, and for other steps all", () => {
    const expanded = expandSteps(
      workflowOf({
        setup: { run: "s" },
        build: each({ needs: ["setup", "^build"] }),
        test: each({ uses: ["build"] }),
        pack: { run: "p", needs: ["test"] },
      }),
      SHOP,
    );
    expect(needsOf(expanded)).toEqual({
      setup: [],
      "build@core": ["setup"],
      "build@ui": ["setup", "build@core"],
      "build@web": ["setup", "build@ui"],
      "test@core": ["build@core"],
      "test@ui": ["build@ui"],
      "test@web": ["build@web"],
      pack: ["test@core", "test@ui", "test@web"],
    });
    expect(stepOf(expanded, "test@ui").uses).toEqual(["build@ui"]);
  });

  test("look through units and steps that a filter leaves out", () => {
    const expanded = expandSteps(
      workflowOf({
        first: { run: "f" },
        build: each({ needs: ["first", "^build"], units: ["!ui"] }),
        test: each({ needs: ["build"], uses: ["build"] }),
      }),
      SHOP,
    );
    expect(needsOf(expanded)).toMatchObject({
      "build@web": ["first", "build@core"],
      "test@ui": ["first", "build@core"],
      "test@web": ["build@web"],
    });
    expect(stepOf(expanded, "test@ui").uses).toEqual([]);
  });

  test("on a step that is done for no unit are needs on what that step needs", () => {
    const workflow = workflowOf({
      first: { run: "f" },
      build: each({ needs: ["first"] }),
      last: { run: "l", needs: ["build"] },
    });
    const expanded = expandSteps(workflow, layoutOf({}));
    expect(needsOf(expanded)).toEqual({ first: [], last: ["first"] });
    expect(expanded.nodesOf.get("build")).toEqual([]);
  });
});

test.each([
  [["packages/*"], ["core", "ui", "web"]],
  [
    ["packages/*", "!ui"],
    ["core", "web"],
  ],
  [["!packages/ui"], ["core", "web"]],
  [["u*"], ["ui"]],
  [
    ["packages/web/", "."],
    [".", "web"],
  ],
  [["packages"], []],
  [["*"], ["core", "ui", "web"]],
])("units %j are %j", (units, expected) => {
  const { nodesOf } = expandSteps(workflowOf({ build: each({ units }) }), SHOP);
  expect(nodesOf.get("build")).toEqual(expected.map((name) => `build@${name}`));
});

test("a script is run for the units that have it", () => {
  const script: StepConfig = { script: "build", for_each: "unit" };
  const hasScript = (directory: string, name: string): boolean => directory === "packages/ui" && name === "build";
  expect(expandSteps(workflowOf({ build: script }), SHOP, hasScript).nodesOf.get("build")).toEqual(["build@ui"]);
});

test("stages, skip rules, documents and alerts name all of its steps", () => {
  const { workflow } = expandSteps(
    workflowOf(
      { build: each({ stage: "core", units: ["u*", "web"] }), lint: { run: "l", stage: "core" } },
      {
        stages: [{ id: "core" }],
        skip_on_doc_only: ["build"],
        optimizations: { skip_rules: [{ pattern: "^docs/", steps: ["build", "lint"] }] },
        alerts: { rules: [{ kind: "slow-run", threshold_seconds: 1, scope: ["build"] }] },
      },
    ),
    SHOP,
  );
  expect(workflow.stages[0]?.steps).toEqual(["build@ui", "build@web", "lint"]);
  expect([...workflow.skipOnDocOnly]).toEqual(["build@ui", "build@web"]);
  expect([...(workflow.skipRules[0]?.steps ?? [])]).toEqual(["build@ui", "build@web", "lint"]);
  expect(workflow.alerts?.rules[0]?.scope).toEqual({ steps: ["build@ui", "build@web"] });
});

describe("for any steps and units", () => {
  const stepNames = ["s0", "s1", "s2", "s3", "s4"];
  const unitNames = ["a", "b", "c", "d"];
  /** Needs go to earlier steps, so that there is no circle but through `^`, which goes anywhere. */
  const steps = fc
    .tuple(
      ...stepNames.map((name, index) =>
        fc.record({
          name: fc.constant(name),
          forEach: fc.boolean(),
          needs: fc.uniqueArray(fc.constantFrom(...stepNames.slice(0, index + 1))),
          before: fc.uniqueArray(fc.constantFrom(...stepNames), { maxLength: 2 }),
          units: fc.option(fc.subarray(unitNames, { minLength: 1 }), { nil: undefined }),
        }),
      ),
    )
    .map((list) => {
      const forUnits = new Set(list.filter(({ forEach }) => forEach).map(({ name }) => name));
      return Object.fromEntries(
        list.map(({ name, forEach, needs, before, units }): [string, StepConfig] => [
          name,
          {
            run: "x",
            needs: [
              ...needs.filter((need) => need !== name),
              ...(forEach ? before.filter((need) => forUnits.has(need)).map((need) => `^${need}`) : []),
            ],
            ...(forEach ? { for_each: "unit", ...(units === undefined ? {} : { units }) } : {}),
          },
        ]),
      );
    });
  const units = fc
    .tuple(...unitNames.map((name) => fc.tuple(fc.constant(name), fc.subarray([...unitNames, "~a", "~d"]))))
    .map((list) => Object.fromEntries(list.map(([name, needs]) => [name, needs.join(" ")])));

  /** All that comes before a step. */
  function before(workflow: Workflow, id: string): ReadonlySet<string> {
    const seen = new Set(workflow.steps.get(id)?.needs);
    for (const at of seen) for (const need of workflow.steps.get(at)?.needs ?? []) seen.add(need);
    return seen;
  }

  test("a workflow without a circle has none when it is expanded, and every need is there", () => {
    fc.assert(
      fc.property(steps, units, (config, needs) => {
        const { workflow, problems } = normalise({ steps: config }, "name");
        fc.pre(problems.length === 0);
        const expanded = expandSteps(workflow, layoutOf(needs)).workflow;
        for (const step of expanded.steps.values()) {
          for (const need of [...step.needs, ...step.uses]) expect(expanded.steps.has(need)).toBe(true);
          expect(before(expanded, step.id).has(step.id)).toBe(false);
        }
      }),
    );
  });

  test("what comes before another still does: for the same unit, for all of them where one is done for none", () => {
    fc.assert(
      fc.property(steps, units, (config, needs) => {
        const { workflow, problems } = normalise({ steps: config }, "name");
        fc.pre(problems.length === 0);
        const { workflow: expanded, nodesOf } = expandSteps(workflow, layoutOf(needs));
        for (const step of workflow.steps.values()) {
          const after = nodesOf.get(step.id) ?? [step.id];
          // A way through `^` leads to other units.
          for (const first of before(workflow, step.id)) {
            if (first.startsWith("^")) continue;
            for (const id of after) {
              const unit = expanded.steps.get(id)?.unit;
              const earlier = (nodesOf.get(first) ?? [first]).filter((one) => {
                const other = expanded.steps.get(one)?.unit;
                return unit === undefined || other === undefined || other.directory === unit.directory;
              });
              for (const one of earlier) expect(before(expanded, id)).toContain(one);
            }
          }
        }
      }),
    );
  });
});
