import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { endMarkedProcesses, findMarkedProcesses } from "./marked-processes.ts";

/** Starts a shell and resolves when it has said that it is ready. */
async function start(script: string, mark: string): Promise<ChildProcess> {
  const child = spawn("bash", ["-c", script], {
    env: { PATH: process.env["PATH"], MARK: mark },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  await once(child.stdout, "data");
  return child;
}

describe.runIf(process.platform === "linux")("endMarkedProcesses()", () => {
  test("ends what left its group, its session and its parent, and nobody else", async () => {
    const mark = randomUUID();
    const other = await start("echo ready; exec sleep 600", randomUUID());
    const parent = await start("setsid sleep 600 & (setsid sleep 600 & ) ; echo ready; wait", mark);
    const before = await vi.waitFor(() => {
      const found = findMarkedProcesses(`MARK=${mark}`);
      expect(found.map(({ name }) => name).sort()).toEqual(["bash", "sleep", "sleep"]);
      return found;
    });

    const gone = once(parent, "exit");
    const ended = await endMarkedProcesses(`MARK=${mark}`);
    await gone;
    expect(ended.map(({ pid }) => pid).sort()).toEqual(before.map(({ pid }) => pid).sort());
    expect(findMarkedProcesses(`MARK=${mark}`)).toEqual([]);
    expect(other.exitCode).toBeNull();
    other.kill("SIGKILL");
  });

  test("forces what does not go when it is asked", async () => {
    const mark = randomUUID();
    const child = await start("trap '' TERM; echo ready; while :; do sleep 600 & wait; done", mark);
    const gone = once(child, "exit");
    await endMarkedProcesses(`MARK=${mark}`, { graceMs: 0 });
    expect(await gone).toEqual([null, "SIGKILL"]);
    expect(findMarkedProcesses(`MARK=${mark}`)).toEqual([]);
  });

  test("leaves alone a script by its own name", async () => {
    const mark = randomUUID();
    const folder = mkdtempSync(path.join(tmpdir(), "daemon-"));
    const file = path.join(folder, "my-daemon.mjs");
    writeFileSync(file, 'console.log("ready"); setInterval(() => undefined, 1e6);');
    const child = await start(`exec '${process.execPath}' '${file}'`, mark);
    expect(findMarkedProcesses(`MARK=${mark}`, { exempt: new Set(["my-daemon"]) })).toEqual([]);
    expect(findMarkedProcesses(`MARK=${mark}`, { exempt: new Set(["daemon"]) })).toHaveLength(1);
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("leaves alone what is meant to stay", async () => {
    const mark = randomUUID();
    const child = await start("echo ready; exec sleep 600", mark);
    expect(await endMarkedProcesses(`MARK=${mark}`, { exempt: new Set(["bash", "sleep"]) })).toEqual([]);
    expect(child.exitCode).toBeNull();
    child.kill("SIGKILL");
  });

  test("a process that only names the variable in its arguments or in another variable is not meant", async () => {
    const mark = randomUUID();
    const child = await start(`echo ready; exec sleep 600 # MARK=${mark}`, `x MARK=${mark}`);
    expect(findMarkedProcesses(`MARK=${mark}`)).toEqual([]);
    child.kill("SIGKILL");
  });
});

test("processes that vanish, or whose files cannot be read, are passed over", () => {
  const procRoot = mkdtempSync(path.join(tmpdir(), "proc-"));
  const processOf = (pid: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(path.join(procRoot, pid));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(procRoot, pid, name), text);
  };
  processOf("10", {});
  processOf("11", { environ: "A=1\0MARK=a\0", cmdline: "/usr/bin/tool\0--flag\0" });
  processOf("12", { environ: "MARK=ab\0" });
  processOf("self", { environ: "MARK=a\0" });
  processOf("13", { environ: "XMARK=a\0" });
  expect(findMarkedProcesses("MARK=a", { procRoot })).toEqual([
    { pid: 11, name: "tool" },
    { pid: 12, name: "" },
  ]);
  expect(findMarkedProcesses("MARK=a", { procRoot: path.join(procRoot, "none") })).toEqual([]);
  rmSync(procRoot, { recursive: true });
});
