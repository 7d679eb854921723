import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  test("ends what is known otherwise as well, but not what is meant to stay, and forces all at once only where nothing is", async () => {
    const mark = randomUUID();
    let kills = 0;
    const end = async (child: ChildProcess, exempt: ReadonlySet<string>): Promise<readonly string[]> => {
      const known = {
        pids: () => ((child.exitCode ?? child.signalCode) === null ? [child.pid ?? 0] : []),
        kill: () => void (kills += 1),
      };
      const ended = await endMarkedProcesses(`MARK=${mark}`, { known, exempt, graceMs: 0 });
      return ended.map(({ name }) => name);
    };
    const other = await start("trap '' TERM; echo ready; while :; do read -t 600; done <> <(:)", randomUUID());
    expect(await end(other, new Set(["bash"]))).toEqual([]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(kills).toBe(0);
    const gone = once(other, "exit");
    expect(await end(other, new Set())).toEqual(["bash"]);
    expect(await gone).toEqual([null, "SIGKILL"]);
    expect(kills).toBeGreaterThan(0);
  });

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

test("endMarkedProcesses() looks again at a process that is just getting its program, and not at one of the kernel's", async () => {
  const procRoot = mkdtempSync(path.join(tmpdir(), "proc-"));
  // Ids that no system gives.
  const [kernels, starting] = ["4194305", "4194306"].map((pid) => path.join(procRoot, pid)) as [string, string];
  for (const folder of [kernels, starting]) {
    mkdirSync(folder);
    for (const name of ["environ", "cmdline"]) writeFileSync(path.join(folder, name), "");
  }
  symlinkSync("/bin/true", path.join(starting, "exe"));
  const pausesMs: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    pausesMs.push(ms);
    writeFileSync(path.join(starting, "cmdline"), "true\0");
  };
  expect(await endMarkedProcesses("MARK=a", { procRoot, delay: wait })).toEqual([]);
  expect(pausesMs).toEqual([2]);
  rmSync(procRoot, { recursive: true });
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
