/** Every flag and variable that `run --help` names has an effect; one test for each, and one that none is without a test. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { BIN, runCli, startCli, type CliOptions } from "./support/run-cli.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const CONFIG = ".workflow-config.yaml";
const TWO_STEPS = 'steps:\n  lint: { run: "echo linted" }\n  test: { run: "echo tested", needs: [lint] }\n';
const ONE_FAILS = `steps:
  bad: { run: "echo broken; exit 3" }
  dependent: { run: "echo dependent", needs: [bad] }
  other: { run: "echo other" }
`;
const CLOSED_GATE = `stages: [{ id: first }, { id: second }]
steps:
  test: { run: "false", stage: first }
  report: { run: "true", stage: second }
`;
/** The first stage passes once the second has begun. */
const AHEAD = `stages: [{ id: first }, { id: second }]
steps:
  lint: { run: "for i in $(seq 300); do test -e begun.out && exit; sleep 0.01; done; exit 1", stage: first }
  test: { run: "touch begun.out", stage: second, inputs: [.workflow-config.yaml] }
`;
const WITH_STAGES = `stages:
  - { id: core }
  - { id: release, trigger: manual }
steps:
  test: { run: "true", stage: core }
  publish: { run: "echo published", stage: release }
`;
const NO_ANSWER = {
  [CONFIG]: "steps:\n  review: { module: review.mjs }\n",
  "review.mjs": 'export default () => ({ outcome: "inconclusive", message: "nobody was there" });\n',
};

/** A step that asks a program, which notes each question. */
function createAsking(): Workspace {
  const workspace = createWorkspace({
    files: {
      "src/a.js": "1\n",
      "model.mjs": `import { appendFileSync } from "node:fs";
for await (const _ of process.stdin);
appendFileSync(new URL("asked.log", import.meta.url), "asked\\n");
console.log(JSON.stringify({ finishReason: "stop", text: '{"findings":[]}' }));
`,
    },
  });
  const command = JSON.stringify([process.execPath, workspace.file("model.mjs")]);
  workspace.write({
    [CONFIG]: `ai: { provider: exec, command: ${command} }
steps:
  review: { ai: { prompt: code_review, files: all }, inputs: ["src/**"] }
`,
  });
  return workspace;
}
const questions = (workspace: Workspace): number =>
  existsSync(workspace.file("asked.log")) ? workspace.read("asked.log").split("\n").length - 1 : 0;

const withConfig = (config: string, more: Readonly<Record<string, string>> = {}): Workspace =>
  createWorkspace({ files: { [CONFIG]: config, ...more } });

/** Runs once so that there is something to replay. */
async function withProof(config: string): Promise<Workspace> {
  const workspace = withConfig(config);
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
  return workspace;
}

/** Starts a run of two independent steps, and hands over how each can be told to end. */
async function runTwo(
  together: boolean,
  args: readonly string[],
  options: CliOptions & { readonly settings?: string } = {},
): Promise<void> {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const step = (id: string): string => `  ${id}: { run: ${JSON.stringify(stepper.command(id))} }\n`;
  workspace.commit({ [CONFIG]: `${options.settings ?? ""}steps:\n${step("a")}${step("b")}` });
  const cli = startCli(workspace, ["run", ...args], options);
  const starts = [stepper.next("a"), stepper.next("b")];
  if (together) {
    // Neither ends before both have started.
    for (const invocation of await Promise.all(starts)) invocation.exit(0);
  } else {
    for (const start of starts) void start.then((invocation) => invocation.exit(0));
  }
  expect(await cli.result).toMatchObject({ exitCode: 0 });
  const [first, second] = [...lastRecord(workspace).steps].sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  if (!together) expect(second?.startedMs).toBeGreaterThanOrEqual(first?.finishedMs ?? Infinity);
}

const setting = (name: string, value: boolean): string => `optimizations: { ${name}: ${value} }\n`;

