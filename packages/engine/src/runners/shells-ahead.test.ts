import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runShellStep } from "./run-shell-step.ts";
import { createShellsAhead, type ShellsAhead } from "./shells-ahead.ts";
import { startShell } from "./start-shell.ts";
import type { StartedShell } from "./started-shell.ts";
import { UNMETERED, type StepRun } from "./step-run.ts";

let target: string;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "shells ahead "));
  mkdirSync(path.join(target, "work"));
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

/** A group that knows whether it was given up. */
interface Group {
  isRemoved: boolean;
  remove(): void;
}

interface Rig {
  readonly shells: ShellsAhead<Group>;
  /** Ids of steps whose shells were started ahead, in order. */
  readonly started: string[];
  readonly groups: Map<string, Group>;
  readonly processes: Map<string, StartedShell>;
  /** Steps that have started or will not. */
  readonly settled: Set<string>;
  readonly runOf: (stepId: string) => StepRun;
}

/** Every step has the same command. */
function createRig(command: string, order: readonly string[], most = 2, onStart?: (stepId: string) => void): Rig {
  const started: string[] = [];
  const groups = new Map<string, Group>();
  const processes = new Map<string, StartedShell>();
  const settled = new Set<string>();
  const runOf = (stepId: string): StepRun => ({
    directory: path.join(target, "work"),
    target,
    environment: { PATH: process.env["PATH"], STEP: stepId },
    logFile: path.join(target, "logs", `${stepId}.log`),
    meter: UNMETERED,
    signal: new AbortController().signal,
  });
  const shells = createShellsAhead<Group>({
    order,
    most,
    isToStart: (stepId) => !settled.has(stepId),
    describe(stepId) {
      const run = runOf(stepId);
      const group: Group = {
        isRemoved: false,
        remove() {
          this.isRemoved = true;
        },
      };
      groups.set(stepId, group);
      return {
        directory: run.directory,
        logFile: run.logFile,
        group,
        async start() {
          started.push(stepId);
          onStart?.(stepId);
          const shell = await startShell(command, run, { held: true });
          processes.set(stepId, shell);
          return shell;
        },
      };
    },
  });
  return { shells, started, groups, processes, settled, runOf };
}

/** As a step does it. */
async function runAhead({ shells, settled, runOf }: Rig, stepId: string) {
  settled.add(stepId);
  const ahead = shells.take(stepId);
  return runShellStep("echo started anew", { ...runOf(stepId), ahead });
}

