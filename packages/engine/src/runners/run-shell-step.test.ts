import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { $ } from "zx/core";
import { endProcessGroup } from "./end-process-group.ts";
import { runShellStep } from "./run-shell-step.ts";
import { UNMETERED, type StepRun } from "./step-run.ts";

let target: string;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "shell step ü "));
});
afterEach(() => {
  rmSync(target, { recursive: true, force: true });
});

function stepRun(options: Partial<StepRun> = {}): StepRun {
  return {
    directory: target,
    target,
    environment: { PATH: process.env["PATH"] },
    logFile: path.join(target, "step.log"),
    meter: UNMETERED,
    signal: new AbortController().signal,
    ...options,
  };
}

function logText(): string {
  return readFileSync(path.join(target, "step.log"), "utf8");
}

/** Resolves once the file exists: what is started says so by making it. */
async function appears(name: string): Promise<string> {
  const file = path.join(target, name);
  const watcher = watch(target);
  try {
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await once(watcher, "change");
    return readFileSync(file, "utf8").trim();
  } finally {
    watcher.close();
  }
}

/** Whether a process still runs; one that is dead and not yet waited for does not. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Resolves once the process is gone. Its state changes without an event, so it is asked again on each turn of the loop. */
async function isGone(pid: string): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}

describe("the shell", () => {
  test("is sh where there is no bash", async () => {
    const bin = path.join(target, "bin");
    mkdirSync(bin);
    const environment = { PATH: bin };
    expect(await runShellStep("echo hi; echo $0; exit 0", stepRun({ environment }))).toMatchObject({
      outcome: "passed",
    });
    expect(logText()).toBe("hi\n/bin/sh\n");
    expect(await runShellStep("false; true", stepRun({ environment }))).toMatchObject({ outcome: "failed" });
  });

  test.each([{ SHELLOPTS: "noexec" }, { BASH_ENV: "/dev/null/x" }, { ZX_SHELL: "/bin/true" }, { ZX_TIMEOUT: "1ms" }])(
    "is not changed by %j",
    async (variables) => {
      const environment = { PATH: process.env["PATH"], ...variables };
      expect(await runShellStep("exit 3", stepRun({ environment }))).toMatchObject({ outcome: "failed", exitCode: 3 });
    },
  );
});

describe("zx", () => {
  test("has the settings afterwards that it had before, those of a program around it", async () => {
    const read = () => ({
      cwd: $.cwd,
      env: $.env,
      prefix: $.prefix,
      postfix: $.postfix,
      shell: $.shell,
      stdio: $.stdio,
    });
    const before = read();
    $.prefix = "echo of a program around it; ";
    try {
      expect(await runShellStep("echo step", stepRun())).toMatchObject({ outcome: "passed" });
      expect(logText()).toBe("step\n");
      expect(read()).toEqual({ ...before, prefix: "echo of a program around it; " });
    } finally {
      Object.assign($, { prefix: before.prefix });
    }
  });

  test("gives each of many commands at the same time its own settings", async () => {
    const names = Array.from({ length: 20 }, (_, number) => `step${number}`);
    const log = (name: string): string => path.join(target, `${name}.log`);
    await Promise.all(
      names.map((name) => {
        mkdirSync(path.join(target, name));
        const environment = { PATH: process.env["PATH"], NAME: name };
        const run = stepRun({ directory: path.join(target, name), environment, logFile: log(name) });
        return runShellStep('echo "$NAME ${PWD##*/}"', run);
      }),
    );
    expect(names.map((name) => readFileSync(log(name), "utf8"))).toEqual(names.map((name) => `${name} ${name}\n`));
  });
});

describe("how a command ends", () => {
  test.each<[string, string, object]>([
    ["exit 0", "exit 0", { outcome: "passed", exitCode: 0 }],
    ["exit 3", "exit 3", { outcome: "failed", exitCode: 3, message: "exit code 3" }],
    [
      "an unknown command",
      "no-such-command-anywhere",
      { outcome: "failed", exitCode: 127, message: "command not found (exit code 127)" },
    ],
    [
      "a file that may not be executed",
      "./step.log",
      { outcome: "failed", exitCode: 126, message: "command is not executable (exit code 126)" },
    ],
    ["a shell that is killed", "kill -KILL $$", { outcome: "failed", signal: "SIGKILL", message: "killed by SIGKILL" }],
    [
      "a command that is killed",
      "sh -c 'kill -SEGV $$'; true",
      { outcome: "failed", exitCode: 139, message: "exit code 139 (signal 11 inside the command)" },
    ],
    ["a failure in the middle of a pipe", "false | cat", { outcome: "failed", exitCode: 1 }],
    ["a failure before the last line", "false\necho reached\n", { outcome: "failed", exitCode: 1 }],
    ["a syntax error", "if then", { outcome: "failed" }],
    ["a command that reads its input", "cat; read -r line || exit 7", { outcome: "failed", exitCode: 7 }],
    [
      "quotes, dollars, backslashes and line breaks",
      `x='a b'; [ "$x" = "a b" ]\n[ "\\\\" = '\\' ] && [ "\${#x}" = 3 ]`,
      { outcome: "passed" },
    ],
  ])("%s", async (_, command, expected) => {
    expect(await runShellStep(command, stepRun())).toMatchObject({ findings: [], ...expected });
  });

  test("errexit stops before the next line", async () => {
    await runShellStep("echo before\nfalse\necho after", stepRun());
    expect(logText()).toBe("before\n");
  });

  test("a working directory that is missing or no directory is a failure that says so", async () => {
    const directory = path.join(target, "nowhere");
    const expected = { outcome: "failed", message: `the working directory ${directory} does not exist` };
    expect(await runShellStep("true", stepRun({ directory }))).toMatchObject(expected);
    writeFileSync(directory, "");
    expect(await runShellStep("true", stepRun({ directory }))).toMatchObject(expected);
  });
});

