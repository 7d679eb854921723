import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGitWorktrees, type Git } from "../src/running/create-git-worktrees.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "killed-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test.runIf(process.platform === "linux")(
  "a killed measurement leaves no command running, and its checkouts go at the next call",
  async () => {
    const [repository, directory, ready] = [join(root, "repository"), join(root, "trees"), join(root, "ready")];
    mkdirSync(repository);
    mkdirSync(directory);
    const git: Git = async (args) => (await promisify(execFile)("git", ["-C", repository, ...args])).stdout;
    execFileSync("git", ["init", "-q", repository]);
    await git(["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-q", "--allow-empty", "-m", "first"], {});

    const script = fileURLToPath(new URL("processes/measure.mjs", import.meta.url));
    const measuring = spawn(process.execPath, [script, repository, directory, ready], { stdio: "inherit" });
    const ended = new Promise((resolve) => measuring.once("exit", resolve));
    while (!existsSync(ready) || readFileSync(ready, "utf8") === "") await turn();
    // The command itself, and what it started in a session of its own.
    const commands = readFileSync(ready, "utf8").split(" ").map(Number);
    expect(commands.map(isRunning)).toEqual([true, true]);
    measuring.kill("SIGKILL");
    await ended;
    while (commands.some(isRunning)) await turn();

    expect(readdirSync(directory)).toHaveLength(2);
    await createGitWorktrees({ git, directory }).removeAbandoned();
    expect(readdirSync(directory)).toEqual([]);
    expect((await git(["worktree", "list"], {})).trim().split("\n")).toHaveLength(1);
  },
);
