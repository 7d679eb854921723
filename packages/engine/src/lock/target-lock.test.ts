import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { describeOwner, isAlive, parseOwner, type LockOwner } from "./lock-owner.ts";
import { removeLockLeftovers } from "./remove-lock-leftovers.ts";
import { tryLock, type LockAttempt } from "./target-lock.ts";
import { waitForLock } from "./wait-for-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock ü "));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const me = (runId = "run-1"): LockOwner => describeOwner(runId, Date.UTC(2026, 0, 1));
const lockFile = (): string => path.join(folder, "lock");

function createFile(file: string): string {
  writeFileSync(file, "");
  return file;
}

/** A process that is gone. */
async function goneOwner(): Promise<LockOwner> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return { ...me("killed"), pid: child.pid ?? 0 };
}

describe("tryLock()", () => {
  test("one holds it, others are told who, and after it was given back the next one gets it", () => {
    const first = tryLock(folder, me());
    expect(first).toMatchObject({ state: "held", killed: undefined });
    expect(tryLock(folder, me("run-2"))).toEqual({ state: "busy", owner: me() });
    if (first.state === "held") first.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(tryLock(folder, me("run-2")).state).toBe("held");
  });

  test("a process that is gone holds nothing, and it is told who was killed", async () => {
    const gone = await goneOwner();
    writeFileSync(lockFile(), JSON.stringify(gone));
    expect(tryLock(folder, me())).toMatchObject({ state: "held", killed: gone });
    expect(parseOwner(readFileSync(lockFile(), "utf8"))).toEqual(me());
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  test.runIf(existsSync("/proc/self/stat"))(
    "a process with the id of the owner that began at another time is not the owner",
    () => {
      writeFileSync(lockFile(), JSON.stringify({ ...me("earlier"), processStart: 1 }));
      expect(tryLock(folder, me()).state).toBe("held");
    },
  );

  test("an owner on another machine counts as alive", () => {
    const far = { ...me("far"), host: "elsewhere", pid: 4_000_000 };
    writeFileSync(lockFile(), JSON.stringify(far));
    expect(tryLock(folder, me())).toEqual({ state: "busy", owner: far });
  });

  test.each(["", "{", "[]", '{"pid":"x"}', "\0\0"])("what is no lock (%j) locks nothing", (text) => {
    writeFileSync(lockFile(), text);
    expect(tryLock(folder, me())).toMatchObject({ state: "held", killed: undefined });
  });

  test("giving back leaves the lock of somebody else alone", async () => {
    const first = tryLock(folder, me());
    writeFileSync(lockFile(), JSON.stringify(me("other")));
    if (first.state === "held") first.release();
    expect(parseOwner(readFileSync(lockFile(), "utf8"))?.runId).toBe("other");
  });

  test.each<[string, (file: string) => void]>([
    ["an empty folder", (file) => mkdirSync(file)],
    [
      "a folder with something in it",
      (file) => {
        mkdirSync(file);
        writeFileSync(path.join(file, "mine"), "");
      },
    ],
    ["a file of 3 GB", (file) => truncateSync(createFile(file), 3e9)],
    ["a named pipe", (file) => execFileSync("mkfifo", [file])],
    ["a link to nowhere", (file) => symlinkSync("nowhere", file)],
  ])("%s locks nothing", (_, place) => {
    place(lockFile());
    const attempt = tryLock(folder, me());
    expect(attempt).toMatchObject({ state: "held", killed: undefined });
    expect(parseOwner(readFileSync(lockFile(), "utf8"))).toEqual(me());
  });

  test("what stands in the way of taking over, of whatever age and kind, is no obstacle and goes when it can", async () => {
    writeFileSync(lockFile(), JSON.stringify(await goneOwner()));
    const future = new Date(Date.now() + 1e9);
    for (const name of ["lock.takeover", "lock.takeover-0"]) {
      writeFileSync(path.join(folder, name), "");
      utimesSync(path.join(folder, name), future, future);
    }
    mkdirSync(path.join(folder, "lock.takeover-1"));
    expect(tryLock(folder, me()).state).toBe("held");
    expect(readdirSync(folder)).toEqual(["lock", "lock.takeover-1"]);
  });
});

test("what killed processes left of their attempts goes once it is old, and nothing else", async () => {
  const { pid } = await goneOwner();
  const gone = [`.lock-${pid}-abcd`, `lock.${pid}`];
  const stays = [`.lock-${process.pid}-abcd`, `lock.${process.pid}`, ".lock-x", "lock.takeover", `a.lock-${pid}-b`];
  for (const name of [...gone, ...stays]) {
    writeFileSync(path.join(folder, name), "");
    utimesSync(path.join(folder, name), new Date(0), new Date(0));
  }
  const fresh = `.lock-${pid}-ffff`;
  writeFileSync(path.join(folder, fresh), "");
  mkdirSync(path.join(folder, `lock.${pid}0`));
  utimesSync(path.join(folder, `lock.${pid}0`), new Date(0), new Date(0));
  removeLockLeftovers(folder, readdirSync(folder));
  expect(readdirSync(folder).toSorted()).toEqual([...stays, fresh, `lock.${pid}0`].toSorted());
});

test("isAlive() is true of this process and false of one that is gone", async () => {
  expect(isAlive(me())).toBe(true);
  expect(isAlive(await goneOwner())).toBe(false);
});

describe("waitForLock()", () => {
  test("refuses where it may not wait, saying who holds the lock", async () => {
    tryLock(folder, me());
    await expect(waitForLock(folder, me("run-2"), { wait: false, environment: {} })).rejects.toMatchObject({
      code: "ENGINE_LOCKED",
      message: expect.stringContaining(`run run-1 (process ${process.pid}`) as string,
    });
  });

  test("tells once whom it waits for, and goes on when the lock is given back", async () => {
    const first = tryLock(folder, me());
    const told: (string | undefined)[] = [];
    const waiting = waitForLock(folder, me("run-2"), {
      wait: true,
      environment: {},
      onWait: (owner) => {
        told.push(owner?.runId);
        if (first.state === "held") first.release();
      },
    });
    expect((await waiting).state).toBe("held");
    expect(told).toEqual(["run-1"]);
  });

  test("gives up when it is cancelled", async () => {
    tryLock(folder, me());
    const cancel = new AbortController();
    const waiting = waitForLock(folder, me("run-2"), {
      wait: true,
      environment: {},
      signal: cancel.signal,
      onWait: () => cancel.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ code: "ENGINE_LOCKED" });
  });

  test("a run that is a step of the one that holds the lock does not wait for itself", async () => {
    tryLock(folder, me());
    const environment = { WORKFLOW_SPANS: path.join(folder, "logs", "run-1", "steps", "a.1.spans.jsonl") };
    await expect(waitForLock(folder, me("run-2"), { wait: true, environment })).rejects.toMatchObject({
      code: "ENGINE_LOCKED",
      message: expect.stringContaining("of which this one is a step") as string,
    });
  });
});

describe("a process that stands still or is killed while it takes over the lock of one that is gone", () => {
  const module = pathToFileURL(path.join(import.meta.dirname, "../../dist/lock/target-lock.js")).href;
  const ownerModule = pathToFileURL(path.join(import.meta.dirname, "../../dist/lock/lock-owner.js")).href;
  // Stops itself right before its n-th change to the folder.
  const script = `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
let left = Number(process.argv[2]);
for (const name of ["linkSync", "renameSync", "rmSync", "writeFileSync"]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (--left === 0) process.kill(process.pid, "SIGSTOP");
    return real(...args);
  };
}
syncBuiltinESMExports();
const { tryLock } = await import(${JSON.stringify(module)});
const { describeOwner } = await import(${JSON.stringify(ownerModule)});
process.stdout.write(tryLock(process.argv[1], describeOwner("slow", 0)).state);
process.stdin.resume();`;

  /** Resolves to whether it stands still; false when it is through. */
  async function startSlow(stopAt: number): Promise<{ readonly child: ChildProcess; readonly said: () => string }> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder, String(stopAt)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    child.stdout?.on("data", (chunk) => (said += String(chunk)));
    await vi.waitFor(() => expect(said !== "" || isStopped(child)).toBe(true), { timeout: 20_000, interval: 5 });
    return { child, said: () => said };
  }
  const isStopped = ({ pid }: ChildProcess): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  const end = async (child: ChildProcess): Promise<void> => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  /** Tries as often as one that waits would. */
  const tryOften = (): LockAttempt => {
    const attempts = Array.from({ length: 5 }, () => 0);
    return attempts.reduce<LockAttempt>(
      (last) => (last.state === "held" ? last : tryLock(folder, me())),
      tryLock(folder, me()),
    );
  };
  const CHANGES = 8;

  test.runIf(existsSync("/proc/self/stat"))(
    "wherever it stood, two never hold the lock at once, and whoever finds it killed gets it",
    async () => {
      let stood = 0;
      for (let stopAt = 1; stopAt <= CHANGES; stopAt += 1) {
        for (const then of ["SIGCONT", "SIGKILL"] as const) {
          rmSync(folder, { recursive: true });
          mkdirSync(folder);
          writeFileSync(lockFile(), JSON.stringify(await goneOwner()));
          const { child, said } = await startSlow(stopAt);
          if (said() === "") stood += 1;
          for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), new Date(0), new Date(0));
          const before = tryOften();
          if (then === "SIGCONT") {
            child.kill("SIGCONT");
            await vi.waitFor(() => expect(said()).not.toBe(""), { timeout: 20_000, interval: 5 });
            // One of them, and only one.
            expect([before.state, said()].toSorted(), `stopped at ${stopAt}`).toEqual(["busy", "held"]);
          }
          await end(child);
          if (before.state === "busy") expect(tryOften().state, `killed at ${stopAt}`).toBe("held");
          expect(parseOwner(readFileSync(lockFile(), "utf8"))?.runId).toBe("run-1");
        }
      }
      // Both of writing, claiming, replacing and clearing away.
      expect(stood).toBeGreaterThanOrEqual(12);
    },
    120_000,
  );
});