function logOf(stepId: string): string {
  return readFileSync(path.join(target, "logs", `${stepId}.log`), "utf8");
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe.runIf(process.platform === "linux")("a shell that is started ahead", () => {
  test("does nothing of its command before the step starts, and then all of it, as one that is started then", async () => {
    const rig = createRig('touch "$STEP"; cat; { : >&3; } 2>/dev/null && echo "has the descriptor"; echo "$STEP"', [
      "a",
    ]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    // One that went on would be gone, and its file with it.
    const { pid } = rig.processes.get("a") ?? {};
    await until(() => /\) S /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
    expect(existsSync(path.join(target, "work", "a"))).toBe(false);
    expect(await runAhead(rig, "a")).toMatchObject({ outcome: "passed", exitCode: 0 });
    expect(existsSync(path.join(target, "work", "a"))).toBe(true);
    expect(logOf("a")).toBe("a\n");
    await rig.shells.close();
  });

  test.each<[string, string, object]>([
    ["fails", "false; true", { outcome: "failed", exitCode: 1 }],
    ["has mistakes", "if then", { outcome: "failed", exitCode: 2 }],
    ["is not there", "no-such-command", { outcome: "failed", message: "command not found (exit code 127)" }],
    ["cannot be run", "/", { outcome: "failed", message: "command is not executable (exit code 126)" }],
    ["ends itself by a signal", "kill -TERM $$", { outcome: "failed", signal: "SIGTERM" }],
    ["fails in front of a pipe", "false | true", { outcome: "failed", exitCode: 1 }],
    ["is killed", "kill -KILL $$", { outcome: "failed", signal: "SIGKILL" }],
  ])("tells that its command %s", async (_, command, verdict) => {
    const rig = createRig(command, ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    expect(await runAhead(rig, "a")).toMatchObject(verdict);
    await rig.shells.close();
  });

  test("names the same lines in errors as one that is not", async () => {
    const rig = createRig("\nno-such-command", ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    await runAhead(rig, "a");
    await runShellStep("\nno-such-command", rig.runOf("b"));
    expect(logOf("a")).toBe(logOf("b"));
    await rig.shells.close();
  });

  test.each<[string, (rig: Rig) => void | Promise<unknown>]>([
    [
      "its folder was made anew",
      () => {
        rmSync(path.join(target, "work"), { recursive: true });
        mkdirSync(path.join(target, "work"));
      },
    ],
    ["its log was removed", () => rmSync(path.join(target, "logs"), { recursive: true })],
    [
      "it was killed",
      ({ processes }) => {
        process.kill(processes.get("a")?.pid ?? 0, "SIGKILL");
        return processes.get("a")?.ended;
      },
    ],
  ])("is not used when %s", async (_, change) => {
    const rig = createRig("echo started ahead", ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    await change(rig);
    expect(await runAhead(rig, "a")).toMatchObject({ outcome: "passed" });
    expect(logOf("a")).toBe("started anew\n");
    expect(rig.processes.get("a")?.hasEnded).toBe(true);
    await rig.shells.close();
  });

  test("is not used when it is no longer known where it stands, and nothing fails by that", async () => {
    const rig = createRig("echo started ahead", ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    rmSync(path.join(target, "work"), { recursive: true });
    symlinkSync("work", path.join(target, "work"));
    const ahead = rig.shells.take("a");
    expect(await ahead?.take()).toBeUndefined();
    expect(rig.processes.get("a")?.hasEnded).toBe(true);
    await ahead?.drop();
    await rig.shells.close();
  });

  test("is not started where its folder cannot be looked at, and others are", async () => {
    rmSync(path.join(target, "work"), { recursive: true });
    symlinkSync("work", path.join(target, "work"));
    const rig = createRig("echo started ahead", ["a", "b"]);
    rig.shells.fill();
    await until(() => rig.started.length === 2);
    await rig.shells.close();
    expect(rig.shells.take("a")).toBeUndefined();
    expect([...rig.groups.values()].map(({ isRemoved }) => isRemoved)).toEqual([true, true]);
  });

  test("cannot be started with a command that fits only without waiting; the step is not kept from it", async () => {
    const longest = 128 * 1_024 - 1;
    const command = `: ${"x".repeat(longest - "set -e -o pipefail\n: ".length)}`;
    const rig = createRig(command, ["a", "b"]);
    rig.shells.fill();
    await until(() => rig.started.length === 2);
    expect(rig.processes.get("a")?.pid).toBeUndefined();
    rig.settled.add("a");
    const ahead = rig.shells.take("a");
    expect(await runShellStep(command, { ...rig.runOf("a"), ahead })).toMatchObject({ outcome: "passed" });
    await rig.shells.close();
  });

  test("does not count the seconds for which it waited", async () => {
    const rig = createRig('echo "$SECONDS $#"', ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    const startedMs = Date.now();
    await until(() => Date.now() - startedMs > 2_000);
    const wentOnMs = Date.now();
    await runAhead(rig, "a");
    const [seconds, words] = logOf("a").split(" ").map(Number);
    // It counts the whole seconds of the clock that began meanwhile.
    expect((seconds ?? Infinity) * 1_000).toBeLessThanOrEqual(Date.now() - wentOnMs + 1_000);
    expect(words).toBe(0);
    await rig.shells.close();
  });

  test("that the step has no use for ends, without a log", async () => {
    const rig = createRig("echo started ahead", ["a"]);
    rig.shells.fill();
    await until(() => rig.processes.has("a"));
    const ahead = rig.shells.take("a");
    await ahead?.drop();
    expect(rig.processes.get("a")?.hasEnded).toBe(true);
    expect(existsSync(path.join(target, "logs", "a.log"))).toBe(false);
    await rig.shells.close();
  });
});

describe("shells ahead", () => {
  test("are started in order, so many at a time, and none twice or for steps that have started", async () => {
    const rig = createRig("true", ["a", "b", "c", "d", "e"]);
    rig.settled.add("b");
    rig.shells.fill();
    rig.shells.fill();
    await until(() => rig.processes.size === 2);
    expect(rig.started).toEqual(["a", "c"]);
    await runAhead(rig, "a");
    rig.shells.fill();
    await until(() => rig.processes.size === 3);
    expect(rig.started).toEqual(["a", "c", "d"]);
    expect(rig.shells.take("b")).toBeUndefined();
    await rig.shells.close();
  });

  test("end with the run, with logs and groups; nothing is started ahead afterwards", async () => {
    const rig = createRig("touch ran", ["a", "b", "c"]);
    rig.shells.fill();
    await until(() => rig.processes.size === 2);
    await rig.shells.close();
    rig.shells.fill();
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.started).toEqual(["a", "b"]);
    for (const id of ["a", "b"])
      expect([rig.processes.get(id)?.hasEnded, rig.groups.get(id)?.isRemoved]).toEqual([true, true]);
    expect(existsSync(path.join(target, "work", "ran"))).toBe(false);
    expect(readdirSync(path.join(target, "logs"))).toEqual([]);
  });

  test("a step that starts while its shell is started ahead goes without it, and that one ends", async () => {
    const rig = createRig("true", ["a", "b"], 1, (stepId) => {
      if (stepId === "a") rig.settled.add("a");
    });
    rig.shells.fill();
    await until(() => rig.processes.has("b"));
    expect([rig.processes.get("a")?.hasEnded, rig.groups.get("a")?.isRemoved]).toEqual([true, true]);
    await rig.shells.close();
  });

  test("one that cannot be started is left to its step", async () => {
    const rig = createRig("true", ["a", "b"], 1, (stepId) => {
      if (stepId === "a") throw new Error("no");
    });
    rig.shells.fill();
    await until(() => rig.processes.has("b"));
    expect(rig.groups.get("a")?.isRemoved).toBe(true);
    await rig.shells.close();
  });
});
