import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Command, Runner, RunOutcome } from "./command.ts";
import { createGitWorktrees, type Git } from "./create-git-worktrees.ts";
import { measureRevisions } from "./measure-revisions.ts";

let root: string;
let repository: string;
let directory: string;

const inRepository = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", repository, "-c", "user.name=n", "-c", "user.email=e@x", ...args], { encoding: "utf8" });
const git: Git = async (args, { signal }) =>
  (await promisify(execFile)("git", ["-C", repository, ...args], { signal })).stdout;

function commit(work: string, tag: string): void {
  writeFileSync(join(repository, "work.txt"), work);
  inRepository("add", ".");
  inRepository("commit", "-q", "-m", tag);
  inRepository("tag", tag);
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "revisions ")));
  repository = join(root, "repository");
  directory = join(root, "trees");
  mkdirSync(repository);
  mkdirSync(directory);
  // As the folder for temporary files is on some systems.
  symlinkSync(directory, join(root, "link"));
  inRepository("init", "-q");
  commit("100", "before");
  commit("200", "after");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const READ: Command = { command: "cat", args: ["work.txt"] };
const trees = (pid?: number) => createGitWorktrees({ git, directory: join(root, "link"), pid });
/** What a run costs stands in the checkout: exact, whatever the machine does. */
const runner: Runner = async ({ cwd }) => {
  const cpuMs = Number(execFileSync("cat", [join(cwd!, "work.txt")], { encoding: "utf8" }));
  return { status: "passed", measurement: { cpuMs } };
};
const nothingLeft = (): void => {
  expect(readdirSync(directory)).toEqual([]);
  expect(inRepository("worktree", "list").trim().split("\n")).toHaveLength(1);
};

describe("measureRevisions()", () => {
  test("finds the slower revision with as few pairs as it takes, and leaves nothing behind", async () => {
    const seen: string[] = [];
    const result = await measureRevisions({
      baseline: "before",
      compare: "after",
      command: READ,
      worktrees: trees(),
      run: runner,
      onPair: (_, { decision }) => void seen.push(decision),
    });
    expect(result).toMatchObject({ status: "regression", gate: { ratio: expect.closeTo(2, 9) }, notRemoved: [] });
    expect(result.comparison.verdict).toBe("slower");
    expect(result.commits.baseline).toBe(inRepository("rev-parse", "before").trim());
    expect(seen).toEqual([...Array.from({ length: result.pairs.length - 1 }, () => "continue"), "regression"]);
    nothingLeft();
  });

  test("finds a revision no slower than itself, with real runs", async () => {
    const result = await measureRevisions({
      baseline: "before",
      compare: "before",
      prepare: [{ command: "mkdir sub && cp work.txt sub", shell: true }],
      command: { ...READ, cwd: "sub" },
      gate: { maxPairs: 8, thresholdPercent: 300, measure: "wallMs" },
      worktrees: trees(),
    });
    expect(result.failure).toBeUndefined();
    expect(["ok", "inconclusive"]).toContain(result.status);
    expect(result.pairs.length).toBe(8);
    nothingLeft();
  });

  test("runs no hooks of the repository, and reads no revision as an option", async () => {
    const hook = join(repository, ".git", "hooks", "post-checkout");
    writeFileSync(hook, `#!/bin/sh\ntouch ${JSON.stringify(join(root, "hooked"))}\n`, { mode: 0o755 });
    const result = await measureRevisions({ baseline: "before", compare: "--help", command: READ, worktrees: trees() });
    expect(result).toMatchObject({ status: "failed", failure: { phase: "checkout", arm: "compare" } });
    expect(existsSync(join(root, "hooked"))).toBe(false);
    nothingLeft();
  });

  test("cleans up after revisions that are not there, and after failing preparations and runs", async () => {
    const base = { baseline: "before", compare: "after", command: READ, worktrees: trees() };
    const missing = await measureRevisions({ ...base, compare: "no-such-revision" });
    expect(missing).toMatchObject({ status: "failed", failure: { phase: "checkout", arm: "compare" }, pairs: [] });
    expect(missing.commits).not.toHaveProperty("compare");
    nothingLeft();
    const prepare = [{ command: "true" }, { command: "echo broken >&2; exit 4", shell: true }];
    expect(await measureRevisions({ ...base, prepare })).toMatchObject({
      status: "failed",
      failure: { phase: "prepare", arm: "baseline", number: 2, exitCode: 4, errorTail: "broken\n" },
    });
    nothingLeft();
    const failing = { command: "grep", args: ["100", "work.txt"] };
    expect(await measureRevisions({ ...base, command: failing })).toMatchObject({
      status: "failed",
      failure: { phase: "warm-up", arm: "compare", exitCode: 1 },
    });
    nothingLeft();
  });

  test("cleans up after an abort, and when the caller's own code throws", async () => {
    const controller = new AbortController();
    const base = { baseline: "before", compare: "after", command: READ, worktrees: trees() };
    const aborting: Runner = async (): Promise<RunOutcome> => {
      controller.abort();
      return { status: "failed", reason: "aborted", message: "Aborted", errorTail: "" };
    };
    expect(await measureRevisions({ ...base, run: aborting, signal: controller.signal })).toMatchObject({
      status: "aborted",
    });
    nothingLeft();
    expect(await measureRevisions({ ...base, signal: AbortSignal.abort() })).toMatchObject({
      status: "aborted",
      failure: { phase: "checkout" },
    });
    const onPair = (): void => {
      throw new Error("mine");
    };
    await expect(measureRevisions({ ...base, run: runner, onPair })).rejects.toThrow("mine");
    nothingLeft();
  });

  test("says which checkout it could not remove", async () => {
    const worktrees = { ...trees(), remove: async () => Promise.reject(new Error("busy")) };
    const result = await measureRevisions({
      baseline: "before",
      compare: "after",
      command: READ,
      worktrees,
      run: runner,
    });
    expect(result.status).toBe("regression");
    expect(result.notRemoved).toHaveLength(2);
  });

  test("refuses options of the gate before it checks anything out", async () => {
    const options = { baseline: "before", compare: "after", command: READ, worktrees: trees(), gate: { maxPairs: 1 } };
    await expect(measureRevisions(options)).rejects.toThrow(RangeError);
    nothingLeft();
  });
});

describe("createGitWorktrees()", () => {
  test("removes what a process that is gone has left, and nothing else", async () => {
    const { pid: dead } = spawnSync("true");
    const [abandoned, other] = [await trees(dead).add("before", {}), await trees(process.ppid).add("before", {})];
    const foreign = join(root, `ai-workflow-revision-${dead}-x`, "tree");
    inRepository("worktree", "add", "-q", "--detach", foreign, "after");
    inRepository("worktree", "lock", abandoned.directory);
    await trees().removeAbandoned();
    expect(existsSync(abandoned.directory)).toBe(false);
    expect(existsSync(other.directory)).toBe(true);
    expect(existsSync(foreign)).toBe(true);
    // Also when its folder is gone, but git still lists it.
    const half = await trees(dead).add("before", {});
    rmSync(half.directory, { recursive: true });
    await trees().removeAbandoned();
    expect(inRepository("worktree", "list")).not.toContain(half.directory);
    await trees().remove(other);
  });
});
