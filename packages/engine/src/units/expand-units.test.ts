import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENVIRONMENT as environment } from "../../test/run-repository.ts";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import { planWorkflow } from "../run/plan-workflow.ts";
import type { RunOptions } from "../run/run-options.ts";
import type { RunResult } from "../run/end-run.ts";
import { runWorkflow } from "../run/run-workflow.ts";

let target = "";
beforeEach(() => {
  target = realpathSync(mkdtempSync(path.join(tmpdir(), "engine-units-")));
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), text);
  }
}

function commit(): void {
  const git = (...args: readonly string[]): void => {
    execFileSync("git", args, { cwd: target, env: environment, stdio: "ignore" });
  };
  if (!existsSync(path.join(target, ".git"))) git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
}

/** A repository with the packages `a`, which needs `b`, and `c`. */
function repository(config: string, files: Readonly<Record<string, string>> = {}): void {
  write({
    [CONFIG_FILE_NAME]: config,
    ".gitignore": "*.out\n",
    "package.json": '{ "name": "root", "workspaces": ["a", "b", "c"] }',
    "a/package.json": '{ "name": "a", "dependencies": { "b": "*" } }',
    "a/README.md": "# a\n",
    "b/package.json": '{ "name": "b" }',
    "b/README.md": "# b\n",
    "b/b.js": "1\n",
    "c/package.json": '{ "name": "c" }',
    ...files,
  });
  commit();
}

async function options(over: Partial<RunOptions> = {}): Promise<RunOptions> {
  const loaded = await readConfig(target, { exact: true });
  return { loaded, toolVersion: "0.0.0", environment, ...over };
}

const run = async (over: Partial<RunOptions> = {}): Promise<RunResult> => runWorkflow(await options(over));

/** `outcome: reason` of every step. */
const decided = ({ record }: RunResult): Readonly<Record<string, string>> =>
  Object.fromEntries(record.steps.map(({ id, outcome, decision }) => [id, `${outcome}: ${decision.reason}`]));

const EACH = "steps:\n  test: { for_each: unit, run: 'true' }\n";

test("documents of a unit do not count where the configuration says so, and its other files do", async () => {
  repository(`skip_on_doc_only: [test]\n${EACH}`);
  await run();
  write({ "a/README.md": "# A\n" });
  expect(decided(await run())).toEqual({
    "test@a": "skipped: no-relevant-change",
    "test@b": "replayed: fingerprint-equal",
    "test@c": "replayed: fingerprint-equal",
  });
  write({ "b/b.js": "2\n" });
  expect(decided(await run())).toEqual({
    "test@a": "passed: relevant-change",
    "test@b": "passed: relevant-change",
    "test@c": "replayed: fingerprint-equal",
  });
});

test("a base that is assumed to have passed proves the units that the change does not reach", async () => {
  repository(`base: { ref: main, assume_green: true }\n${EACH}`);
  execFileSync("git", ["switch", "--quiet", "-c", "topic"], { cwd: target, env: environment });
  write({ "b/b.js": "2\n" });
  commit();
  expect(decided(await run())).toEqual({
    "test@a": "passed: relevant-change",
    "test@b": "passed: relevant-change",
    "test@c": "skipped: base-assumed-green",
  });
});

test("what had passed of other units before one failed is replayed", async () => {
  repository("steps:\n  test: { for_each: unit, needs: ['^test'], run: 'test ! -e stop.out' }\n");
  write({ "a/stop.out": "" });
  await run();
  rmSync(path.join(target, "a/stop.out"));
  expect(decided(await run())).toMatchObject({
    "test@a": "passed: not-proved",
    "test@b": "replayed: fingerprint-equal",
  });
});

test("a run that is cancelled before it knows its units starts nothing, and leaves a record", async () => {
  repository(EACH);
  const { record } = await run({ signal: AbortSignal.abort() });
  expect(record).toMatchObject({ status: "cancelled", steps: [], notices: [{ code: "git-failed" }] });
});

test("a plan says what a run does, and writes nothing", async () => {
  repository(EACH);
  const { decisions } = await planWorkflow(await options());
  expect(decisions.map(({ stepId, action }) => [stepId, action])).toEqual([
    ["test@a", "run"],
    ["test@b", "run"],
    ["test@c", "run"],
  ]);
  expect(existsSync(path.join(target, ".workflow"))).toBe(false);
});

test("a gate opens after the steps of all units", async () => {
  repository(`stages: [{ id: one }, { id: two }]
steps:
  test: { for_each: unit, run: 'echo $WORKFLOW_UNIT >> ../order.out', stage: one }
  last: { run: 'wc -l < order.out > lines.out', stage: two }
`);
  const { record } = await run();
  expect(record.stages.map(({ state }) => state)).toEqual(["passed", "passed"]);
  expect(execFileSync("cat", ["lines.out"], { cwd: target, encoding: "utf8" }).trim()).toBe("3");
});

describe("notices", () => {
  const told = ({ record }: RunResult): readonly string[] =>
    record.notices.filter(({ code }) => code === "units").map(({ message }) => message);

  test("tell of units that need each other in a circle", async () => {
    repository(EACH, { "b/package.json": '{ "name": "b", "dependencies": { "a": "*" } }' });
    const result = await run();
    expect(result.record.status).toBe("passed");
    expect(told(result)).toEqual(["units need each other in a circle, and have no order among them: a, b"]);
  });

  test("tell of a script that no unit has", async () => {
    repository("steps:\n  build: { for_each: unit, units: [a, b], script: build }\n  lint: { run: 'true' }\n");
    const result = await run();
    expect(decided(result)).toEqual({ lint: "passed: not-proved" });
    expect(told(result)).toEqual([
      'build is done for each unit, and there is no unit that a, b matches with a script "build": nothing is done for it',
    ]);
  });

  test("tell of a glob that no unit matches, beside others that do", async () => {
    repository("steps:\n  test: { for_each: unit, units: [a, 'd*', '!e'], run: 'true' }\n");
    const result = await run();
    expect(decided(result)).toEqual({ "test@a": "passed: not-proved" });
    expect(told(result)).toEqual(["no unit matches d* in `units` of test"]);
  });

  test("say nothing where nothing is unusual", async () => {
    repository(EACH);
    expect(told(await run())).toEqual([]);
  });
});
