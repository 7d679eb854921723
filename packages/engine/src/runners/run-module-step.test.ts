import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync, watch } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnswerModule } from "./module-host-client.ts";
import type { ModuleReply } from "./module-question.ts";
import type { ModuleStepContext } from "./module-step.ts";
import { createModuleRunner, type ModuleRunner } from "./run-module-step.ts";
import { UNMETERED, type StepVerdict } from "./step-run.ts";

/** Workers are started by Node itself, so the compiled file is needed. */
const WORKER = new URL("../../dist/runners/module-worker.js", import.meta.url);

let target: string;
let runner: ModuleRunner;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "module step ü "));
  runner = createModuleRunner(2, WORKER, { ...process.env, FROM_THE_RUN: "yes" });
});
afterEach(async () => {
  await runner.close();
  rmSync(target, { recursive: true, force: true });
});

interface Options {
  readonly name?: string;
  readonly context?: Partial<ModuleStepContext>;
  readonly signal?: AbortSignal;
  readonly answer?: AnswerModule;
}

/** What a module is told that nobody here looks at. */
const TOLD = {
  step: "check",
  files: [],
  dueFiles: [],
  changes: { known: false, message: "" },
  results: [],
  with: {},
} as const;

/** Writes a module and runs it. */
function runModule(source: string, options: Options = {}): Promise<StepVerdict> {
  const { name = "step.mjs", context, signal = new AbortController().signal, answer } = options;
  writeFileSync(path.join(target, name), source);
  return runner.run(
    name,
    { ...TOLD, directory: target, files: ["a.md"], ...context },
    { directory: target, target, environment: {}, logFile: path.join(target, "step.log"), meter: UNMETERED, signal },
    answer,
  );
}

function logText(): string {
  return readFileSync(path.join(target, "step.log"), "utf8");
}

async function appears(name: string): Promise<void> {
  const watcher = watch(target);
  try {
    while (!existsSync(path.join(target, name))) await once(watcher, "change");
  } finally {
    watcher.close();
  }
}

const finding = { rule: "r", severity: "error", message: "m", file: "a.md", line: 1, column: 2 };
const warning = { ...finding, severity: "warning" };

test("a module sees the environment of the run", async () => {
  const verdict = await runModule("export default () => ({ outcome: 'passed', message: process.env.FROM_THE_RUN });");
  expect(verdict.message).toBe("yes");
});

describe("what a module returns", () => {
  test.each<[string, unknown, StepVerdict]>([
    ["nothing", undefined, { outcome: "passed", findings: [] }],
    ["null", null, { outcome: "passed", findings: [] }],
    ["an empty result", {}, { outcome: "passed", message: undefined, findings: [] }],
    [
      "an error",
      { findings: [finding] },
      { outcome: "failed", failedBy: "findings", message: "1 error found", findings: [finding] } as StepVerdict,
    ],
    [
      "errors and a warning",
      { findings: [finding, warning, finding] },
      {
        outcome: "failed",
        failedBy: "findings",
        message: "2 errors found",
        findings: [finding, warning, finding],
      } as StepVerdict,
    ],
    [
      "a warning",
      { findings: [warning] },
      { outcome: "passed", message: undefined, findings: [warning] } as StepVerdict,
    ],
    [
      "an error that it calls a pass",
      { outcome: "passed", findings: [finding] },
      { outcome: "failed", failedBy: "findings", message: "1 error found", findings: [finding] } as StepVerdict,
    ],
    [
      "a failure with words",
      { outcome: "failed", message: "why" },
      { outcome: "failed", message: "why", findings: [] },
    ],
    [
      "no verdict",
      { outcome: "inconclusive", message: "offline" },
      { outcome: "inconclusive", message: "offline", findings: [] },
    ],
  ])("%s", async (_, result, expected) => {
    const source = `export default () => (${result === undefined ? "undefined" : JSON.stringify(result)});`;
    expect(await runModule(source)).toEqual(expected);
    expect(await runModule(source.replace("() =>", "async () =>"), { name: "async.mjs" })).toEqual(expected);
  });

  test.each([
    ['"passed"', "something that is no result object"],
    ["true", "something that is no result object"],
    ["[]", "something that is no result object"],
    ["{ outcome: 'great' }", 'an unknown outcome "great"'],
    ["{ outcome: 'cancelled' }", 'an unknown outcome "cancelled"'],
    ["{ outcome: null }", "an unknown outcome null"],
    ["{ message: 3 }", "a message that is no text"],
    ["{ findings: {} }", "findings that are no list"],
    ["{ findings: null }", "findings that are no list"],
    ["{ findings: [{ rule: 'r', severity: 'fatal', message: 'm' }] }", "a finding of the wrong shape (number 1)"],
    ["{ findings: [{ rule: 'r', severity: 'info', message: 'm' }, null] }", "a finding of the wrong shape (number 2)"],
    [
      "{ findings: [{ rule: 'r', severity: 'info', message: 'm', line: 0 }] }",
      "a finding of the wrong shape (number 1)",
    ],
    [
      "{ findings: [{ rule: 'r', severity: 'info', message: 'm', column: 1.5 }] }",
      "a finding of the wrong shape (number 1)",
    ],
    [
      "{ findings: [{ rule: 'r', severity: 'info', message: 'm', file: 1 }] }",
      "a finding of the wrong shape (number 1)",
    ],
  ])("%s is a failure that says so", async (result, what) => {
    expect(await runModule(`export default () => (${result});`)).toEqual({
      outcome: "failed",
      message: `the module returned ${what}`,
      findings: [],
    });
  });

  test("a word that is none for whether a pass lasts is a failure, and only a pass is provisional", async () => {
    expect(await runModule("export default () => ({ provisional: 'yes' })")).toMatchObject({
      outcome: "failed",
      message: "the module returned `provisional` that is neither true nor false",
    });
    expect(await runModule("export default () => ({ provisional: true })")).toMatchObject({ provisional: true });
  });

  test("something that cannot be sent is a failure", async () => {
    const verdict = await runModule("export default () => ({ findings: [], extra: () => {} });");
    expect(verdict).toMatchObject({
      outcome: "failed",
      message: expect.stringContaining("could not be cloned") as string,
    });
  });
});