const FLAGS: Readonly<Record<string, () => Promise<void>>> = {
  "--ai-cache": async () => {
    using workspace = createAsking();
    await runCli(workspace, ["run"]);
    await runCli(workspace, ["run", "--force", "--ai-cache", "on"]);
    expect(questions(workspace)).toBe(1);
    await runCli(workspace, ["run", "--force", "--ai-cache", "refresh"]);
    expect(questions(workspace)).toBe(2);
    workspace.write({ "src/a.js": "2\n" });
    expect((await runCli(workspace, ["run", "--ai-cache=replay"])).exitCode).toBe(3);
    expect(questions(workspace)).toBe(2);
  },
  "--no-ai-cache": async () => {
    using workspace = createAsking();
    await runCli(workspace, ["run"]);
    await runCli(workspace, ["run", "--force", "--no-ai-cache"]);
    expect(questions(workspace)).toBe(2);
  },
  // That the order differs is tested in objective.test.ts.
  "--objective": async () => {
    using workspace = withConfig(`optimizations: { objective: makespan }\n${TWO_STEPS}`);
    await runCli(workspace, ["run", "--objective", "first-failure"]);
    expect(lastRecord(workspace).schedule?.objective).toBe("first-failure");
  },
  "--ml-optimize": async () => {
    using workspace = withConfig(setting("ml_optimize", false) + TWO_STEPS);
    await runCli(workspace, ["run", "--ml-optimize"]);
    expect(lastRecord(workspace).optimizations.mlOptimize).toBe(true);
  },
  // That predictions differ is tested in ml.test.ts.
  "--no-ml-optimize": async () => {
    using workspace = withConfig(TWO_STEPS);
    await runCli(workspace, ["run", "--no-ml-optimize"]);
    expect(lastRecord(workspace).optimizations.mlOptimize).toBe(false);
  },
  "--show-ml-status": async () => {
    using workspace = withConfig(TWO_STEPS);
    const { stdout } = await runCli(workspace, ["run", "--show-ml-status"]);
    expect(stdout).toMatch(/^trained: no/m);
    expect(existsSync(workspace.file(".workflow/metrics"))).toBe(false);
  },
  "--print-prompts": async () => {
    using workspace = createAsking();
    const { stdout } = await runCli(workspace, ["run", "--dry-run", "--print-prompts"]);
    expect(stdout).toMatch(/^\| <<<FILE [0-9a-f]{32} "src\/a\.js"/m);
    expect(questions(workspace)).toBe(0);
  },
  "--steps": async () => {
    using workspace = withConfig(ONE_FAILS);
    const result = await runCli(workspace, ["run", "--steps", "other"]);
    expectOutcomes(result, { bad: "skipped", dependent: "skipped", other: "passed" });
    expect(result.exitCode).toBe(0);
    expectOutcomes(await runCli(workspace, ["run", "--steps=bad,other"]), { bad: "failed", dependent: "skipped" });
    expectOutcomes(await runCli(workspace, ["run", "other"]), { bad: "skipped", other: "replayed" });
  },
  "--pipeline": async () => {
    using workspace = withConfig(
      "steps:\n  mine: { run: 'false' }\n  git_status_check: { with: { require_clean: true } }\n",
    );
    workspace.write({ "new.txt": "new\n" });
    // As it is configured, and without steps of one's own.
    const result = await runCli(workspace, ["run", "--pipeline", "pre-commit"]);
    expectOutcomes(result, { git_status_check: "failed", mine: "skipped" });
    workspace.commit({ [CONFIG]: "steps:\n  mine: { run: 'false' }\n" });
    expect(await runCli(workspace, ["run", "--pipeline", "pre-commit"])).toMatchObject({ exitCode: 0 });
    expect(await runCli(workspace, ["run", "--pipeline", "pre"])).toMatchObject({ exitCode: 2, stdout: "" });
  },
  "--target": async () => {
    using workspace = withConfig(ONE_FAILS, { [`services/a/${CONFIG}`]: TWO_STEPS });
    const result = await runCli(workspace, ["run", "--target", "services/a"]);
    expectOutcomes(result, { lint: "passed", test: "passed" });
    expect(result.stdout).toContain("record: services/a/.workflow/runs/");
    expect(existsSync(workspace.file(".workflow"))).toBe(false);
    // A target is exact: a configuration above it is not its own.
    expect(await runCli(workspace, ["run", "--target", "services"])).toMatchObject({ exitCode: 2 });
  },
  "--base": async () => {
    using workspace = withConfig(TWO_STEPS);
    workspace.git("tag", "start");
    workspace.commit({ "src/a.js": "1\n" });
    const result = await runCli(workspace, ["run", "--base", "start", "--dry-run"]);
    expect(result.stdout).toContain("src/a.js (code) changed since start");
  },
  "--since": async () => {
    using workspace = withConfig(TWO_STEPS);
    workspace.git("tag", "start");
    workspace.commit({ "src/a.js": "1\n" });
    const result = await runCli(workspace, ["run", "--since", "start", "--dry-run"]);
    expect(result.stdout).toContain("src/a.js (code) changed since start");
  },
  "--force": async () => {
    using workspace = await withProof(TWO_STEPS);
    expectOutcomes(await runCli(workspace, ["run", "--force"]), { lint: "passed", test: "passed" });
  },
  "--baseline": async () => {
    using workspace = withConfig(TWO_STEPS);
    const result = await runCli(workspace, ["run", "--baseline"]);
    expect(result.stderr).toContain("2 to run (1 at a time)");
    expect(JSON.parse(workspace.read(".workflow/metrics/current_run.json"))).toMatchObject({
      optimizations: { smart_execution: false, parallel_execution: false, multi_stage: false },
    });
    // Nothing was stored, and nothing stored is used.
    expectOutcomes(await runCli(workspace, ["run"]), { lint: "passed", test: "passed" });
    expectOutcomes(await runCli(workspace, ["run", "--baseline"]), { lint: "passed", test: "passed" });
  },
  "--smart-execution": async () => {
    using workspace = await withProof(setting("smart_execution", false) + TWO_STEPS);
    expectOutcomes(await runCli(workspace, ["run"]), { lint: "passed" });
    expectOutcomes(await runCli(workspace, ["run", "--smart-execution"]), { lint: "replayed", test: "replayed" });
  },
  "--no-smart-execution": async () => {
    using workspace = await withProof(TWO_STEPS);
    expectOutcomes(await runCli(workspace, ["run", "--no-smart-execution"]), { lint: "passed", test: "passed" });
  },
  "--parallel": () =>
    runTwo(true, ["--parallel", "--concurrency", "2"], { settings: setting("parallel_execution", false) }),
  "--no-parallel": () => runTwo(false, ["--no-parallel", "--concurrency", "2"]),
  "--multi-stage": async () => {
    using workspace = withConfig(setting("multi_stage", false) + CLOSED_GATE);
    const withStages = await runCli(workspace, ["run", "--continue", "--multi-stage"]);
    expectOutcomes(withStages, { test: "failed", report: "cancelled" });
    expectOutcomes(await runCli(workspace, ["run", "--continue"]), { test: "failed", report: "passed" });
  },
  "--no-multi-stage": async () => {
    using workspace = withConfig(CLOSED_GATE);
    const without = await runCli(workspace, ["run", "--continue", "--no-multi-stage"]);
    expectOutcomes(without, { test: "failed", report: "passed" });
  },
  "--speculation": async () => {
    using workspace = withConfig(AHEAD);
    const { stdout, stderr, exitCode } = await runCli(workspace, ["run", "--concurrency", "2", "--speculation"]);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain("start test ahead of its stage\n");
    expect(stdout).toMatch(/^ahead of their stage: 1 step \(1 counted, .+ of work done early\)$/m);
  },
  "--no-speculation": async () => {
    using workspace = withConfig(setting("speculation", true) + AHEAD);
    const { stderr, exitCode } = await runCli(workspace, ["run", "--concurrency", "2", "--no-speculation"]);
    // What the first stage waits for comes with the second.
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain("start test");
  },
  "--manual-trigger": async () => {
    using workspace = withConfig(WITH_STAGES);
    const waiting = await runCli(workspace, ["run"]);
    expectOutcomes(waiting, { test: "passed", publish: "skipped" });
    expect(waiting.stdout).toMatch(/^passed so far in .*: 1 passed, 1 waits for a person$/m);
    expect(waiting.exitCode).toBe(0);
    const started = await runCli(workspace, ["run", "--manual-trigger"]);
    expectOutcomes(started, { test: "replayed", publish: "passed" });
    expect(started.exitCode).toBe(0);
  },
  "--auto": async () => {
    // Without a terminal nobody is asked anyway; approve.test.ts has one.
    using workspace = withConfig(WITH_STAGES);
    if (!HAS_TERMINAL) return;
    const question = "stage release waits for a person: start it now? [y/N] ";
    const asked = await runInTerminal(workspace, ["run"], [{ after: question, text: "n\r" }]);
    expect(asked.shown).toContain(question);
    expect((await runInTerminal(workspace, ["run", "--auto"], [])).shown).not.toContain(question);
  },
  "--budget": async () => {
    using workspace = withConfig('steps: { quick: { run: "true" }, slow: { run: "sleep 1.2" } }\n');
    // What took how long is not known yet, which is said.
    expect((await runCli(workspace, ["run", "--budget", "0.8s"])).stderr).toContain(
      "note: the run may take longer than its budget: nobody knows yet how long quick, slow take\n",
    );
    const partial = await runCli(workspace, ["run", "--force", "--budget", "0.8s"]);
    expectOutcomes(partial, { quick: "passed", slow: "skipped" });
    expect(partial.stdout).toMatch(/left out to stay within 0\.8 s: it would take about 1\.\d s/);
    expect(partial.exitCode).toBe(0);
    expect(partial.stderr).not.toContain("budget");
    expect(lastRecord(workspace).status).toBe("partial");
    const complete = await runCli(workspace, ["run", "--force", "--budget", "0.8s", "--require-complete"]);
    expect(complete.exitCode).toBe(3);
    expect((await runCli(workspace, ["run", "--force", "--budget", "0.8s", "--dry-run"])).stdout).toMatch(
      /^slow +skip /m,
    );
    expect(await runCli(workspace, ["run", "--budget", "soon"])).toMatchObject({ exitCode: 2 });
    expectOutcomes(await runCli(workspace, ["run", "--force", "--budget", "1m"]), { quick: "passed", slow: "passed" });
  },
  "--nice": async () => {
    const module = 'import { getPriority } from "node:os";\nexport default () => void console.log(getPriority());\n';
    using workspace = withConfig(
      `steps:
  shell: { run: "nice", inputs: [a] }
  second: { run: "sh -c nice", inputs: [a], needs: [shell] }
  module: { module: nice.mjs, inputs: [a] }
`,
      { "nice.mjs": module, a: "1\n" },
    );
    const steps = ["shell", "second", "module"];
    const logs = (): readonly number[] =>
      steps.map((step) => Number(workspace.read(`.workflow/logs/latest/steps/${step}.log`)));
    const own = getPriority();
    expectOutcomes(await runCli(workspace, ["run"]), { shell: "passed", second: "passed", module: "passed" });
    expect(logs()).toEqual([own, own, own]);
    const nicer = Math.max(own, 7);
    await runCli(workspace, ["run", "--force", "--nice", "7"]);
    expect(logs()).toEqual([nicer, nicer, nicer]);
    // Who stands back further already needs no rights to stay there.
    const child = spawnSync("nice", ["-n", "19", process.execPath, BIN, "run", "--force", "--nice=3"], {
      cwd: workspace.repository,
      env: workspace.environment,
    });
    expect(child.status).toBe(0);
    expect(logs()).toEqual([19, 19, 19]);
    for (const wrong of ["0", "20", "-5", "1.5", "x"]) {
      expect(await runCli(workspace, ["run", `--nice=${wrong}`])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("from 1 to 19") as unknown,
      });
    }
    // It counts for no result.
    expectOutcomes(await runCli(workspace, ["run", "--nice", "7"]), {
      shell: "replayed",
      second: "replayed",
      module: "replayed",
    });
  },
  "--strict": async () => {
    using workspace = withConfig(
      `steps:
  honest: { run: "echo b >> src/a.js", writes: ["src/**"] }
  builds: { run: "echo x > out.txt", outputs: ["out.txt"], needs: [honest] }
  sneaky: { run: "echo c >> README.md", needs: [builds] }
`,
      { "src/a.js": "1\n", "README.md": "# A\n" },
    );
    const told = await runCli(workspace, ["run", "--force"]);
    expectOutcomes(told, { honest: "passed", builds: "passed", sneaky: "passed" });
    expect(told.stderr).toContain('"README.md" changed while steps ran');
    const strict = await runCli(workspace, ["run", "--force", "--strict"]);
    expectOutcomes(strict, { honest: "passed", builds: "passed", sneaky: "failed" });
    expect(strict.stderr).toContain('edited "README.md" without saying so');
    expect(strict.stderr).toContain("(1 at a time)");
  },
  "--findings": async () => {
    const module = (rule: string, files: readonly string[]): string =>
      `export default () => ({ findings: ${JSON.stringify(files.map((file) => ({ rule, severity: "error", message: "is bad", file })))} });\n`;
    using workspace = withConfig(
      "steps: { old: { module: old.mjs }, both: { module: both.mjs }, general: { module: general.mjs } }\n",
      {
        "old.mjs": module("r", ["a.txt"]),
        "both.mjs": module("r", ["a.txt", "b.txt"]),
        "general.mjs": 'export default () => ({ findings: [{ rule: "r", severity: "error", message: "is bad" }] });\n',
        "a.txt": "a\n",
        "b.txt": "b\n",
      },
    );
    workspace.commit();
    workspace.write({ "b.txt": "changed\n" });
    const all = await runCli(workspace, ["run", "--continue"]);
    expectOutcomes(all, { old: "failed", both: "failed", general: "failed" });
    const changed = await runCli(workspace, ["run", "--continue", "--findings", "changed"]);
    expectOutcomes(changed, { old: "passed", both: "failed", general: "failed" });
    expect(changed.stdout).toContain("1 finding in files that did not change");
    const [old, both] = lastRecord(workspace).steps;
    expect(old?.findings.map(({ severity }) => severity)).toEqual(["info"]);
    expect(both?.findings.map(({ file, severity }) => `${file ?? ""} ${severity}`)).toEqual([
      "a.txt info",
      "b.txt error",
    ]);
    // The pass is kept for nobody.
    expectOutcomes(await runCli(workspace, ["run", "--steps", "old"]), { old: "failed" });
  },
  "--shadow": async () => {
    using workspace = withConfig('steps: { a: { run: "test ! -e ../gone" }, b: { run: "true" } }\n');
    await runCli(workspace, ["run"]);
    expectOutcomes(await runCli(workspace, ["run", "--shadow=0"]), { a: "replayed", b: "replayed" });
    // Something outside of the inputs breaks the step: only running it shows that.
    workspace.write({ "../gone": "" });
    expectOutcomes(await runCli(workspace, ["run"]), { a: "replayed", b: "replayed" });
    const shadow = await runCli(workspace, ["run", "--shadow", "--continue=always"]);
    expectOutcomes(shadow, { a: "failed", b: "passed" });
    expect(lastRecord(workspace).steps[0]?.decision).toMatchObject({
      reason: "shadow-sample",
      shadowOf: "fingerprint-equal",
    });
    const told = await runCli(workspace, ["status", "--shadow"]);
    // What failed is not replayed from the time before.
    expectOutcomes(await runCli(workspace, ["run"]), { a: "failed", b: "replayed" });
    expect(told.stdout).toMatch(/^fingerprint-equal +2 +1 +50\.0 % +\d+\.\d % to \d+\.\d %$/m);
    expect((await runCli(workspace, ["status"])).stdout).toMatch(/^a +failed /m);
    expect(await runCli(workspace, ["run", "--shadow=2"])).toMatchObject({ exitCode: 2 });
    workspace.write({ [CONFIG]: 'optimizations: { shadow_rate: 1 }\nsteps: { b: { run: "true" } }\n' });
    await runCli(workspace, ["run"]);
    expectOutcomes(await runCli(workspace, ["run"]), { b: "passed" });
    expectOutcomes(await runCli(workspace, ["run", "--shadow=0"]), { b: "replayed" });
  },
  "--no-resume": async () => {
    const outcomeAfterKill = async (...args: readonly string[]): Promise<string | undefined> => {
      using workspace = createWorkspace();
      using stepper = await createStepper(workspace);
      const long = JSON.stringify(stepper.command("long"));
      workspace.commit({
        [CONFIG]: `steps:\n  quick: { run: "true", cache: false }\n  long: { run: ${long}, needs: [quick] }\n`,
      });
      const killed = startCli(workspace, ["run"]);
      await stepper.next("long");
      killed.process.kill("SIGKILL");
      await killed.result;
      const next = startCli(workspace, ["run", ...args]);
      (await stepper.next("long")).exit(0);
      await next.result;
      return lastRecord(workspace).steps.find(({ id }) => id === "quick")?.decision.reason;
    };
    expect(await outcomeAfterKill()).toBe("resumed");
    expect(await outcomeAfterKill("--no-resume")).not.toBe("resumed");
  },
  "--no-wait": async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n` });
    const first = startCli(workspace, ["run"]);
    const long = await stepper.next("long");
    expect(await runCli(workspace, ["run", "--no-wait"])).toMatchObject({ exitCode: 75 });
    long.exit(0);
    expect(await first.result).toMatchObject({ exitCode: 0 });
    expect(await runCli(workspace, ["run", "--no-wait"])).toMatchObject({ exitCode: 0 });
  },
  "--auto-commit": async () => {
    using workspace = withConfig("steps: { git_finalization: {} }\n");
    workspace.write({ "new.txt": "new\n" });
    const count = (): string => workspace.git("rev-list", "--count", "HEAD").trim();
    expect((await runCli(workspace, ["run"])).exitCode).toBe(0);
    expect(count()).toBe("1");
    expect((await runCli(workspace, ["run", "--auto-commit"])).exitCode).toBe(0);
    expect([count(), workspace.git("status", "--porcelain")]).toEqual(["2", ""]);
  },
  "--no-alerts": async () => {
    const alerts = "alerts: { fail: true, rules: [{ kind: slow-run, threshold_seconds: 0.001 }] }\n";
    using workspace = withConfig(`${alerts}${TWO_STEPS}`);
    expect(await runCli(workspace, ["run", "--no-alerts"])).toMatchObject({ exitCode: 0 });
    const told = await runCli(workspace, ["run", "--force"]);
    expect(told.stderr).toContain("threshold");
    expect(told.exitCode).toBe(1);
  },
  "--concurrency": async () => {
    await runTwo(true, ["--concurrency", "2"]);
    await runTwo(false, ["--concurrency", "1"]);
    using workspace = withConfig(TWO_STEPS);
    const share = await runCli(workspace, ["run", "--concurrency", "1%"]);
    expect(share.stderr).toContain("(1 at a time)");
  },
  "--continue": async () => {
    const outcomesWith = async (...args: readonly string[]): Promise<void> => {
      using workspace = withConfig(ONE_FAILS);
      const result = await runCli(workspace, ["run", "--concurrency", "1", ...args]);
      expect(result.exitCode).toBe(1);
      const goesOn = args.length > 0 && args[0] !== "--continue=never";
      expectOutcomes(result, {
        bad: "failed",
        dependent: args[0] === "--continue=always" ? "passed" : "cancelled",
        other: goesOn ? "passed" : "cancelled",
      });
    };
    await outcomesWith();
    await outcomesWith("--continue=never");
    await outcomesWith("--continue");
    await outcomesWith("--continue=dependencies-successful");
    await outcomesWith("--continue=always");
  },
  "--dry-run": async () => {
    using workspace = withConfig(TWO_STEPS);
    const text = await runCli(workspace, ["run", "--dry-run"]);
    expect(text.stdout).toMatch(/^lint +run +\S/);
    expect(text).toMatchObject({ exitCode: 0, stderr: "" });
    const json = await runCli(workspace, ["run", "--dry-run=json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      decisions: [
        { stepId: "lint", action: "run" },
        { stepId: "test", action: "run" },
      ],
      changeSet: { known: true },
      schedule: { unknownDurations: ["lint", "test"] },
    });
    expect(json).toMatchObject({ exitCode: 0, stderr: "" });
    expect(workspace.git("status", "--porcelain", "--ignored")).toBe("");
  },
  "--output-logs": async () => {
    const steps = `steps:
  proved: { run: "echo from-proved", inputs: [a.txt] }
  fresh: { run: "echo from-fresh", cache: false }
  broken: { run: "echo from-broken; exit 1", cache: false }
