import { describe, expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import type { Workflow } from "../config/workflow.ts";
import type { AreaCheck } from "./check.ts";
import { checkConfiguration, checkProblems, type ConfigurationFacts } from "./configuration-checks.ts";

const FILES = ["src/a.ts", "src/b.test.ts", "docs/guide.md", "package.json", "pnpm-lock.yaml"];

function workflowOf(text: string): Workflow {
  const parsed = parseConfig(text, "f.yaml", "name");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

function check(text: string, facts: Partial<ConfigurationFacts> = {}): readonly AreaCheck[] {
  const workflow = workflowOf(text);
  const nothing = { nodesOf: new Map(), remarks: [], files: FILES, missing: new Map() };
  return checkConfiguration({ workflow, expanded: workflow, ...nothing, ...facts });
}

const found = (text: string, facts: Partial<ConfigurationFacts> = {}): readonly string[] =>
  check(text, facts)
    .filter(({ state }) => state !== "ok")
    .map(({ id, state, mend }) => {
      if (state !== "unknown") expect(mend).toBeDefined();
      return `${state} ${id}`;
    });

describe("checkConfiguration()", () => {
  test("has nothing to say of a configuration that is used to the last glob", () => {
    const text = `
steps:
  lint: { run: lint, inputs: [src/], stage: core }
  test: { run: test, needs: [lint], when: { changed: [code, tests] }, stage: core }
  docs: { run: docs, when: { paths: ["docs/**"] } }
stages: [{ id: core }]
categories: [{ category: docs, paths: ["docs/**"] }]
skip_on_doc_only: [test]
optimizations: { skip_rules: [{ pattern: "^docs/", steps: [lint] }] }
`;
    expect(found(text)).toEqual([]);
  });

  test("names steps whose inputs no file matches, unless others make such files", () => {
    expect(found("steps: { lint: { run: lint, inputs: [source/] } }")).toEqual(["advice inputs:lint"]);
    expect(found("steps: { lint: { run: lint, inputs: [] } }")).toEqual([]);
    const made = "steps: { make: { run: m, outputs: [dist/] }, check: { run: c, uses: [make], inputs: ['dist/**'] } }";
    expect(found(made)).toEqual([]);
    // A lock file is an input of every step, and what this one reads is gone all the same.
    expect(FILES).toContain("pnpm-lock.yaml");
  });

  test("names steps that no change would make due", () => {
    expect(found("steps: { lint: { run: lint, inputs: [src/], when: { changed: [docs] } } }")).toEqual([
      "advice trigger:lint",
    ]);
    expect(found("steps: { docs: { run: d, inputs: [docs/] } }\nskip_on_doc_only: [docs]")).toEqual([
      "advice trigger:docs",
    ]);
    const always = "steps: { lint: { run: lint, inputs: [source/], when: { always: true } } }";
    expect(found(always)).toEqual(["advice never-stored"]);
  });

  test("does not ask for files of steps that are for other kinds of projects", () => {
    const text = (kind: string): string =>
      `project: { kind: ${kind} }\nsteps: { lint: { run: lint, inputs: [source/], kinds: [python_app] } }`;
    expect(found(text("documentation"))).toEqual([]);
    expect(found(text("python_app"))).toEqual(["advice inputs:lint"]);
  });

  test("names rules that match nothing, stages without steps, and alerts that nobody hears", () => {
    const text = `
steps: { lint: { run: lint, stage: core } }
stages: [{ id: core }, { id: later }]
categories: [{ category: docs, paths: ["manual/**"] }, { category: code, paths: ["src/**", "lib/**"] }]
optimizations: { skip_rules: [{ pattern: "^docs/archive/", steps: [lint] }, { pattern: "^docs/", steps: [lint] }] }
alerts: { rules: [{ kind: slow-run, threshold_seconds: 5 }] }
`;
    expect(found(text)).toEqual([
      "advice skip-rule:0",
      "advice category:0",
      "advice stage:later",
      "advice alert-channels",
    ]);
  });

  test("names rules that are left without steps, as those for a built-in step that is not there", () => {
    const workflow = workflowOf(`
steps: { lint: { run: lint } }
alerts: { fail: true, rules: [{ kind: slow-run, threshold_seconds: 5, scope: [lint] }] }
optimizations: { skip_rules: [{ pattern: "^docs/", steps: [lint] }] }
`);
    const [rule] = workflow.alerts?.rules ?? [];
    if (workflow.alerts === undefined || rule === undefined) throw new Error("no rule");
    const emptied: Workflow = {
      ...workflow,
      alerts: { ...workflow.alerts, rules: [{ ...rule, scope: { steps: [] } }] },
      skipRules: workflow.skipRules.map(({ pattern }) => ({ pattern, steps: new Set<string>() })),
      switchedOff: ["secret_scan"],
    };
    expect(found("steps: { a: { run: a } }", { workflow: emptied, expanded: emptied })).toEqual([
      "advice skip-rule:0",
      "advice alert:0",
      "advice switched-off:secret_scan",
    ]);
  });

  test("names steps of one's own that are never stored, in one line", () => {
    const checks = check("steps: { a: { run: a, cache: false }, b: { run: b, cache: false }, c: { run: c } }");
    const [never] = checks.filter(({ id }) => id === "never-stored");
    expect(never?.message).toMatch(/^a, b always run, /);
  });

  test("tells what is missing and what is said of units, and asks no files that are not known", () => {
    const facts = { missing: new Map([["lint", "there is no file lint.mjs"]]), remarks: ["no unit"], files: undefined };
    expect(found("steps: { lint: { module: lint.mjs, inputs: [source/] } }", facts)).toEqual([
      "unknown globs",
      "problem missing:lint",
      "advice units:1",
    ]);
  });
});

test("checkProblems() gives each place of a configuration that is wrong", () => {
  const problems = [
    { file: "f.yaml", line: 2, column: 3, message: "unknown key" },
    { file: "package.json", message: "no JSON" },
  ];
  expect(checkProblems("2 problems", "mend", problems).map(({ message }) => message)).toEqual([
    "f.yaml:2:3: unknown key",
    "package.json: no JSON",
  ]);
  expect(checkProblems("cannot read", "mend it", [])).toEqual([
    { id: "configuration", state: "problem", message: "cannot read", mend: "mend it" },
  ]);
});
