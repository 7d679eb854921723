import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { isStaleLock, withDirectoryLock } from "./directory-lock.ts";
import { encodeLockOwner, SILENCE_LIMIT_MS, type LockOwner } from "./lock-owner.ts";
import { identifyThisProcess } from "./process-identity.ts";

const clock = createManualClock();
const { now } = clock;

function writeLock(file: string, owner: Partial<LockOwner>, beatMs: number): void {
  writeFileSync(file, encodeLockOwner({ ...identifyThisProcess(), token: "another", ...owner }));
  utimesSync(file, beatMs / 1000, beatMs / 1000);
}

function lockFile(): string {
  return join(temporaryDirectory(), "some.lock");
}

test("withDirectoryLock() does the work under the lock and leaves no file", () => {
  const file = lockFile();
  const outcome = withDirectoryLock(file, { now }, (lock) => {
    expect(lock.isHeld()).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
    return 7;
  });
  expect(outcome).toEqual({ held: true, value: 7 });
  expect(readdirSync(dirname(file))).toEqual([]);
});

test("withDirectoryLock() lets go when the work throws", () => {
  const file = lockFile();
  const work = (): never => {
    throw new Error("failed");
  };
  expect(() => withDirectoryLock(file, { now }, work)).toThrow("failed");
  expect(existsSync(file)).toBe(false);
});

test("withDirectoryLock() waits for a living holder as long as it was told, and does nothing then", () => {
  const file = lockFile();
  writeLock(file, {}, now());
  let waitedMs = 0;
  const pause = (ms: number): void => void (waitedMs += ms);
  const work = (): never => {
    throw new Error("Two holders");
  };
  expect(withDirectoryLock(file, { now }, work)).toEqual({ held: false });
  expect(withDirectoryLock(file, { now, waitMs: 100, pause }, work)).toEqual({ held: false });
  expect(waitedMs).toBe(100);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ token: "another" });
});

test("withDirectoryLock() gets the lock that is let go while it waits", () => {
  const file = lockFile();
  let pauseCount = 0;
  const outcome = withDirectoryLock(file, { now }, () => {
    expect(withDirectoryLock(file, { now }, () => 1)).toEqual({ held: false });
    return 2;
  });
  expect(outcome).toEqual({ held: true, value: 2 });
  writeLock(file, {}, now());
  const pause = (): void => {
    pauseCount += 1;
    // Its holder dies during the second pause.
    if (pauseCount === 2) writeLock(file, { pid: deadPid() }, now());
  };
  expect(withDirectoryLock(file, { now, waitMs: 100, pause }, () => 3)).toEqual({ held: true, value: 3 });
  expect(pauseCount).toBe(2);
});

function deadPid(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

test.each<[string, (file: string) => void]>([
  ["of a process that is gone", (file) => writeLock(file, { pid: deadPid() }, now())],
  ["of a number that another process has now", (file) => writeLock(file, { start: "1" }, now())],
  ["silent for long", (file) => writeLock(file, {}, now() - SILENCE_LIMIT_MS)],
  ["of another machine, silent for long", (file) => writeLock(file, { machine: "other" }, now() - SILENCE_LIMIT_MS)],
  ["from the future", (file) => writeLock(file, {}, now() + SILENCE_LIMIT_MS)],
  [
    "torn, and old",
    (file) => {
      writeFileSync(file, '{"pid":');
      utimesSync(file, 1, 1);
    },
  ],
  [
    "that is a folder, and old",
    (file) => {
      mkdirSync(join(file, "inner"), { recursive: true });
      utimesSync(file, 1, 1);
    },
  ],
])("withDirectoryLock() takes over a lock %s", (_, prepare) => {
  const file = lockFile();
  prepare(file);
  expect(isStaleLock(file, now())).toBe(true);
  expect(withDirectoryLock(file, { now }, (lock) => lock.isHeld())).toEqual({ held: true, value: true });
  expect(readdirSync(dirname(file))).toEqual([]);
});

test.each<[string, (file: string) => void]>([
  ["of this machine's living process", (file) => writeLock(file, {}, now() - SILENCE_LIMIT_MS + 1)],
  ["of another machine, with a sign of life", (file) => writeLock(file, { machine: "other", pid: 1 }, now() - 1000)],
  ["just being written", (file) => (writeFileSync(file, ""), utimesSync(file, now() / 1000, now() / 1000))],
])("withDirectoryLock() leaves a lock %s", (_, prepare) => {
  const file = lockFile();
  prepare(file);
  expect(isStaleLock(file, now())).toBe(false);
  expect(withDirectoryLock(file, { now }, () => 1)).toEqual({ held: false });
  expect(existsSync(file)).toBe(true);
});

test("withDirectoryLock() tells a holder that it lost the lock, and does not remove the new one", () => {
  const file = lockFile();
  withDirectoryLock(file, { now }, (lock) => {
    writeLock(file, { token: "new holder" }, now());
    expect(lock.isHeld()).toBe(false);
    lock.refresh();
  });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ token: "new holder" });
});

test("withDirectoryLock() is kept by a holder that gives signs of life", () => {
  const manual = createManualClock();
  const file = lockFile();
  withDirectoryLock(file, manual, (lock) => {
    for (let beat = 0; beat < 4; beat += 1) {
      manual.advance(SILENCE_LIMIT_MS / 2);
      lock.refresh();
      expect(withDirectoryLock(file, manual, () => 1)).toEqual({ held: false });
    }
    manual.advance(SILENCE_LIMIT_MS);
    expect(withDirectoryLock(file, manual, () => 1)).toEqual({ held: true, value: 1 });
  });
});

test("withDirectoryLock() throws what the system throws where no lock can be", () => {
  expect(() => withDirectoryLock(join(temporaryDirectory(), "none", "lock"), { now }, () => 1)).toThrow("ENOENT");
});
