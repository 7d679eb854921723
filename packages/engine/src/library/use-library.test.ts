import { describe, expect, test } from "vitest";
import { parseConfig, type ParsedConfig } from "../config/parse-config.ts";
import type { Step, Workflow } from "../config/workflow.ts";
import type { LibraryStep, StepLibrary } from "./step-library.ts";

const libraryStep = (id: string, more: Partial<LibraryStep> = {}): LibraryStep => ({
  id,
  title: id,
  aliases: [],
  module: `/library/${id}.js`,
  defaults: {},
  options: [],
  isIncremental: false,
  importance: { generic: "recommended" },
  ...more,
});

const LIBRARY: StepLibrary = {
  version: "1",
  steps: [
    libraryStep("analyze", { aliases: ["0", "step_00_analyze"] }),
    libraryStep("markdown_lint", {
      aliases: ["markdown"],
      defaults: {
        when: { changed: ["docs"] },
        inputs: ["**/*.md"],
        stage: "core",
        needs: ["analyze"],
        with: { fix: false, config: "a" },
      },
      options: ["fix", "config"],
      writesWith: { fix: ["**/*.md"] },
      isIncremental: true,
      importance: { generic: "required" },
    }),
    libraryStep("test_execution", {
      defaults: { stage: "extended", needs: ["markdown_lint"] },
      options: ["commands", "shard"],
      testCommandsOption: "commands",
      importance: { generic: "recommended", documentation: "off" },
    }),
    libraryStep("ux_analysis", { defaults: { stage: "extended" }, importance: { generic: "optional" } }),
  ],
  pipelines: {
    standard: {
      steps: ["analyze", "markdown_lint", "test_execution", "ux_analysis"],
      stages: [{ id: "core" }, { id: "extended" }, { id: "finalisation", trigger: "manual" }],
    },
  },
};

const parse = (text: string, library: StepLibrary | undefined = LIBRARY, stepOptions = {}): ParsedConfig =>
  parseConfig(text, "f.yaml", "name", { library, stepOptions });