describe("what goes wrong inside a module", () => {
  test.each([
    ["an error", "export default () => { throw new Error('broken here'); };", "broken here"],
    ["a rejection", "export default async () => { throw new TypeError('rejected'); };", "rejected"],
    ["something thrown that is no error", "export default () => { throw 'text'; };", "text"],
    ["an error while loading", "throw new Error('while loading'); export default () => {};", "while loading"],
    ["no default export", "export const step = () => {};", "the module has no function as its default export"],
    ["a default export that is no function", "export default 3;", "the module has no function as its default export"],
    ["a missing import", "import './nowhere.mjs'; export default () => {};", "nowhere.mjs"],
    ["a syntax error", "export default (", "Unexpected"],
  ])("%s is a failure with its message, and the next module runs", async (_, source, message) => {
    expect(await runModule(source)).toMatchObject({
      outcome: "failed",
      message: expect.stringContaining(message) as string,
      findings: [],
    });
    expect(await runModule("export default () => {};", { name: "next.mjs" })).toMatchObject({ outcome: "passed" });
  });

  test("the stack of an error is in the log", async () => {
    await runModule("export default function named() { throw new Error('broken here'); }");
    expect(logText()).toMatch(/Error: broken here\n\s+at .*step\.mjs:1:/);
  });

  test.each([
    ["process.exit(0)", "process.exit(0);"],
    ["process.exit(0) in a try", "try { process.exit(0); } catch {} await new Promise(() => {});"],
    ["process.exit(3) after a turn", "await new Promise(() => setImmediate(() => process.exit(3)));"],
    ["an error outside of its promise", "await new Promise(() => setImmediate(() => { throw new Error('stray'); }));"],
  ])("%s is a failure, and the next module runs", async (_, body) => {
    expect(await runModule(`export default async () => { ${body} };`)).toMatchObject({ outcome: "failed" });
    expect(await runModule("export default () => {};", { name: "next.mjs" })).toMatchObject({ outcome: "passed" });
  });

  test.each([
    ["kills its process", "process.kill(process.pid, 'SIGKILL');", "SIGKILL"],
    ["makes its process crash", "process.kill(process.pid, 'SIGSEGV');", "SIGSEGV"],
  ])(
    "a module that %s fails with those that run beside it, each is told why, and the next module runs",
    async (_, body, signal) => {
      const waiting =
        "import { writeFileSync } from 'node:fs'; export default ({ directory }) => { writeFileSync(directory + '/started', ''); return new Promise(() => setInterval(() => {}, 1e6)); };";
      const beside = runModule(waiting, { name: "beside.mjs" });
      await appears("started");
      const failure = {
        outcome: "failed",
        message: `the process of module steps ended (${signal})`,
        findings: [],
      };
      expect(await runModule(`export default () => { ${body} return new Promise(() => {}); };`)).toEqual(failure);
      expect(await beside).toEqual(failure);
      expect(await runModule("export default () => {};", { name: "next.mjs" })).toMatchObject({ outcome: "passed" });
    },
  );

  test("a host that cannot be started is a failure that says so", async () => {
    const nowhere = createModuleRunner(1, new URL("./nowhere/module-worker.js", WORKER), process.env);
    writeFileSync(path.join(target, "step.mjs"), "export default () => {};");
    const run = {
      directory: target,
      target,
      environment: {},
      logFile: path.join(target, "step.log"),
      meter: UNMETERED,
      signal: new AbortController().signal,
    };
    expect(await nowhere.run("step.mjs", { ...TOLD, directory: target }, run)).toEqual({
      outcome: "failed",
      message: "the process of module steps ended (exit code 1)",
      findings: [],
    });
    expect(readFileSync(path.join(target, "module-host.out"), "utf8")).toContain("nowhere/module-host.js");
    await nowhere.close();
  });

  test("a missing file is a failure", async () => {
    const verdict = await runner.run(
      "nowhere.mjs",
      { ...TOLD, directory: target },
      {
        directory: target,
        target,
        environment: {},
        logFile: path.join(target, "l"),
        meter: UNMETERED,
        signal: new AbortController().signal,
      },
    );
    expect(verdict).toEqual({ outcome: "failed", message: "module nowhere.mjs does not exist", findings: [] });
  });
});

