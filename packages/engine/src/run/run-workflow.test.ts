import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { runRecordSchema } from "@ai-workflow/profiler/run-record-schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENVIRONMENT as environment } from "../../test/run-repository.ts";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import type { RunEvent } from "./events.ts";
import { planWorkflow } from "./plan-workflow.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunResult } from "./end-run.ts";
import { runWorkflow } from "./run-workflow.ts";

/** Workers are started by Node itself, so the compiled file is needed. */
const WORKER = new URL("../../dist/runners/module-worker.js", import.meta.url);

let target: string;
beforeEach(() => {
  target = path.join(realpathSync(mkdtempSync(path.join(tmpdir(), "engine-run-"))), "with space ü");
  mkdirSync(target);
});
afterEach(() => {
  rmSync(path.dirname(target), { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  execFileSync("git", args, { cwd: target, env: environment, stdio: "ignore" });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), text);
  }
}

/** A repository with one commit on main. */
function repository(config: string, files: Readonly<Record<string, string>> = {}): void {
  git("init", "--quiet", "--initial-branch=main");
  write({ [CONFIG_FILE_NAME]: config, ".gitignore": "*.out\n", "README.md": "# Read\n", "src/a.ts": "1\n", ...files });
  commit("first");
}

function commit(message: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
}

const validate = new Ajv2020({ strict: false }).compile(runRecordSchema);