function workflowOf(text: string, stepOptions = {}): Workflow {
  const parsed = parse(text, LIBRARY, stepOptions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

function stepOf(text: string, id: string, stepOptions = {}): Step {
  const step = workflowOf(text, stepOptions).steps.get(id);
  if (step === undefined) throw new Error(`there is no step ${id}`);
  return step;
}

function problemsOf(text: string, library?: StepLibrary, stepOptions = {}): readonly string[] {
  const parsed = parse(text, library, stepOptions);
  return parsed.ok ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("a pipeline", () => {
  test("brings its steps in order, with what they say of themselves, and the stages in which something is", () => {
    const workflow = workflowOf("pipeline: standard\n");
    expect([...workflow.steps.keys()]).toEqual(["analyze", "markdown_lint", "test_execution"]);
    expect(workflow.stages.map(({ id, steps }) => [id, steps])).toEqual([
      ["core", ["markdown_lint"]],
      ["extended", ["test_execution"]],
    ]);
    expect(workflow.steps.get("markdown_lint")).toMatchObject({
      action: {
        kind: "module",
        module: "/library/markdown_lint.js",
        with: { fix: false, config: "a" },
        builtin: { id: "markdown_lint", version: "1" },
        changedFiles: "unproved",
      },
      needs: ["analyze"],
      inputs: ["**/*.md"],
      trigger: { categories: new Set(["docs"]) },
    });
  });

  test("that a run asks for comes beside the one of the configuration, which keeps its stages", () => {
    const library = {
      ...LIBRARY,
      pipelines: {
        ...LIBRARY.pipelines,
        quick: { steps: ["analyze", "test_execution"], stages: [{ id: "extended" }] },
      },
    };
    const stepsOf = (text: string): readonly string[] => {
      const parsed = parseConfig(text, "f.yaml", "name", { library, pipeline: "quick" });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return [...parsed.workflow.steps.keys(), ...parsed.workflow.stages.map(({ id }) => `stage ${id}`)];
    };
    const [standard, quick] = ["pipeline: standard\n", "steps: { mine: { run: a }, analyze: off }\n"].map(stepsOf);
    expect(standard).toEqual(["analyze", "markdown_lint", "test_execution", "stage core", "stage extended"]);
    expect(quick).toEqual(["test_execution", "mine", "stage extended"]);
    expect(stepsOf("project: { name: a }\n")).toEqual(["analyze", "test_execution", "stage extended"]);
    const unknown = parseConfig("steps: {}\n", "f.yaml", "name", { library, pipeline: "quik" });
    expect(unknown).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/^there is no pipeline "quik".*"quick"/) as string }],
    });
  });

  test("keeps its order where the configuration changes a step, however the configuration orders them", () => {
    const text =
      "pipeline: standard\nsteps:\n  mine: { run: a }\n  test_execution: { timeout: 1s }\n  analyze: { run: b }\n";
    expect([...workflowOf(text).steps.keys()]).toEqual(["analyze", "markdown_lint", "test_execution", "mine"]);
  });

  test("leaves to other kinds of projects what is not for this one, and says so", () => {
    const { kind, steps } = workflowOf("project: { kind: documentation }\npipeline: standard\n");
    expect(steps.get("test_execution")?.kinds?.has(kind)).toBe(false);
    expect(steps.get("markdown_lint")?.kinds).toBeUndefined();
  });

  test("takes keys of the configuration before its own, one by one", () => {
    const text = "pipeline: standard\nsteps:\n  markdown_lint: { with: { fix: true }, inputs: [docs/], timeout: 1s }\n";
    expect(stepOf(text, "markdown_lint")).toMatchObject({
      action: { with: { fix: true, config: "a" } },
      inputs: ["docs/"],
      timeoutMs: 1_000,
      stage: "core",
      needs: ["analyze"],
    });
  });

  test("has a step that is optional or not for this kind where the configuration names it", () => {
    const text =
      "project: { kind: documentation }\npipeline: standard\nsteps: { ux_analysis: {}, test_execution: {} }\n";
    const { steps } = workflowOf(text);
    expect([...steps.keys()]).toEqual(["analyze", "markdown_lint", "test_execution", "ux_analysis"]);
    expect(steps.get("test_execution")?.kinds).toBeUndefined();
  });

  test("goes without a step that is switched off, also where others need it, and knows when it was required", () => {
    const workflow = workflowOf("pipeline: standard\nsteps: { markdown: off, analyze: false }\n");
    expect([...workflow.steps.keys()]).toEqual(["test_execution"]);
    expect(workflow.steps.get("test_execution")?.needs).toEqual([]);
    expect(workflow.stages.map(({ id }) => id)).toEqual(["extended"]);
    expect(workflow.switchedOff).toEqual(["markdown_lint"]);
  });

  test("lets a step of one's own stand in the place of its step", () => {
    const text =
      "pipeline: standard\nsteps:\n  test_execution: { run: make test }\n  more: { run: make more, needs: [markdown] }\n";
    expect(stepOf(text, "test_execution")).toMatchObject({
      action: { kind: "shell", command: "make test" },
      stage: "extended",
      needs: ["markdown_lint"],
    });
    expect(stepOf(text, "more").needs).toEqual(["markdown_lint"]);
  });

  test("puts its steps into stages of one's own only where these have the names", () => {
    const text = "pipeline: standard\nstages: [{ id: extended, fail_fast: true }]\n";
    const { steps, stages } = workflowOf(text);
    expect(steps.get("markdown_lint")?.stage).toBeUndefined();
    expect(stages).toMatchObject([{ id: "extended", failFast: true, steps: ["test_execution"] }]);
  });
});

describe("a built-in step", () => {
  test("is meant by its name, by one of its other names, or by `builtin`", () => {
    expect(stepOf("steps: { markdown_lint: {} }", "markdown_lint").action).toMatchObject({
      builtin: { id: "markdown_lint" },
    });
    expect(stepOf("steps: { markdown: { timeout: 1s } }", "markdown_lint").timeoutMs).toBe(1_000);
    const twice =
      "steps: { docs: { builtin: markdown, inputs: [docs/] }, rest: { builtin: markdown_lint, inputs: [src/] } }";
    expect([...workflowOf(twice).steps.keys()]).toEqual(["docs", "rest"]);
    expect(stepOf(twice, "rest")).toMatchObject({ inputs: ["src/"], needs: [], stage: undefined });
  });

  test("tells its other names, unless a step of one's own has them", () => {
    expect([...workflowOf("pipeline: standard\n").aliases]).toEqual([
      ["0", "analyze"],
      ["step_00_analyze", "analyze"],
      ["markdown", "markdown_lint"],
    ]);
    const own = workflowOf("pipeline: standard\nsteps: { markdown: { run: x } }\n");
    expect(own.aliases.has("markdown")).toBe(false);
    expect([...own.steps.keys()]).toContain("markdown_lint");
  });

  test("means a step by its other names also in the scope of an alert", () => {
    const alerts = "alerts: { rules: [{ kind: slow-run, threshold_seconds: 1, scope: [markdown] }] }\n";
    expect(workflowOf(`pipeline: standard\n${alerts}`).alerts?.rules[0]?.scope).toEqual({ steps: ["markdown_lint"] });
  });

  test("takes the base for passed where the configuration does", () => {
    expect(stepOf("base: { assume_green: true }\nsteps: { markdown_lint: {} }", "markdown_lint").action).toMatchObject({
      changedFiles: "since-base",
    });
  });
});

