import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { detectChanges, inspectWorktree, type ChangesUnknown, type DetectOptions } from "../src/index.ts";
import { HERMETIC, makeFolder, makeRepository, removeFolders, type TestRepository } from "./repository.ts";

beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", HERMETIC["GIT_CONFIG_GLOBAL"]);
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", HERMETIC["GIT_CONFIG_NOSYSTEM"]);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(removeFolders);

async function unknownOf(repository: TestRepository, options: Partial<DetectOptions> = {}): Promise<ChangesUnknown> {
  const changes = await detectChanges({ directory: repository.root, environment: {}, engine: "native", ...options });
  if (changes.known) throw new Error(`known: ${changes.changes.length} changes`);
  return changes;
}

/** Puts a `git` first on PATH that notes its arguments and then is git; gives what was noted. */
function watchGit(): () => string[] {
  const folder = makeFolder();
  const log = join(folder, "log");
  const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
  writeFileSync(join(folder, "git"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  writeFileSync(log, "");
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  return () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
}

function fakeGit(script: string): void {
  const folder = makeFolder();
  writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
}

describe("processes of native git", () => {
  test("nothing changed takes three processes, and detectChanges two", async () => {
    const repository = makeRepository();
    const noted = watchGit();
    await inspectWorktree({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(3);
    await detectChanges({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(5);
  });

  test("an unstaged edit takes one hash-object more", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    const noted = watchGit();
    const { changes } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(changes.known && changes.changes.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(noted().filter((line) => line.startsWith("hash-object"))).toHaveLength(1);
    expect(noted()).toHaveLength(4);
  });

  test("a clone at origin/HEAD takes three processes", async () => {
    const folder = makeFolder();
    makeRepository().git("clone", "-q", ".", folder);
    const noted = watchGit();
    const { changes } = await inspectWorktree({ directory: folder, environment: {} });
    expect(changes).toMatchObject({ known: true, changes: [], base: { how: "remote-default" } });
    expect(noted()).toHaveLength(3);
  });
});

describe("a git that does not do what it should", () => {
  test("no git binary is 'git-missing' for the native engine, and without a choice the other one answers", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    vi.stubEnv("PATH", makeFolder());
    expect(await unknownOf(repository)).toMatchObject({ code: "git-missing" });
    const changes = await detectChanges({ directory: repository.root, environment: {} });
    expect(changes).toMatchObject({ known: true, engine: "isomorphic", changes: [{ path: "a.txt" }] });
  });

  test("a git that is too old says which version is needed", async () => {
    const repository = makeRepository();
    fakeGit('case "$1" in --version) echo "git version 2.20.1";; *) echo "usage: git" >&2; exit 129;; esac');
    const problem = await unknownOf(repository);
    expect(problem.code).toBe("git-too-old");
    expect(problem.remedy).toContain("2.30");
  });

  test("a git that hangs is 'git-timeout'", async () => {
    const repository = makeRepository();
    fakeGit("exec sleep 600");
    expect(await unknownOf(repository, { timeoutMs: 50 })).toMatchObject({ code: "git-timeout" });
  });

  test("a git that prints something else is 'git-failed'", async () => {
    const repository = makeRepository();
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    fakeGit(`case "$*" in *status*) echo "1 .M what is this";; *) exec '${real}' "$@";; esac`);
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
  });

  test("an abort ends a git that hangs", async () => {
    const repository = makeRepository();
    fakeGit("exec sleep 600");
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = inspectWorktree({ directory: repository.root, environment: {}, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});

test("bad options are refused", async () => {
  await expect(detectChanges({ directory: "" })).rejects.toThrow(TypeError);
  await expect(detectChanges({ directory: ".", base: "" })).rejects.toThrow("`base` must be a revision");
  await expect(inspectWorktree({ directory: ".", head: "x\0" })).rejects.toThrow(TypeError);
  await expect(detectChanges({ directory: ".", timeoutMs: 0 })).rejects.toThrow(RangeError);
  await expect(detectChanges({ directory: ".", mode: "fast" as "exact" })).rejects.toThrow(RangeError);
});