describe("what a command sees", () => {
  test("the environment it is given and nothing else", async () => {
    await runShellStep(
      'echo "$GIVEN,${HOME-none},${ABSENT-none}"',
      stepRun({ environment: { PATH: process.env["PATH"], GIVEN: "a b", ABSENT: undefined } }),
    );
    expect(logText()).toBe("a b,none,none\n");
  });

  test("its working directory", async () => {
    mkdirSync(path.join(target, "sub"));
    await runShellStep("pwd", stepRun({ directory: path.join(target, "sub") }));
    expect(logText()).toBe(`${path.join(target, "sub")}\n`);
  });

  test("the tools of node_modules/.bin from the working directory up to the target, the nearest first, none above", async () => {
    const tool = (folder: string, name: string): void => {
      const bin = path.join(target, folder, "node_modules", ".bin");
      mkdirSync(bin, { recursive: true });
      writeFileSync(path.join(bin, name), `#!/bin/sh\necho ${name} of ${folder}\n`);
      chmodSync(path.join(bin, name), 0o755);
    };
    tool("", "above");
    tool("in", "both");
    tool("in", "outer");
    tool("in/ner", "both");
    tool("in/ner", "ls");
    const run = stepRun({ target: path.join(target, "in"), directory: path.join(target, "in/ner") });
    await runShellStep("both; outer; ls; command -v above || echo no above", run);
    expect(logText()).toBe("both of in/ner\nouter of in\nls of in/ner\nno above\n");
  });
});

describe("output", () => {
  test("of both streams lands in the log in order, byte by byte, behind what is there", async () => {
    writeFileSync(path.join(target, "step.log"), "earlier\n");
    await runShellStep(String.raw`printf 'a\000\377\033[31m'; printf 'b\r\n' >&2; printf c`, stepRun());
    expect(readFileSync(path.join(target, "step.log"))).toEqual(
      Buffer.concat([Buffer.from("earlier\na\0"), Buffer.from([255]), Buffer.from("\x1B[31mb\r\nc")]),
    );
  });

  test("of 50 MB is not held in memory", async () => {
    const before = process.memoryUsage();
    expect(await runShellStep("head -c 50000000 /dev/zero", stepRun())).toMatchObject({ outcome: "passed" });
    expect(statSync(path.join(target, "step.log")).size).toBe(50_000_000);
    const after = process.memoryUsage();
    expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(40_000_000);
  });
});

describe("cancelling", () => {
  test("before the start starts nothing", async () => {
    expect(await runShellStep("touch started", stepRun({ signal: AbortSignal.abort() }))).toMatchObject({
      outcome: "cancelled",
    });
    expect(existsSync(path.join(target, "started"))).toBe(false);
  });

  test("right after the start ends the command", async () => {
    const controller = new AbortController();
    const running = runShellStep("sleep 1000", stepRun({ signal: controller.signal }));
    queueMicrotask(() => controller.abort());
    expect(await running).toMatchObject({ outcome: "cancelled" });
  });

  test("ends the whole group, also a grandchild in the background and one that ignores SIGTERM", async () => {
    const controller = new AbortController();
    const command = [
      "(trap '' TERM; echo $BASHPID > stubborn; while :; do sleep 1000; done) &",
      "sh -c 'sleep 1000 & echo $! > grandchild; wait' &",
      "echo $$ > shell; sleep 1000",
    ].join("\n");
    const running = runShellStep(command, stepRun({ signal: controller.signal }));
    const pids = await Promise.all([appears("stubborn"), appears("grandchild"), appears("shell")]);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    controller.abort();
    expect(await running).toMatchObject({ outcome: "cancelled", signal: "SIGTERM" });
    await Promise.all(pids.map(isGone));
  });

  test("forces a command that ignores SIGTERM", async () => {
    const controller = new AbortController();
    const running = runShellStep(
      "trap '' TERM; echo $$ > shell; while :; do sleep 1000 || true; done",
      stepRun({ signal: controller.signal }),
    );
    const pid = await appears("shell");
    controller.abort();
    expect(await running).toMatchObject({ outcome: "cancelled", signal: "SIGKILL" });
    await isGone(pid);
  });
});

test("what a command leaves behind in the background ends with it, and is not waited for", async () => {
  expect(await runShellStep("sleep 1000 & echo $! > left", stepRun())).toMatchObject({ outcome: "passed" });
  await isGone(await appears("left"));
  expect(await runShellStep("rm left; sleep 1000 & echo $! > left; exit 4", stepRun())).toMatchObject({ exitCode: 4 });
  await isGone(await appears("left"));
});

test("endProcessGroup() forces what outlives the grace, unless it is called off; a group that is gone is no error", async () => {
  const child = spawn("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  const exit = once(child, "exit");
  const leader = child.pid ?? 0;
  endProcessGroup(leader, 1_000_000)();
  expect(isAlive(String(leader))).toBe(true);
  endProcessGroup(leader, 1);
  expect(await exit).toEqual([null, "SIGKILL"]);
  expect(() => endProcessGroup(leader, 1_000_000)()).not.toThrow();
});
