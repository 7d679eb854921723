import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Command, RunOutcome } from "./command.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regression-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const node = (script: string, ...args: readonly string[]): Command => ({
  command: process.execPath,
  args: ["-e", script, ...args],
});

function measured(outcome: RunOutcome) {
  if (outcome.status !== "passed") throw new Error(`${outcome.message}: ${outcome.errorTail}`);
  return outcome.measurement;
}

/** Waits for a file to hold something: what a process started by a test writes when it is ready. */
async function written(path: string): Promise<string> {
  while (!existsSync(path) || readFileSync(path, "utf8") === "") await new Promise((resolve) => setTimeout(resolve, 5));
  return readFileSync(path, "utf8");
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    // A zombie waits for somebody to ask for its exit code; it runs no more.
    if (/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Processes of `sleep` that were told to sleep so long. */
function running(seconds: string): readonly number[] {
  const isOne = (entry: string): boolean => {
    try {
      return readFileSync(`/proc/${entry}/cmdline`, "utf8") === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter(isOne).map(Number);
}

/** Computes for 300 ms. Asking the clock is itself work, most of it the system's. */
const BURN =
  "const used = () => { const { user, system } = process.cpuUsage(); return user + system; };" +
  "const end = used() + 300_000; while (used() < end);";

describe("runCommand()", () => {
  test("counts the CPU time of the process, and of children that came and went", async () => {
    const own = measured(await runCommand(node(BURN)));
    expect(own.cpuMs).toBeGreaterThanOrEqual(290);
    const child = node(`require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(BURN)}])`);
    expect(measured(await runCommand(child)).cpuMs).toBeGreaterThanOrEqual(290);
  });

  test("measures with any shell where there is no bash", async () => {
    symlinkSync("/bin/sh", join(folder, "sh"));
    const outcome = await runCommand({ ...node(BURN), env: { PATH: folder } });
    expect(measured(outcome).cpuMs).toBeGreaterThanOrEqual(280);
    const none = await runCommand({ ...node(BURN), env: { PATH: join(folder, "nothing") } });
    expect(none).toMatchObject({ status: "failed", reason: "not-measured" });
  });

  test("takes wall time where nothing is computed", async () => {
    const { cpuMs, wallMs } = measured(await runCommand({ command: "sleep", args: ["0.3"] }));
    expect(wallMs).toBeGreaterThanOrEqual(300);
    expect(cpuMs).toBeLessThan(150);
  });

  test.runIf(process.platform === "linux")("sees the memory of the whole tree", async () => {
    const hold = "const held = Buffer.alloc(150e6, 1); setTimeout(() => held.length, 400);";
    const both = node(`require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(hold)}])`);
    expect(measured(await runCommand(both)).peakMemoryBytes).toBeGreaterThan(150e6);
    const small = measured(await runCommand({ command: "sleep", args: ["0.2"] }));
    expect(small.peakMemoryBytes).toBeLessThan(50e6);
  });

  test("passes arguments on as they are, without a shell unless asked", async () => {
    const odd = ["$(touch sub)", "; touch next", "a b", "-e", "*", "'", ""];
    const out = join(folder, "args");
    const write = `require("node:fs").writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(1)))`;
    measured(await runCommand({ ...node(write, "--", ...odd), cwd: folder }));
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(odd);
    expect([existsSync(join(folder, "sub")), existsSync(join(folder, "next"))]).toEqual([false, false]);
    const line = {
      command: 'echo "$1 $HELLO" > line',
      args: ["$x"],
      shell: true,
      cwd: folder,
      env: { ...process.env, HELLO: "there" },
    };
    measured(await runCommand(line));
    expect(readFileSync(join(folder, "line"), "utf8")).toBe("$x there\n");
  });

  test("gives its environment as a whole, and finds no builtins of the measuring shell", async () => {
    const out = join(folder, "env");
    const env = { PATH: process.env["PATH"], ONLY: "1" };
    measured(await runCommand({ command: `env > ${out}`, shell: true, env }));
    expect(readFileSync(out, "utf8")).toContain("ONLY=1");
    expect(readFileSync(out, "utf8")).not.toContain("HOME=");
    expect(await runCommand({ command: "times" })).toMatchObject({ status: "failed", exitCode: 127 });
  });

  test.each([
    ["an exit code", { command: "exit 7", shell: true }, { reason: "exit", exitCode: 7 }],
    ["a signal", { command: "kill -SEGV $$", shell: true }, { reason: "exit", exitCode: 139 }],
    ["a program that is not there", { command: "/no/such/program" }, { reason: "exit", exitCode: 127 }],
    ["a folder that is not there", { command: "true", cwd: "/no/such/folder" }, { reason: "not-measured" }],
  ] as const)("tells of %s as a value", async (_, command, expected) => {
    expect(await runCommand(command)).toMatchObject({ status: "failed", ...expected });
  });

  test("tells of arguments that are too long for the system", async () => {
    const outcome = await runCommand({ command: "true", args: ["x".repeat(5_000_000)] });
    expect(outcome).toMatchObject({ status: "failed", reason: "not-measured" });
  });

  test("keeps the end of what went to standard error, however much it was", async () => {
    const outcome = await runCommand(node('process.stderr.write("x".repeat(1e6) + "the end"); process.exitCode = 1;'));
    if (outcome.status !== "failed") throw new Error("It should have failed");
    expect(outcome.errorTail).toHaveLength(4_096);
    expect(outcome.errorTail.endsWith("the end")).toBe(true);
  });

  test("ends the whole group when time is up, also children that ignore the request", async () => {
    const pids = join(folder, "pids");
    const stubborn = `sh -c 'trap "" TERM; echo $$ > ${pids}; while :; do sleep 1; done' & trap "" TERM; wait; while :; do sleep 1; done`;
    const outcome = await runCommand({ command: stubborn, shell: true }, { timeoutMs: 400 });
    expect(outcome).toMatchObject({ status: "failed", reason: "timed-out", message: "Took longer than 400 ms" });
    await gone(Number(await written(pids)));
  });

  test("lets a command that is asked to end put things in order", async () => {
    const controller = new AbortController();
    const [ready, tidy] = [join(folder, "ready"), join(folder, "tidy")];
    const line = `trap 'sleep 0.2; echo done > ${tidy}; exit 0' TERM; echo yes > ${ready}; while :; do sleep 0.05; done`;
    const running = runCommand({ command: line, shell: true }, { signal: controller.signal });
    await written(ready);
    controller.abort();
    expect(await running).toMatchObject({ status: "failed", reason: "aborted" });
    expect(readFileSync(tidy, "utf8")).toBe("done\n");
    expect(await runCommand({ command: "true" }, { signal: controller.signal })).toMatchObject({ reason: "aborted" });
  });

  test("ends what a command leaves running", async () => {
    const pid = join(folder, "pid");
    measured(await runCommand({ command: `sleep 600 & echo $! > ${pid}`, shell: true }));
    await gone(Number(await written(pid)));
  });

  test.runIf(process.platform === "linux")("ends what has left for a session of its own, too", async () => {
    const pid = join(folder, "pid");
    const escape = `setsid sh -c 'echo $$ > ${pid}; exec sleep 600' & while [ ! -s ${pid} ]; do sleep 0.01; done`;
    measured(await runCommand({ command: escape, shell: true }));
    await gone(Number(await written(pid)));
    // It may have ended before anything started in it has got a program.
    for (let count = 0; count < 10; count += 1) {
      measured(await runCommand({ command: "setsid sleep 641.5 > /dev/null 2>&1 & exit 0", shell: true }));
    }
    expect(running("641.5")).toEqual([]);
  });

  test.runIf(process.platform === "linux")("leaves alone what may stay", async () => {
    const line = "setsid sleep 642.5 > /dev/null 2>&1 & setsid cat < /dev/zero > /dev/null & sleep 0.1";
    const seen: unknown[] = [];
    const keeps: Command["keeps"] = ({ command, name }) => {
      seen.push([name, ...command]);
      return name === "sleep" && command[1] === "642.5";
    };
    measured(await runCommand({ command: line, shell: true, keeps }));
    expect(seen).toContainEqual(["cat", "cat"]);
    const left = running("642.5");
    expect(left).toHaveLength(1);
    for (const one of left) process.kill(one, "SIGKILL");
  });

  test("does not wait for what has escaped and hidden itself", async () => {
    const pid = join(folder, "pid");
    const escape = `env -i setsid sh -c 'echo $$ > ${pid}; exec sleep 600' & while [ ! -s ${pid} ]; do sleep 0.01; done`;
    measured(await runCommand({ command: escape, shell: true }));
    // Still there: nobody has waited for its end. `kill` would throw if it were gone.
    process.kill(Number(await written(pid)), "SIGKILL");
  });

  test("refuses what is no command", async () => {
    for (const command of ["", "-x", 7 as unknown as string, "a\0b"]) {
      await expect(runCommand({ command })).rejects.toThrow(TypeError);
    }
    await expect(runCommand({ command: "true" }, { timeoutMs: 0 })).rejects.toThrow(RangeError);
  });
});