describe("a mistake is told with its place", () => {
  test.each([
    ["pipeline: standart", `1:11 there is no pipeline "standart"; did you mean "standard"?`],
    ["steps:\n  a: { builtin: markdwon }", `2:17 there is no built-in step "markdwon"`],
    [
      "steps:\n  markdown_lnt: {}",
      /^2:3 `steps.markdown_lnt` needs `run` .+; or did you mean the built-in step "markdown_lint"\?$/,
    ],
    [
      "steps:\n  markdown_lint: { with: { fixx: 1 } }",
      `2:28 the built-in step "markdown_lint" has no option "fixx"; did you mean "fix"?`,
    ],
    ["steps:\n  mine: off", "2:3 `steps.mine` switches off what is no built-in step"],
    ["steps:\n  markdown: {}\n  markdown_lint: {}", "3:3 `steps.markdown_lint` and `steps.markdown` are the same step"],
    ["steps:\n  markdown_lint: { needs: [nothing] }", /^2:28 unknown step "nothing"/],
    ["steps:\n  markdown_lint: { stage: later }", /^2:27 unknown stage "later"/],
    ["project: { name: x }", "1:1 the configuration is missing `steps`"],
    ["steps:\n  a: { rnu: x }", /unknown key "rnu"; did you mean "run"\?/],
  ])("%s", (text, expected) => {
    const problems = problemsOf(text).join("\n");
    if (typeof expected === "string") expect(problems).toContain(expected);
    else expect(problems).toMatch(expected);
  });

  test("also where the program brings no steps", () => {
    expect(problemsOf("pipeline: standard", { version: "", steps: [], pipelines: {} })).toEqual([
      `1:11 there is no pipeline "standard"`,
    ]);
  });
});

describe("options given for a run", () => {
  test("go before what the configuration says, for the steps that have them, and say what is then edited", () => {
    const text = "pipeline: standard\nsteps: { markdown_lint: { with: { fix: false } } }\n";
    expect(stepOf(text, "markdown_lint").writes).toEqual([]);
    const fixing = stepOf(text, "markdown_lint", { fix: true });
    expect(fixing).toMatchObject({ action: { with: { fix: true, config: "a" } }, writes: ["**/*.md"] });
    expect(stepOf(text, "test_execution", { fix: true })).toMatchObject({ action: { with: {} }, writes: [] });
    const own = "pipeline: standard\nsteps: { markdown_lint: { with: { fix: true }, writes: [a.md] } }\n";
    expect(stepOf(own, "markdown_lint").writes).toEqual(["a.md", "**/*.md"]);
  });

  test("are refused where no step has them", () => {
    expect(problemsOf("pipeline: standard\n", LIBRARY, { apply: true })).toEqual([
      "1:1 the option `apply` was given for this run, and no step has one of this name",
    ]);
  });
});

describe("test_commands", () => {
  test("are what the step that runs tests is told, unless it is told itself", () => {
    const text = "pipeline: standard\ntest_commands: { unit: npm test }\n";
    expect(stepOf(text, "test_execution")).toMatchObject({ action: { with: { commands: { unit: "npm test" } } } });
    const own = `${text}steps: { test_execution: { with: { commands: { e2e: make e2e } } } }\n`;
    expect(stepOf(own, "test_execution")).toMatchObject({ action: { with: { commands: { e2e: "make e2e" } } } });
  });

  test("are refused where no step runs them", () => {
    const message = "1:1 `test_commands` is for a built-in step that runs tests, and there is none";
    expect(problemsOf("test_commands: { unit: x }\nsteps: { a: { run: x } }\n")).toEqual([message]);
    expect(problemsOf('test_commands: { unit: "" }\nsteps: { a: { run: x } }\n')).toEqual([
      "1:24 `test_commands.unit` must not be empty",
    ]);
  });
});