test("a module is told its step, folder, files, `with`, changes and what came before", async () => {
  const source = "export default ({ spans, ...told }) => ({ message: JSON.stringify(told) });";
  const verdict = await runModule(source, { context: { with: { deep: [{ a: 1 }] } } });
  expect(JSON.parse(verdict.message ?? "")).toEqual({
    ...TOLD,
    directory: target,
    files: ["a.md"],
    with: { deep: [{ a: 1 }] },
  });
});

test("what a module prints lands in the log, behind what is there", async () => {
  writeFileSync(path.join(target, "step.log"), "earlier\n");
  const source = [
    "console.log('while loading');",
    "export default () => {",
    "  console.error('to stderr'); process.stdout.write('ü\\n'); process.stdout.write(new Uint8Array([104, 105, 10]));",
    "  return new Promise((resolve) => process.stdout.write('called back\\n', () => resolve()));",
    "};",
  ].join("\n");
  expect(await runModule(source)).toMatchObject({ outcome: "passed" });
  expect(logText()).toBe("earlier\nwhile loading\nto stderr\nü\nhi\ncalled back\n");
});

test("modules run outside of this process, and what their own children print past the log is kept", async () => {
  const source = [
    "import { spawnSync } from 'node:child_process';",
    "export default () => { spawnSync('echo', ['past the log'], { stdio: 'inherit' }); return { message: String(process.pid) }; };",
  ].join("\n");
  expect((await runModule(source)).message).not.toBe(String(process.pid));
  expect(readFileSync(path.join(target, "module-host.out"), "utf8")).toBe("past the log\n");
});

test("closing the runner ends what modules have left in the group of their process", async () => {
  const source = [
    "import { spawn } from 'node:child_process';",
    "export default () => ({ message: String(spawn('sleep', ['1000']).pid) });",
  ].join("\n");
  const { message: pid } = await runModule(source);
  await runner.close();
  await vi.waitFor(
    () => {
      const state = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "State:\tX";
      expect(state).toMatch(/^State:\s+[ZX]/m);
    },
    { timeout: 30_000 },
  );
});

test("modules share no globals", async () => {
  const source = "export default () => ({ message: String(globalThis.count = (globalThis.count ?? 0) + 1) });";
  expect((await runModule(source)).message).toBe("1");
  expect((await runModule(source)).message).toBe("1");
});

test("cancelling ends a module that never comes back", async () => {
  const controller = new AbortController();
  const source =
    "import { writeFileSync } from 'node:fs'; export default ({ directory }) => { writeFileSync(directory + '/started', ''); for (;;); };";
  const running = runModule(source, { signal: controller.signal });
  await appears("started");
  controller.abort();
  expect(await running).toEqual({ outcome: "cancelled", findings: [] });
  expect(await runModule("export default () => {};", { name: "next.mjs" })).toMatchObject({ outcome: "passed" });
});