test("of many processes that take the lock and are killed at any moment, never two hold it at once", async () => {
  // Each process enters a room of one: it makes a folder, and removes it when it leaves. A second one inside would find it there.
  const module = pathToFileURL(path.join(import.meta.dirname, "../../dist/lock/target-lock.js")).href;
  const ownerModule = pathToFileURL(path.join(import.meta.dirname, "../../dist/lock/lock-owner.js")).href;
  const script = `import { mkdirSync, rmSync, appendFileSync } from "node:fs";
import { tryLock } from ${JSON.stringify(module)};
import { describeOwner, isAlive } from ${JSON.stringify(ownerModule)};
const [folder, name] = process.argv.slice(1);
const me = describeOwner(name, 0);
for (let entered = 0; entered < 40; ) {
  const attempt = tryLock(folder, me);
  if (attempt.state !== "held") continue;
  entered += 1;
  // Whoever was killed inside left the room's folder; the lock says that he is gone.
  if (attempt.killed !== undefined) rmSync(folder + "/room", { recursive: true, force: true });
  try { mkdirSync(folder + "/room"); } catch { appendFileSync(folder + "/clash", name + "\\n"); }
  appendFileSync(folder + "/entered", name + "\\n");
  rmSync(folder + "/room", { recursive: true });
  attempt.release();
}`;
  const start = (name: string): ChildProcess =>
    spawn(process.execPath, ["--input-type=module", "-e", script, folder, name], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  const survivors = ["a", "b"].map(start);
  const done = Promise.all(survivors.map((child) => once(child, "exit")));
  const over = new AbortController();
  void done.then(() => over.abort());
  const isOver = (): boolean => over.signal.aborted;
  for (let round = 0; !isOver() && round < 30; round += 1) {
    const victim = start(`victim-${round}`);
    const before = existsSync(path.join(folder, "entered"))
      ? readFileSync(path.join(folder, "entered"), "utf8").length
      : 0;
    // Killed once it or somebody else has moved on, wherever it is then.
    while (!isOver() && victim.exitCode === null) {
      await new Promise((resolve) => setImmediate(resolve));
      const file = path.join(folder, "entered");
      if (existsSync(file) && readFileSync(file, "utf8").length > before + 20) break;
    }
    victim.kill("SIGKILL");
    if (victim.exitCode === null && victim.signalCode === null) await once(victim, "exit");
  }
  await done;
  expect(existsSync(path.join(folder, "clash"))).toBe(false);
  const entered = readFileSync(path.join(folder, "entered"), "utf8").split("\n");
  expect(entered.filter((name) => name === "a")).toHaveLength(40);
  expect(entered.filter((name) => name === "b")).toHaveLength(40);
}, 60_000);
