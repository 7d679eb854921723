import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "command-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = (command: string, timeoutMs?: number) => {
  const told: string[] = [];
  return runCommand(command, { directory, timeoutMs, onOutput: (chunk) => told.push(String(chunk)) }).then((end) => ({
    ...end,
    told: told.join(""),
  }));
};

test("runCommand() gives both outputs in their order, and tells of them while they come", async () => {
  expect(await run("echo a; echo b >&2; exit 3")).toMatchObject({
    code: 3,
    isTimedOut: false,
    output: "a\nb\n",
    told: "a\nb\n",
  });
});

test("runCommand() finds programs of a virtual environment first", async () => {
  mkdirSync(path.join(directory, ".venv/bin"), { recursive: true });
  writeFileSync(path.join(directory, ".venv/bin/python3"), "#!/bin/sh\necho mine\n", { mode: 0o755 });
  expect((await run("python3")).output).toBe("mine\n");
});

test("runCommand() ends what the command started when its time is up", async () => {
  const end = await run("sleep 600 & echo started; wait; echo never", 1000);
  expect(end).toMatchObject({ isTimedOut: true, output: "started\n" });
});

/** What was killed may wait for somebody who asks how it ended. */
function isRunning(pid: number): boolean {
  return /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());
}

test("runCommand() ends what the command left running, and waits for nothing that holds its outputs", async () => {
  const stubborn = "(trap '' TERM; while :; do sleep 600; done) & echo $! > pid; echo done; exit 4";
  expect(await run(stubborn)).toMatchObject({ code: 4, isTimedOut: false, output: "done\n" });
  const pid = Number(readFileSync(path.join(directory, "pid"), "utf8"));
  await expect.poll(() => isRunning(pid)).toBe(false);
  // A daemon in a session of its own stays, and nobody waits for it.
  expect(await run("setsid sh -c 'echo $$ > daemon; exec sleep 600' & sleep 0.2; echo done")).toMatchObject({
    code: 0,
  });
  const daemon = Number(readFileSync(path.join(directory, "daemon"), "utf8"));
  expect(process.kill(daemon, "SIGKILL")).toBe(true);
});

test("runCommand() keeps the beginning and the end of much", async () => {
  const end = await run("echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo last");
  expect(end.output.startsWith("first\n")).toBe(true);
  expect(end.output.endsWith("\nlast\n")).toBe(true);
  expect(end.output.length).toBeLessThan(13 * 1024 * 1024);
});

test("runCommand() says so where the folder is gone", async () => {
  rmSync(directory, { recursive: true });
  expect(await run("true")).toMatchObject({ code: undefined, told: "" });
});
