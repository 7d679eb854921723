import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyRepository } from "./copy-repository.ts";

let folder: string;
let root: string;

const environment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, env: environment, encoding: "utf8" });
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "copy-repository-")));
  root = path.join(folder, 'name with "quotes"');
  mkdirSync(root);
  git(root, "init", "--quiet", "--initial-branch=main");
  writeFileSync(path.join(root, "kept"), "kept");
  writeFileSync(path.join(root, ".gitignore"), "ignored\nstate\n");
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message", "first");
  git(root, "branch", "other");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Changes of all kinds: staged, not staged, untracked, ignored, deleted. */
function change(directory: string): void {
  writeFileSync(path.join(directory, "staged"), "staged");
  git(directory, "add", "staged");
  writeFileSync(path.join(directory, "untracked"), "untracked");
  writeFileSync(path.join(directory, "ignored"), "ignored");
  rmSync(path.join(directory, "kept"));
  symlinkSync("../outside", path.join(directory, "link"));
  execFileSync("mkfifo", [path.join(directory, "pipe")]);
}

/** What git says of a work tree. */
function describeTree(directory: string): readonly string[] {
  return [
    git(directory, "status", "--porcelain=v2", "--branch", "--ignored"),
    git(directory, "log", "--all", "--format=%H %D"),
    git(directory, "show-ref"),
  ].map((text) => text.replaceAll(/^.* (?:\? )?pipe\n/gm, ""));
}

function listFiles(directory: string): readonly string[] {
  return (readdirSync(directory, { recursive: true }) as string[])
    .sort()
    .map((name) => `${name} ${lstatSync(path.join(directory, name)).mtimeMs}`);
}

test("copyRepository() gives a work tree in which git sees the same, and writes nothing to the original", async () => {
  change(root);
  mkdirSync(path.join(root, "state"));
  const before = listFiles(root);
  const to = path.join(folder, "copy");
  await copyRepository({ root, to, leaveOut: new Set([path.join(root, "state")]), environment });
  expect(listFiles(root)).toEqual(before);
  expect(describeTree(to)).toEqual(describeTree(root));
  expect(readFileSync(path.join(to, "ignored"), "utf8")).toBe("ignored");
  expect(readlinkSync(path.join(to, "link"))).toBe("../outside");
  for (const name of ["pipe", "state"]) expect(existsSync(path.join(to, name))).toBe(false);

  // What is committed there stays there.
  git(to, "commit", "--quiet", "--all", "--message", "second");
  expect(git(root, "log", "--all", "--oneline").trim().split("\n")).toHaveLength(1);
  expect(git(to, "fsck", "--strict")).toBe("");
});

test("copyRepository() makes of a linked work tree one that stands for itself", async () => {
  const linked = path.join(folder, "linked");
  git(root, "worktree", "add", "--quiet", linked, "other");
  change(linked);
  const to = path.join(folder, "copy");
  await copyRepository({ root: linked, to, leaveOut: new Set(), environment });
  expect(describeTree(to)).toEqual(describeTree(linked));
  expect(git(to, "branch", "--show-current")).toBe("other\n");
  expect(git(to, "rev-parse", "--git-common-dir")).toBe(".git\n");
  git(to, "commit", "--quiet", "--all", "--message", "second");
  expect(git(root, "rev-parse", "other")).toBe(git(root, "rev-parse", "main"));
});

test("copyRepository() makes of a submodule one that stands for itself", async () => {
  const outer = path.join(folder, "outer");
  mkdirSync(outer);
  git(outer, "init", "--quiet");
  git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", root, "inner");
  const inner = path.join(outer, "inner");
  change(inner);
  const to = path.join(folder, "copy");
  await copyRepository({ root: inner, to, leaveOut: new Set(), environment });
  expect(describeTree(to)).toEqual(describeTree(inner));
  expect(git(to, "rev-parse", "--show-toplevel").trim()).toBe(to);
});

test("copyRepository() copies a folder without a repository, and ends when it is aborted", async () => {
  const plain = path.join(folder, "plain");
  mkdirSync(path.join(plain, "deep"), { recursive: true });
  writeFileSync(path.join(plain, "deep", "file"), "x");
  await copyRepository({ root: plain, to: path.join(folder, "copy"), leaveOut: new Set(), environment });
  expect(readFileSync(path.join(folder, "copy", "deep", "file"), "utf8")).toBe("x");
  const signal = AbortSignal.abort(new Error("enough"));
  const copying = copyRepository({
    root: plain,
    to: path.join(folder, "again"),
    leaveOut: new Set(),
    environment,
    signal,
  });
  await expect(copying).rejects.toThrow("enough");
});
