import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeOwner, isAlive, parseOwner, type LockOwner } from "./lock-owner.ts";
import { tryLock } from "./target-lock.ts";
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
    for (const name of [".lock-1-abcd", "lock.77"]) {
      writeFileSync(path.join(folder, name), "");
      utimesSync(path.join(folder, name), new Date(0), new Date(0));
    }
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

  test("whoever was killed while taking over does not stand in the way for ever", async () => {
    writeFileSync(lockFile(), JSON.stringify(await goneOwner()));
    const takeover = path.join(folder, "lock.takeover");
    writeFileSync(takeover, "");
    expect(tryLock(folder, me()).state).toBe("busy");
    utimesSync(takeover, new Date(0), new Date(0));
    expect(tryLock(folder, me()).state).toBe("busy");
    expect(tryLock(folder, me()).state).toBe("held");
  });
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