/** Runs, and checks what holds for every run. */
async function run(options: Partial<RunOptions> = {}): Promise<RunResult & { readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  const directory = options.loaded?.directory ?? target;
  const result = await runWorkflow({
    loaded: await readConfig(directory, { exact: true }),
    toolVersion: "test",
    environment,
    moduleWorker: WORKER,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const { record, recordFile } = result;
  expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
  if (recordFile !== undefined)
    expect(JSON.parse(readFileSync(recordFile, "utf8"))).toEqual(JSON.parse(JSON.stringify(record)));
  expect(events.find(({ type }) => type !== "waiting")?.type).toBe("decided");
  expect(events.at(-1)?.type).toBe("finished");
  for (const step of record.steps) {
    if (step.startedMs === undefined || step.finishedMs === undefined) continue;
    expect(step.startedMs).toBeGreaterThanOrEqual(0);
    expect(step.finishedMs).toBeGreaterThanOrEqual(step.startedMs);
    expect(record.durationMs).toBeGreaterThanOrEqual(step.finishedMs);
  }
  return { ...result, events };
}

/** Outcomes by step, as text. */
function outcomes({ record }: RunResult): string {
  return [record.status, ...record.steps.map(({ id, outcome }) => `${id}=${outcome}`)].join(" ");
}

function reasons({ record }: RunResult): string {
  return record.steps.map(({ id, decision }) => `${id}=${decision.reason}`).join(" ");
}

const two =
  "steps:\n  docs: { run: 'true # docs', inputs: ['**/*.md'] }\n  code: { run: 'true # code', inputs: ['src/**'] }\n";

describe("what a second run does again", () => {
  test("nothing, when nothing changed; the plan says so before", async () => {
    repository(two);
    expect(outcomes(await run())).toBe("passed docs=passed code=passed");
    const plan = await planWorkflow({
      loaded: await readConfig(target, { exact: true }),
      toolVersion: "test",
      environment,
    });
    expect(plan.decisions.map(({ action }) => action)).toEqual(["replay", "replay"]);
    expect(plan.schedule).toBeUndefined();
    const second = await run();
    expect(outcomes(second)).toBe("passed docs=replayed code=replayed");
    expect(second.record.saved.replayedMs).toBeGreaterThan(0);
  });

  test("after an edited document only the step that reads it; after going back, nothing", async () => {
    repository(two);
    await run();
    write({ "README.md": "# Other\n" });
    expect(outcomes(await run())).toBe("passed docs=passed code=replayed");
    commit("other");
    expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
    write({ "README.md": "# Read\n" });
    expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
  });

  test("a step skipped for a document says which run proved it", async () => {
    repository("skip_on_doc_only: [a]\nsteps: { a: { run: 'true' } }\n");
    const first = await run();
    write({ "README.md": "# Other\n" });
    const second = await run();
    expect(outcomes(second)).toBe("passed a=skipped");
    expect(second.record.steps[0]).toMatchObject({
      decision: { reason: "no-relevant-change" },
      provedBy: { runId: first.record.runId },
    });
  });

  test("the configuration says what files are for before the built-in rules do", async () => {
    const steps = "steps:\n  code: { run: 'true', when: { changed: [code] } }\n";
    repository(`${steps}categories:\n  - { category: code, paths: ["pages/", "!pages/drafts/"] }\n`);
    await run();
    write({ "pages/drafts/a.md": "draft\n" });
    expect(outcomes(await run())).toBe("passed code=skipped");
    write({ "pages/a.md": "page\n" });
    const result = await run();
    expect(outcomes(result)).toBe("passed code=passed");
    expect(result.record.changeSet).toMatchObject({
      changes: [
        { path: "pages/a.md", category: "code", rule: "categories: pages/ !pages/drafts/" },
        { path: "pages/drafts/a.md", category: "docs" },
      ],
    });
  });

  test.each(["--assume-unchanged", "--skip-worktree"])(
    "an edit that git was told not to look at (%s) makes steps run, and a notice tells of it",
    async (flag) => {
      repository(two);
      await run();
      expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
      git("update-index", flag, "src/a.ts");
      write({ "src/a.ts": "hidden\n" });
      const result = await run();
      expect(outcomes(result)).toBe("passed docs=replayed code=passed");
      expect(result.record.notices).toEqual([
        { code: "hidden-edits", message: expect.stringContaining("src/a.ts") as string },
      ]);
    },
  );

  test("an edit that git's conversions hide makes steps run, also in files that git calls changed, and after it has looked", async () => {
    repository("steps:\n  code: { run: 'true', inputs: ['src/**'] }\n", { ".gitattributes": "*.ts text\n" });
    write({ "src/new.ts": "1\n" });
    await run();
    expect(outcomes(await run())).toBe("passed code=replayed");
    for (const file of ["src/a.ts", "src/new.ts"]) {
      write({ [file]: "1\r\n" });
      git("status");
      expect(outcomes(await run()), file).toBe("passed code=passed");
      expect(outcomes(await run()), file).toBe("passed code=replayed");
    }
  });

  test("what commits say is found once for several runs, and a plan keeps nothing", async () => {
    repository(two);
    git("checkout", "--quiet", "-b", "feature");
    write({ "README.md": "# More\n" });
    commit("second");
    const kept = (): readonly string[] => {
      const folder = path.join(target, ".workflow", "cache", "git");
      return existsSync(folder)
        ? readdirSync(folder)
            .map((name) => name.replace(/-[0-9a-f]{64}$/, ""))
            .toSorted()
        : [];
    };
    await planWorkflow({ loaded: await readConfig(target, { exact: true }), toolVersion: "test", environment });
    expect(kept()).toEqual([]);
    const first = await run();
    expect(kept()).toEqual(["diff", "merge-base"]);
    expect((await run()).record.changeSet).toEqual(first.record.changeSet);
  });

  test("a failure is not hidden by a commit that the failing step ignores", async () => {
    repository("skip_on_doc_only: [a]\nsteps: { a: { run: 'grep -q 1 src/a.ts' } }\n");
    await run();
    write({ "src/a.ts": "broken\n" });
    commit("breaks");
    expect(outcomes(await run())).toBe("failed a=failed");
    write({ "README.md": "# Other\n" });
    commit("documents only");
    expect(outcomes(await run({ base: "HEAD~1" }))).toBe("failed a=failed");
  });

  test("base.assume_green skips what nothing relevant changed for, and says what it assumes", async () => {
    repository("base: { assume_green: true }\nskip_on_doc_only: [a]\nsteps: { a: { run: 'false' } }\n");
    write({ "README.md": "# Other\n" });
    commit("documents only");
    const skipped = await run({ base: "HEAD~1" });
    expect(outcomes(skipped)).toBe("passed a=skipped");
    expect(reasons(skipped)).toBe("a=base-assumed-green");
    write({ "src/a.ts": "2\n" });
    expect(outcomes(await run({ base: "HEAD~1" }))).toBe("failed a=failed");
  });

  test("force runs everything and keeps it; baseline runs everything and keeps nothing", async () => {
    repository(two);
    expect(outcomes(await run({ baseline: true }))).toBe("passed docs=passed code=passed");
    expect(outcomes(await run())).toBe("passed docs=passed code=passed");
    expect(outcomes(await run({ baseline: true }))).toBe("passed docs=passed code=passed");
    expect(outcomes(await run({ force: true }))).toBe("passed docs=passed code=passed");
    expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
  });

  test("a declared variable, a step without cache and one that always runs", async () => {
    repository(
      "steps:\n  a: { run: 'true', env: [E] }\n  b: { run: 'true # b', cache: false }\n  c: { run: 'true # c', when: { always: true } }\n",
    );
    await run();
    expect(outcomes(await run())).toBe("passed a=replayed b=passed c=passed");
    expect(outcomes(await run({ environment: { ...environment, E: "1" } }))).toBe("passed a=passed b=passed c=passed");
  });

  test("what wrote its own inputs is not kept, and a notice says so", async () => {
    repository("steps: { a: { run: 'echo again >> src/a.ts' } }\n");
    const first = await run();
    expect(first.record.notices.map(({ code }) => code).toSorted()).toEqual(["files-edited", "inputs-changed"]);
    expect(outcomes(await run())).toBe("passed a=passed");
  });

  test("a damaged result is set aside with a notice, and its step runs", async () => {
    repository("steps: { a: { run: 'true' } }\n");
    await run();
    const results = path.join(target, ".workflow", "results");
    for (const name of readdirSync(results, { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".json")) writeFileSync(path.join(results, name), "damaged");
    }
    const second = await run();
    expect(outcomes(second)).toBe("passed a=passed");
    expect(second.record.notices.map(({ code }) => code)).toEqual(["result-corrupt"]);
    expect(outcomes(await run())).toBe("passed a=replayed");
  });
});

describe("order and failure", () => {
  const chain = "steps:\n  a: { run: 'false' }\n  b: { run: 'touch b.out', needs: [a] }\n  c: { run: 'touch c.out' }\n";

  test.each([
    ["never", "failed a=failed b=cancelled c=cancelled", []],
    ["dependencies-successful", "failed a=failed b=cancelled c=passed", ["c.out"]],
    ["always", "failed a=failed b=passed c=passed", ["b.out", "c.out"]],
  ] as const)("after a failure, %s", async (onFailure, expected, made) => {
    repository(chain);
    expect(outcomes(await run({ onFailure, maxParallel: 1 }))).toBe(expected);
    expect(readdirSync(target).filter((name) => name.endsWith(".out"))).toEqual(made);
  });

  test("a step that did not start says what stopped it", async () => {
    repository(chain);
    const { record } = await run({ onFailure: "dependencies-successful" });
    expect(record.steps.find(({ id }) => id === "b")).toMatchObject({
      attempts: 0,
      message: "not started: a did not pass",
    });
  });

  test("steps run after what they need, also through a step that was replayed", async () => {
    repository(
      "steps:\n  first: { run: 'echo first >> order.out', cache: false }\n  middle: { run: 'true', inputs: [src], needs: [first] }\n  last: { run: 'echo last >> order.out', cache: false, needs: [middle] }\n",
    );
    await run();
    expect(outcomes(await run())).toBe("passed first=passed middle=replayed last=passed");
    expect(readFileSync(path.join(target, "order.out"), "utf8")).toBe("first\nlast\nfirst\nlast\n");
  });

  test("only the steps that were asked for run; an unknown one is refused with the nearest", async () => {
    repository(two);
    const result = await run({ steps: ["code"] });
    expect(outcomes(result)).toBe("passed docs=skipped code=passed");
    expect(reasons(result)).toMatch(/^docs=not-requested /);
    await expect(run({ steps: ["cdoe"] })).rejects.toMatchObject({
      code: "ENGINE_UNKNOWN_STEP",
      hint: 'Did you mean "code"?',
    });
  });

  test("a retry that passes is a pass of two attempts, and both are in the log", async () => {
    repository("steps: { a: { run: 'echo try; [ -e once.out ] || { touch once.out; exit 1; }', retries: 2 } }\n");
    const { record, events } = await run();
    expect(record.steps[0]).toMatchObject({ outcome: "passed", attempts: 2 });
    expect(events.flatMap((event) => (event.type === "step-started" ? [event.attempt] : []))).toEqual([1, 2]);
    expect(readFileSync(path.join(target, ".workflow", record.steps[0]?.log ?? ""), "utf8")).toBe("try\ntry\n");
  });

  test("a step that is over its time is ended and says so", async () => {
    repository("steps: { a: { run: 'echo $$ > pid.out; sleep 1000', timeout: 200ms } }\n");
    const { record } = await run();
    expect(record.status).toBe("failed");
    expect(record.steps[0]).toMatchObject({ outcome: "timed-out", message: "took longer than 0.2 s" });
  });

  test("what a module started ends with its time, while the run goes on", async () => {
    const module = `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
export default () => new Promise(() => {
  const { pid } = spawn("sleep", ["1000"], { cwd: import.meta.dirname });
  writeFileSync(new URL("pid.out", import.meta.url), String(pid));
});
`;
    const isThere = 'ps -o stat= -p "$(cat pid.out)" | grep -q "^[^Z]"';
    const wait = `until [ -s pid.out ]; do sleep 0.05; done; while ${isThere}; do sleep 0.05; done`;
    repository(`steps:\n  a: { module: hang.mjs, timeout: 1s }\n  b: { run: '${wait}' }\n`, { "hang.mjs": module });
    const { record } = await run({ onFailure: "always" });
    expect(record.steps.map(({ outcome }) => outcome)).toEqual(["timed-out", "passed"]);
  });

  test("logs of steps whose names differ in a colon alone are two files", async () => {
    repository("steps: { 'a:b': { run: echo colon }, a_b: { run: echo line } }\n");
    const { record } = await run();
    const logs = record.steps.map(({ log }) => readFileSync(path.join(target, ".workflow", log ?? ""), "utf8"));
    expect(logs).toEqual(["colon\n", "line\n"]);
  });
});

describe("stages", () => {
  const modules = {
    "check.mjs": "export default () => ({ findings: [{ rule: 'r', severity: 'warning', message: 'm' }] });\n",
  };
  const gated = (severity: string): string =>
    `stages: [{ id: core, minimum_severity: ${severity} }, { id: late }]\nsteps:\n  a: { module: check.mjs, stage: core }\n  b: { run: 'touch b.out', stage: late }\n`;

  test("what is behind a closed gate does not start, even where the policy lets everything else go on", async () => {
    repository(
      `stages: [{ id: core }, { id: release }]
steps:
  a: { run: "false", stage: core }
  b: { run: "touch b.out", stage: release }
  c: { run: "true", needs: [a] }
`,
    );
    const result = await run({ onFailure: "always" });
    expect(outcomes(result)).toBe("failed a=failed b=cancelled c=passed");
    expect(result.record.steps.find(({ id }) => id === "b")?.message).toBe("not started: stage core did not pass");
    expect(existsSync(path.join(target, "b.out"))).toBe(false);
  });

  test("a gate that a failed step closed is told of, under every policy", async () => {
    repository(`stages: [{ id: core }]\nsteps: { a: { run: "false", stage: core } }\n`);
    for (const onFailure of ["never", "dependencies-successful", "always"] as const) {
      const { events } = await run({ onFailure });
      const gates = events.filter(({ type }) => type === "gate");
      expect(gates).toEqual([expect.objectContaining({ stageId: "core", open: false })]);
    }
  });

  test("fail_fast stops the rest of a stage once its gate is closed, also by a finding, and nothing of another stage", async () => {
    repository(
      `stages: [{ id: core, fail_fast: true, minimum_severity: warning }]
steps:
  a: { module: check.mjs, stage: core }
  b: { run: "true", stage: core, needs: [a] }
  c: { run: "true", needs: [a] }
`,
      modules,
    );
    const result = await run({ onFailure: "dependencies-successful" });
    expect(outcomes(result)).toBe("failed a=passed b=cancelled c=passed");
    expect(result.record.steps.find(({ id }) => id === "b")?.message).toContain("stops at the first failure");
  });

  test("a step that needs one of a waiting stage waits with it, also when stages or all optimisations are off", async () => {
    const text = `stages: [{ id: deploy, trigger: manual }]
steps:
  deploy: { run: "touch deployed", stage: deploy }
  smoke: { run: "touch smoked", needs: [deploy] }
  other: { run: "true" }
`;
    repository(text);
    for (const options of [{}, { multiStage: false }, { baseline: true }]) {
      const result = await run({ ...options, force: true });
      expect(outcomes(result)).toBe("partial deploy=skipped smoke=skipped other=passed");
    }
    expect(existsSync(path.join(target, "deployed"))).toBe(false);
    expect(existsSync(path.join(target, "smoked"))).toBe(false);
    expect(outcomes(await run({ approved: "all" }))).toBe("passed deploy=passed smoke=passed other=replayed");
  });

  test("findings of the stage's severity close its gate, in the first run and when its steps were replayed", async () => {
    repository(gated("warning"), modules);
    for (const outcome of ["passed", "replayed"]) {
      const result = await run();
      expect(outcomes(result)).toBe(`failed a=${outcome} b=cancelled`);
      expect(result.record.stages.map(({ state }) => state)).toEqual(["failed", "closed"]);
      expect(result.events).toContainEqual(expect.objectContaining({ type: "gate", stageId: "core", open: false }));
    }
    expect(existsSync(path.join(target, "b.out"))).toBe(false);
  });

  test("findings below it do not", async () => {
    repository(gated("error"), modules);
    expect(outcomes(await run())).toBe("passed a=passed b=passed");
  });

  test("the next stage starts after the gate; a step without a stage waits for none", async () => {
    repository(
      "stages: [{ id: core }, { id: late }]\nsteps:\n  b: { run: 'echo b >> o.out', stage: late }\n  a: { run: 'echo a >> o.out', stage: core }\n",
    );
    expect(outcomes(await run())).toBe("passed b=passed a=passed");
    expect(readFileSync(path.join(target, "o.out"), "utf8")).toBe("a\nb\n");
  });

  test("a failure closes the gate of its stage", async () => {
    repository(
      "stages: [{ id: core, fail_fast: true }, { id: late }]\nsteps:\n  a: { run: 'false', stage: core }\n  b: { run: 'true', stage: late }\n  c: { run: 'true # c' }\n",
    );
    expect(outcomes(await run({ onFailure: "dependencies-successful" }))).toBe("failed a=failed b=cancelled c=passed");
  });

  test("a manual stage leaves the run partial until a person starts it", async () => {
    repository(
      "stages: [{ id: core }, { id: release, trigger: manual }]\nsteps:\n  a: { run: 'true', stage: core }\n  b: { run: 'touch b.out', stage: release }\n",
    );
    const first = await run();
    expect(outcomes(first)).toBe("partial a=passed b=skipped");
    expect(first.record.stages.map(({ state }) => state)).toEqual(["passed", "waiting"]);
    expect(existsSync(path.join(target, "b.out"))).toBe(false);
    expect(outcomes(await run({ approved: "all" }))).toBe("passed a=replayed b=passed");
  });
});

describe("cancelling", () => {
  const long = "steps:\n  a: { run: 'echo $$ > pid.out; sleep 1000 & wait' }\n  b: { run: 'true', needs: [a] }\n";

  test("before the beginning runs nothing and writes a record", async () => {
    repository(long);
    const result = await run({ signal: AbortSignal.abort() });
    expect(outcomes(result)).toBe("cancelled a=cancelled b=cancelled");
    expect(result.recordFile).toBeDefined();
    expect(existsSync(path.join(target, "pid.out"))).toBe(false);
  });

  test.each(["decided", "step-started"] as const)(
    "at the event %s leaves nothing running and writes a record",
    async (type) => {
      repository(long);
      const controller = new AbortController();
      const result = await runWorkflow({
        loaded: await readConfig(target, { exact: true }),
        toolVersion: "test",
        environment,
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === type) controller.abort();
        },
      });
      expect(outcomes(result)).toBe("cancelled a=cancelled b=cancelled");
      expect(result.recordFile).toBeDefined();
    },
  );

  test("in the middle of a step ends its processes", async () => {
    repository(long);
    const controller = new AbortController();
    const running = run({ signal: controller.signal });
    const watcher = watch(target);
    const file = path.join(target, "pid.out");
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await once(watcher, "change");
    watcher.close();
    controller.abort();
    expect(outcomes(await running)).toBe("cancelled a=cancelled b=cancelled");
    const pid = Number(readFileSync(file, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(outcomes(await run({ steps: ["b"] }))).toBe("passed a=skipped b=passed");
  });
});

describe("places", () => {
  test("outside of a repository everything runs, every time", async () => {
    write({ [CONFIG_FILE_NAME]: two });
    await run();
    const second = await run();
    expect(outcomes(second)).toBe("passed docs=passed code=passed");
    expect(second.record.changeSet).toMatchObject({ known: false, code: "not-a-repository" });
  });

  test("a repository without a commit replays what passed", async () => {
    git("init", "--quiet", "--initial-branch=main");
    write({ [CONFIG_FILE_NAME]: two, "README.md": "# Read\n", "src/a.ts": "1\n" });
    expect(outcomes(await run())).toBe("passed docs=passed code=passed");
    expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
  });

  test("a step that names inputs of which none exists runs every time, and says so", async () => {
    repository("steps: { a: { run: 'true', inputs: ['srcc/**'] } }\n");
    for (let attempt = 0; attempt < 2; attempt++) {
      const { record } = await run();
      expect(record.steps[0]).toMatchObject({ outcome: "passed", decision: { reason: "inputs-match-nothing" } });
    }
  });

  test("a used step is run again where its results are read, though it is proved", async () => {
    repository(
      `steps:
  build: { run: "mkdir -p dist; cp src/a.ts dist/o", inputs: ["src/**"] }
  test: { run: "cmp dist/o expected", uses: [build], inputs: [expected] }
`,
      { ".gitignore": "dist\n", expected: "1\n" },
    );
    expect(outcomes(await run())).toBe("passed build=passed test=passed");
    write({ "src/a.ts": "2\n", expected: "2\n" });
    expect(outcomes(await run())).toBe("passed build=passed test=passed");
    // The first content again, with another expectation: what is on disk was made from the second.
    write({ "src/a.ts": "1\n" });
    expect(outcomes(await run())).toBe("failed build=passed test=failed");
  });

  test.each(["cache: false", "when: { always: true }", "inputs: ['nope/**']"])(
    "a step is due when one is that it uses, here with %s",
    async (how) => {
      repository(
        `steps:
  made: { run: "cat source.out > made.out", ${how} }
  user: { run: "grep -q good made.out", uses: [made], inputs: [src/a.ts] }
`,
        {},
      );
      write({ "source.out": "good\n" });
      expect(outcomes(await run())).toBe("passed made=passed user=passed");
      write({ "source.out": "bad\n" });
      expect(outcomes(await run())).toBe("failed made=passed user=failed");
    },
  );

  test("a success is not kept when what it rests on was not proved, however far away", async () => {
    repository(
      `steps:
  setup: { run: "exit 1" }
  middle: { run: "true", needs: [setup] }
  last: { run: "true", needs: [middle] }
`,
    );
    expect(outcomes(await run({ steps: ["middle", "last"] }))).toBe("passed setup=skipped middle=passed last=passed");
    expect(outcomes(await run())).toBe("failed setup=failed middle=cancelled last=cancelled");
  });

  test("findings close a gate also when their step is skipped as proved, or replayed in a stage that fails fast", async () => {
    repository(
      `stages: [{ id: core, minimum_severity: warning, fail_fast: true }, { id: late }]
skip_on_doc_only: [lint]
steps:
  lint: { module: check.mjs, stage: core }
  slow: { run: "true", stage: core, needs: [lint], when: { always: true } }
  deploy: { run: "touch deployed.out", stage: late, cache: false }
`,
      { "check.mjs": "export default () => ({ findings: [{ rule: 'r', severity: 'warning', message: 'm' }] });\n" },
    );
    const onFailure = "dependencies-successful";
    expect(outcomes(await run({ onFailure }))).toBe("failed lint=passed slow=cancelled deploy=cancelled");
    expect(outcomes(await run({ onFailure }))).toBe("failed lint=replayed slow=cancelled deploy=cancelled");
    write({ "README.md": "# Other\n" });
    expect(outcomes(await run({ onFailure }))).toBe("failed lint=skipped slow=cancelled deploy=cancelled");
    expect(existsSync(path.join(target, "deployed.out"))).toBe(false);
  });

  test("the base is not assumed to have passed with another configuration or for a step that reads the environment", async () => {
    const text = (command: string): string =>
      `base: { ref: main, assume_green: true }
steps:
  a: { run: "${command}", inputs: [src/a.ts] }
  b: { run: "true", inputs: [src/a.ts], env: [MODE] }
`;
    repository(text("true"));
    git("checkout", "--quiet", "-b", "branch");
    write({ "README.md": "# Other\n" });
    commit("other");
    expect(outcomes(await run())).toBe("passed a=skipped b=passed");
    write({ [CONFIG_FILE_NAME]: text("exit 1") });
    commit("another command");
    expect(outcomes(await run({ onFailure: "always" }))).toContain("failed a=failed");
  });

  test("a success beside a need that was left out is not kept", async () => {
    repository("steps: { build: { run: 'exit 1' }, test: { run: 'true', needs: [build] } }\n");
    expect(outcomes(await run({ steps: ["test"] }))).toBe("passed build=skipped test=passed");
    expect(outcomes(await run())).toBe("failed build=failed test=cancelled");
  });

  test("a folder of a repository looks at its own files alone", async () => {
    repository("steps: {}\n", {
      [`services/a b/${CONFIG_FILE_NAME}`]: "steps: { a: { run: 'pwd; [ -e own.txt ]', inputs: [own.txt] } }\n",
      "services/a b/own.txt": "1\n",
    });
    const directory = path.join(target, "services/a b");
    const loaded = await readConfig(directory, { exact: true });
    const first = await run({ loaded });
    expect(outcomes(first)).toBe("passed a=passed");
    expect(readFileSync(path.join(directory, ".workflow", first.record.steps[0]?.log ?? ""), "utf8")).toBe(
      `${directory}\n`,
    );
    write({ "own.txt": "another of that name\n" });
    expect(outcomes(await run({ loaded }))).toBe("passed a=replayed");
    write({ "services/a b/own.txt": "2\n" });
    expect(outcomes(await run({ loaded }))).toBe("passed a=passed");
  });

  test("of two runs at once in one folder the second waits, and replays what the first proved", async () => {
    repository(two);
    const [one, other] = await Promise.all([run(), run()]);
    expect([...one.events, ...other.events].filter(({ type }) => type === "waiting")).toHaveLength(1);
    expect([outcomes(one), outcomes(other)].sort()).toEqual([
      "passed docs=passed code=passed",
      "passed docs=replayed code=replayed",
    ]);
    expect(one.record.runId).not.toBe(other.record.runId);
    expect([one.record.status, other.record.status]).toEqual(["passed", "passed"]);
    expect(readFileSync(path.join(target, ".workflow/metrics/history.jsonl"), "utf8").trim().split("\n")).toHaveLength(
      2,
    );
    expect(outcomes(await run())).toBe("passed docs=replayed code=replayed");
  });

  test("the state folder is invisible to git", async () => {
    repository(two);
    await run();
    expect(execFileSync("git", ["status", "--porcelain"], { cwd: target, env: environment, encoding: "utf8" })).toBe(
      "",
    );
  });

  test("a workflow without steps passes", async () => {
    repository("steps: {}\n");
    expect(outcomes(await run())).toBe("passed");
  });
});

test("a listener that throws is told of once, and changes nothing else", async () => {
  repository("steps: { a: { run: 'true' }, b: { run: 'true', needs: [a] } }\n");
  let calls = 0;
  const loaded = await readConfig(target, { exact: true });
  const result = await runWorkflow({
    loaded,
    toolVersion: "test",
    environment,
    onEvent: () => {
      calls++;
      throw new Error("a bug of the listener");
    },
  });
  expect(outcomes(result)).toBe("passed a=passed b=passed");
  expect(calls).toBe(1);
  expect(result.record.notices).toEqual([expect.objectContaining({ code: "listener-failed" })]);
  expect(outcomes(await run())).toBe("passed a=replayed b=replayed");
});

test("the duration of a step is that of its last attempt, without the pause before it", async () => {
  repository("steps: { a: { run: '[ -e once.out ] || { touch once.out; exit 1; }', retries: 1 } }\n");
  const { record } = await run();
  const [step] = record.steps;
  expect(step).toMatchObject({ outcome: "passed", attempts: 2 });
  // The pause alone is a second.
  expect(step?.durationMs).toBeLessThan((step?.finishedMs ?? 0) - (step?.startedMs ?? 0) - 900);
});

test("a step that edits files never runs beside one that reads them", async () => {
  repository(`steps:
  format: { run: "sleep 0.2", writes: ["src/**"], inputs: ["src/**"] }
  lint: { run: "sleep 0.2", inputs: ["src/**"] }
  test: { run: "sleep 0.2", inputs: ["src/**"] }
  prose: { run: "sleep 0.2", inputs: ["*.md"] }
`);
  const { record } = await run({ maxParallel: 4 });
  const [format, lint, tested, prose] = record.steps;
  const overlap = (a: typeof format, b: typeof format): boolean =>
    (a?.startedMs ?? 0) < (b?.finishedMs ?? 0) && (b?.startedMs ?? 0) < (a?.finishedMs ?? 0);
  expect(overlap(format, lint) || overlap(format, tested)).toBe(false);
  // Readers run beside each other, and whoever reads other files beside all of them.
  expect(overlap(lint, tested)).toBe(true);
  expect([format, lint, tested].some((other) => overlap(prose, other))).toBe(true);
  const waits = record.steps.flatMap((step) => step.waits.map(({ on }) => on));
  expect(waits).toContain("edits of format");
});

describe("a success that expires", () => {
  test("is replayed until then, and neither replayed nor a proof after it", async () => {
    repository(`steps:
  audit: { run: "echo x >> audits.out", expires: 24h }
  narrow: { run: "true", when: { changed: [docs] }, expires: 24h }
`);
    const hourMs = 3_600_000;
    const startMs = Date.UTC(2026, 0, 1);
    const at = (hours: number) => run({ wallNow: () => startMs + hours * hourMs });
    expect(outcomes(await at(0))).toBe("passed audit=passed narrow=passed");
    expect(outcomes(await at(23))).toBe("passed audit=replayed narrow=replayed");
    const later = await at(25);
    expect(reasons(later)).toBe("audit=result-expired narrow=result-expired");
    expect(outcomes(await at(48))).toBe("passed audit=replayed narrow=replayed");
    write({ "src/a.ts": "2\n" });
    // The skip rests on a success that is 48 hours old by then.
    expect(reasons(await at(73))).toContain("narrow=not-proved");
  });
});

describe("a limit that is lowered", () => {
  test("makes a step run that took longer, and no other, nor one whose limit stays above", async () => {
    const limits = (slow: string, quick: string): string => `steps:
  slow: { run: "sleep 0.5; echo x >> slow.out", inputs: ["src/**"], timeout: ${slow}, retries: 0 }
  narrow: { run: "sleep 0.5", when: { changed: [docs] }, inputs: ["src/**", "*.md"], timeout: ${slow} }
  quick: { run: "true", inputs: ["src/**"], timeout: ${quick} }
`;
    repository(limits("1h", "1h"));
    expect(outcomes(await run())).toBe("passed slow=passed narrow=passed quick=passed");
    const configured = (text: string): void => write({ ".workflow-config.yaml": text });
    configured(limits("30m", "30m"));
    expect(outcomes(await run())).toBe("passed slow=replayed narrow=replayed quick=replayed");
    configured(limits("250ms", "30m"));
    write({ "src/a.ts": "2\n" });
    // A proof is worth no more than a success of the same fingerprint.
    const lower = await run();
    expect(reasons(lower)).toContain("narrow=limit-lowered");
    write({ "src/a.ts": "1\n" });
    const back = await run();
    expect(reasons(back)).toContain("slow=limit-lowered");
    expect(reasons(back)).toContain("quick=fingerprint-equal");
    expect(outcomes(back)).toContain("slow=timed-out");
  });
});