test("a module that was cancelled before does not start", async () => {
  const source =
    "import { writeFileSync } from 'node:fs'; export default ({ directory }) => writeFileSync(directory + '/started', '');";
  expect(await runModule(source, { signal: AbortSignal.abort() })).toMatchObject({ outcome: "cancelled" });
  expect(existsSync(path.join(target, "started"))).toBe(false);
});

test("closing a runner that never ran is fine", async () => {
  await expect(createModuleRunner(1, WORKER, {}).close()).resolves.toBeUndefined();
});

describe("what a module asks", () => {
  const reply: ModuleReply = { status: "answered", findings: [], answers: [{ files: [], value: 7 }], notReviewed: [] };
  const ASKS = `export default async ({ ask }) => {
    try { return { message: JSON.stringify((await ask({ prompt: "p", variables: { v: "ü" } })).answers) }; }
    catch (error) { return { outcome: "failed", message: error.message }; }
  };`;

  test("goes to whoever answers, and the reply comes back", async () => {
    const asked: unknown[] = [];
    const answer: AnswerModule = (question) => {
      asked.push(question);
      return Promise.resolve(reply);
    };
    expect((await runModule(ASKS, { answer })).message).toBe('[{"files":[],"value":7}]');
    expect(asked).toEqual([expect.objectContaining({ prompt: "p", variables: { v: "ü" } })]);
  });

  test("is answered to the one who asked, whatever the order of the answers", async () => {
    const release: (() => void)[] = [];
    const answer: AnswerModule = ({ prompt }) =>
      new Promise((resolve) => {
        release.push(() => resolve({ ...reply, answers: [{ files: [], value: prompt }] }));
        if (release.length === 3) for (const one of release.toReversed()) one();
      });
    const source = `export default async ({ ask }) => {
      const replies = await Promise.all(["a", "b", "c"].map((prompt) => ask({ prompt })));
      return { message: replies.map(({ answers }) => answers[0].value).join("") };
    };`;
    expect((await runModule(source, { answer })).message).toBe("abc");
  });

  test("is refused where the step does not say that it asks, and with the words of whoever refuses", async () => {
    expect((await runModule(ASKS)).message).toContain("`asks` of the step does not name the prompt");
    const refuses: AnswerModule = () => Promise.reject(new TypeError("no such prompt"));
    expect((await runModule(ASKS, { answer: refuses })).message).toBe("no such prompt");
  });

  test("is not sent where it makes no sense or is larger than what may go from process to process", async () => {
    const never: AnswerModule = () => Promise.reject(new Error("it was sent"));
    const ask = (question: string): Promise<StepVerdict> =>
      runModule(`export default ({ ask }) => ask(${question});`, { answer: never });
    expect((await ask("{ prompt: 'p', variables: { v: 'x'.repeat(5_000_000) } }")).message).toMatch(/characters/);
    expect((await ask("{ prompt: 'p', files: ['../outside'] }")).message).toMatch(/no path within the target/);
    expect((await ask("{ prompt: 'p', schema: { f() {} } }")).message).toMatch(/could not be cloned/);
    expect((await ask("'p'")).message).toMatch(/must be an object/);
  });

  test("ends with the step: when it is cancelled, when it does not wait, and when the process of the steps is killed", async () => {
    const signals: AbortSignal[] = [];
    const controller = new AbortController();
    const never: AnswerModule = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const cancels: AnswerModule = (question, signal) => {
      controller.abort();
      return never(question, signal);
    };
    expect((await runModule(ASKS, { answer: cancels, signal: controller.signal })).outcome).toBe("cancelled");

    const both: AnswerModule = (question, signal) => {
      void never(question, signal);
      return question.prompt === "second" ? Promise.resolve(reply) : new Promise(() => undefined);
    };
    const source = `export default async ({ ask }) => { void ask({ prompt: "first" }); await ask({ prompt: "second" }); };`;
    expect((await runModule(source, { name: "two.mjs", answer: both })).outcome).toBe("passed");

    const kills: AnswerModule = async (question, signal) => {
      void never(question, signal);
      process.kill(Number(question.variables?.["pid"]), "SIGKILL");
      return new Promise(() => undefined);
    };
    const dies = `export default ({ ask }) => ask({ prompt: "p", variables: { pid: String(process.pid) } });`;
    expect(await runModule(dies, { name: "dies.mjs", answer: kills })).toMatchObject({
      outcome: "failed",
      message: expect.stringContaining("SIGKILL") as string,
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
  });
});