`;
    using workspace = withConfig(steps, { "a.txt": "a\n" });
    await runCli(workspace, ["run", "--steps", "proved"]);
    for (const [args, shown] of [
      [[], ["broken"]],
      [["--output-logs", "errors-only"], ["broken"]],
      [["--output-logs", "none"], []],
      [
        ["--output-logs", "new-only"],
        ["broken", "fresh"],
      ],
      [
        ["--output-logs", "full"],
        ["broken", "fresh", "proved"],
      ],
    ] as const) {
      const result = await runCli(workspace, ["run", "--continue=always", ...args]);
      expectOutcomes(result, { proved: "replayed", fresh: "passed", broken: "failed" });
      const found = [...result.stderr.matchAll(/^from-(\w+)$/gm)].map(([, name]) => name);
      expect(found.sort()).toEqual(shown);
    }
  },
  "--inconclusive": async () => {
    using workspace = createWorkspace({ files: NO_ANSWER });
    for (const [args, exitCode] of [
      [[], 3],
      [["--inconclusive", "report"], 3],
      [["--inconclusive", "pass"], 0],
      [["--inconclusive", "fail"], 1],
    ] as const) {
      const result = await runCli(workspace, ["run", ...args]);
      expectOutcomes(result, { review: "inconclusive" });
      expect(result.stderr).toContain("nobody was there");
      expect(result.exitCode).toBe(exitCode);
    }
  },
  "--log-order": async () => {
    using workspace = withConfig(
      'steps:\n  a: { run: "echo one; echo two" }\n  b: { run: "printf three", needs: [a] }\n',
    );
    const streamed = await runCli(workspace, ["run", "--log-order", "stream"]);
    expect(streamed.stderr).toContain("start a\na | one\na | two\npassed a");
    expect(streamed.stderr).toContain("start b\nb | three\npassed b");
    const grouped = await runCli(workspace, ["run", "--force", "--log-order", "grouped", "--output-logs", "full"]);
    expect(grouped.stderr).toMatch(/passed a .*\n--- a: .*\none\ntwo\n---\n/);
    const silent = await runCli(workspace, ["run", "--force", "--log-order", "stream", "--output-logs", "none"]);
    expect(silent.stderr).not.toContain("one");
  },
  "--report": async () => {
    using workspace = withConfig(ONE_FAILS);
    const files = ["--report", "junit=out/junit.xml", "--report", "sarif=findings.sarif"];
    expect(await runCli(workspace, ["run", ...files])).toMatchObject({ exitCode: 1 });
    expect(workspace.read("out/junit.xml")).toContain('<failure type="failed" message="exit code 3">');
    expect(JSON.parse(workspace.read("findings.sarif"))).toMatchObject({ version: "2.1.0" });
    expect(await runCli(workspace, ["run", "--report", "pdf=a"])).toMatchObject({ exitCode: 2 });
    // Known before anything runs.
    const refused = await runCli(workspace, ["run", "--report", "junit=.workflow-config.yaml/x"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("ENGINE_OUTPUT_UNWRITABLE");
  },
  "--no-annotations": async () => {
    using workspace = withConfig(ONE_FAILS);
    const summary = workspace.file("../summary.md");
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    const told = await runCli(workspace, ["run"], { env });
    expect(told.stderr).toContain("\n::error title=bad::failed: exit code 3\n");
    expect(readFileSync(summary, "utf8")).toContain("| bad | **failed** |");
    rmSync(summary);
    const silent = await runCli(workspace, ["run", "--no-annotations"], { env });
    expect(silent.stderr).not.toContain("::error");
    expect(existsSync(summary)).toBe(false);
  },
  "--require-complete": async () => {
    using workspace = withConfig(WITH_STAGES);
    expect(await runCli(workspace, ["run", "--require-complete"])).toMatchObject({ exitCode: 3 });
    expect(await runCli(workspace, ["run", "--require-complete", "--manual-trigger"])).toMatchObject({ exitCode: 0 });
  },
  "--json": async () => {
    using workspace = withConfig(ONE_FAILS);
    const result = await runCli(workspace, ["run", "--json"]);
    const events = result.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly version: number; readonly type: string });
    expect(events.every(({ version }) => version === 1)).toBe(true);
    expect(events[0]?.type).toBe("decided");
    expect(events.at(-1)).toMatchObject({ type: "finished", record: { status: "failed" } });
    expect(events.filter(({ type }) => type === "step-finished")).toHaveLength(3);
    expect(result).toMatchObject({ exitCode: 1, stderr: "" });
  },
  "--shard": async () => {
    using workspace = createWorkspace({
      files: {
        ".workflow-config.yaml": "steps: { test_execution: { with: { commands: [node --test] } } }\n",
        "a.test.cjs": 'require("node:test")("first", () => {});\n',
        "b.test.cjs": 'require("node:test")("second", () => {});\n',
      },
    });
    const names = [];
    for (const index of [1, 2]) {
      await runCli(workspace, ["run", "--shard", `${index}/2`]);
      names.push(/first|second/.exec(workspace.read(".workflow/logs/latest/steps/test_execution.log"))?.[0]);
      expect(lastRecord(workspace).steps[0]?.message).toContain(`(1 passed), shard ${index}/2`);
    }
    expect(names.toSorted()).toEqual(["first", "second"]);
    const refused = await runCli(workspace, ["run", "--shard", "3/2"]);
    expect(refused.exitCode).toBe(1);
    expect(lastRecord(workspace).steps[0]?.message).toContain("`shard` must be `i/n`");
  },
  "--fix": async () => {
    using workspace = withConfig("steps: { markdown_lint: {} }\n", { "a.md": "##Title\n" });
    await runCli(workspace, ["run"]);
    expect(workspace.read("a.md")).toBe("##Title\n");
    await runCli(workspace, ["run", "--fix"]);
    expect(workspace.read("a.md")).toBe("## Title\n");
  },
  // A port that nothing listens on.
  "--external": async () => {
    using workspace = withConfig("steps: { consistency: {} }\n", { "a.md": "[a](http://127.0.0.1:9/)\n" });
    const messageOf = async (...flags: readonly string[]): Promise<string> => {
      await runCli(workspace, ["run", "--force", ...flags]);
      return lastRecord(workspace).steps[0]?.message ?? "";
    };
    expect(await messageOf()).not.toContain("asked");
    expect(await messageOf("--external")).toContain("1 address asked, of 1 of which nothing is known");
  },
  "--apply": async () => {
    using workspace = withConfig("", {
      "src/a.js": "export const oldName = 1;\n",
      "README.md": "Use `oldName`.\n",
    });
    // Stands for a command line model tool.
    const edit = { file: "README.md", startLine: 1, endLine: 1, original: "Use `oldName`.", reason: "renamed" };
    const edits = [{ ...edit, replacement: "Use `newName`." }];
    const answer = { finishReason: "stop", text: JSON.stringify({ edits, unclear: [] }) };
    const program = path.join(workspace.repository, ".git", "model.mjs");
    writeFileSync(
      program,
      `process.stdin.resume().on("end", () => console.log(${JSON.stringify(JSON.stringify(answer))}));`,
    );
    const command = JSON.stringify([process.execPath, program]);
    workspace.commit({
      ".workflow-config.yaml": `ai: { provider: exec, command: ${command} }\nsteps: { documentation_updates: {} }\n`,
    });
    workspace.write({ "src/a.js": "export const newName = 1;\n" });
    const offered = await runCli(workspace, ["run"]);
    expect(offered.stdout).toContain(".workflow/proposals/documentation_updates.patch");
    expect(workspace.read("README.md")).toBe("Use `oldName`.\n");
    await runCli(workspace, ["run", "--apply"]);
    expect(workspace.read("README.md")).toBe("Use `newName`.\n");
  },
  "--quiet": async () => {
    using workspace = withConfig(TWO_STEPS);
    expect(await runCli(workspace, ["run", "--quiet"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    using failing = withConfig(ONE_FAILS);
    const result = await runCli(failing, ["run", "--quiet", "--continue"]);
    // What failed printed, what failed, how the run ended.
    expect(result.stderr).toMatch(/^--- bad: .*\nbroken\n---\n$/);
    expect(result.stdout).toMatch(
      /^bad +failed .*exit code 3\n\nfailed in .*: 1 passed, 1 failed, 1 not run to the end\n$/,
    );
    expect(result.exitCode).toBe(1);
  },
  "--verbose": async () => {
    using workspace = await withProof(TWO_STEPS);
    const result = await runCli(workspace, ["run", "--verbose"]);
    expect(result.stderr).toMatch(/^ +replay lint: same fingerprint as in run .* \[fingerprint-equal\]$/m);
    expect((await runCli(workspace, ["run"])).stderr).not.toContain("fingerprint-equal");
  },
  "--help": async () => {
    using workspace = createWorkspace();
    const result = await runCli(workspace, ["run", "-h"]);
    expect(result.stdout).toContain("Usage: ai-workflow run");
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  },
};

const VARIABLES: Readonly<Record<string, () => Promise<void>>> = {
  MAX_PARALLEL_JOBS: async () => {
    await runTwo(true, [], { env: { MAX_PARALLEL_JOBS: "2" } });
    await runTwo(false, [], { env: { MAX_PARALLEL_JOBS: "1" } });
    // Flag over environment over configuration.
    await runTwo(true, ["--concurrency", "2"], { env: { MAX_PARALLEL_JOBS: "1" } });
    await runTwo(true, [], {
      env: { MAX_PARALLEL_JOBS: "2" },
      settings: "optimizations: { performance: { max_parallel_jobs: 1 } }\n",
    });
  },
};

describe("run", () => {
  test("every flag and variable in its help has a test here, and no other", async () => {
    using workspace = createWorkspace();
    const { stdout } = await runCli(workspace, ["run", "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name);
    const variables = [...stdout.replaceAll(/\s+/g, " ").matchAll(/\(env: (\w+)\)/g)].map(([, name]) => name);
    expect(flags.sort()).toEqual(Object.keys(FLAGS).sort());
    expect(variables).toEqual(Object.keys(VARIABLES));
    const whole = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const readme = whole.split(/^## /m).find((section) => section.startsWith("run\n")) ?? "";
    const documented = [...readme.matchAll(/^\| .*?\|/gm)].flatMap(([cell]) => cell.match(/--[a-z-]+/g) ?? []);
    expect(new Set([...documented, "--help"])).toEqual(new Set(Object.keys(FLAGS)));
  });

  test.each(Object.entries({ ...FLAGS, ...VARIABLES }))("%s", (_, check) => check());
});
