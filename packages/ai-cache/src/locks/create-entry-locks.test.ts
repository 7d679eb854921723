import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../test/manual-clock.ts";
import { sampleKey } from "../../test/sample-entry.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { createEntryLocks, type EntryLocks, type LockAttempt, type LockWorld } from "./create-entry-locks.ts";
import { HEARTBEAT_MS, SILENCE_LIMIT_MS } from "./lock-owner.ts";

const KEY = sampleKey("a");

interface SimulatedProcess {
  readonly locks: EntryLocks;
  /** Lets its heart beat. */
  readonly beat: () => void;
}

interface SimulatedMachine {
  readonly directory: string;
  readonly file: string;
  readonly clock: ManualClock;
  readonly start: (pid: number, machine?: string) => SimulatedProcess;
  readonly kill: (pid: number) => void;
}

/** Several processes on one real directory, in one test. */
function simulate(): SimulatedMachine {
  const directory = join(temporaryDirectory(), "cache");
  const clock = createManualClock();
  const running = new Set<number>();
  return {
    directory,
    file: join(directory, KEY.slice(0, 2), `${KEY}.lock`),
    clock,
    start(pid, machine = "here"): SimulatedProcess {
      running.add(pid);
      const hearts = new Set<() => void>();
      const world: LockWorld = {
        identify: () => ({ pid, start: "1", machine }),
        isRunning: (each) => running.has(each),
        now: clock.now,
        every(ms, beat): () => void {
          expect(ms).toBe(HEARTBEAT_MS);
          hearts.add(beat);
          return () => hearts.delete(beat);
        },
      };
      return { locks: createEntryLocks(directory, world), beat: () => hearts.forEach((heart) => heart()) };
    },
    kill: (pid) => void running.delete(pid),
  };
}

function tryAcquire({ locks }: SimulatedProcess): LockAttempt {
  return locks.watch(KEY).tryAcquire(0);
}

function acquire(process: SimulatedProcess): () => void {
  const attempt = tryAcquire(process);
  if (attempt.status !== "acquired") throw new Error(`Lock is ${attempt.status}`);
  return attempt.release;
}

test("createEntryLocks() gives a lock to one at a time and leaves nothing behind", () => {
  const { start, file, directory } = simulate();
  const [a, b] = [start(1), start(2)];
  const release = acquire(a);
  expect(tryAcquire(b).status).toBe("held");
  expect(tryAcquire(a).status).toBe("held");
  expect(b.locks.watch(KEY).isHeld(0)).toBe(true);
  release();
  release();
  expect(existsSync(file)).toBe(false);
  expect(b.locks.watch(KEY).isHeld(0)).toBe(false);
  acquire(b)();
  expect(readdirSync(dirname(file))).toEqual([]);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
});

test("createEntryLocks() takes over from a process that is gone, once", () => {
  const { start, kill, file } = simulate();
  const dead = start(1);
  const releaseDead = acquire(dead);
  kill(1);
  const [a, b] = [start(2), start(3)];
  const release = acquire(a);
  expect(tryAcquire(b).status).toBe("held");
  // Should it live after all: what is not its own any more is not removed.
  releaseDead();
  dead.locks.releaseAll();
  expect(tryAcquire(b).status).toBe("held");
  release();
  expect(readdirSync(dirname(file))).toEqual([]);
});

test("createEntryLocks() knows a process of another machine by its heartbeat alone", () => {
  const { start, clock } = simulate();
  const [far, near] = [start(1, "there"), start(2)];
  acquire(far);
  clock.advance(SILENCE_LIMIT_MS - 1);
  expect(tryAcquire(near).status).toBe("held");
  far.beat();
  clock.advance(SILENCE_LIMIT_MS - 1);
  expect(tryAcquire(near).status).toBe("held");
  clock.advance(1);
  expect(tryAcquire(near).status).toBe("acquired");
});

test("createEntryLocks() takes over from an owner that shows no life while it is watched, whatever the clocks say", () => {
  const { start, clock } = simulate();
  const [stopped, waiting] = [start(1, "there"), start(2)];
  clock.advance(1e9);
  acquire(stopped);
  clock.advance(-1e9);
  const watch = waiting.locks.watch(KEY);
  expect(watch.tryAcquire(0).status).toBe("held");
  expect(watch.tryAcquire(SILENCE_LIMIT_MS - 1).status).toBe("held");
  stopped.beat();
  expect(watch.tryAcquire(1).status).toBe("held");
  expect(watch.tryAcquire(SILENCE_LIMIT_MS - 1).status).toBe("held");
  expect(watch.tryAcquire(1).status).toBe("acquired");
});

test("createEntryLocks() stops the heartbeat of a lock that another took over", () => {
  const { start, clock } = simulate();
  const [believedDead, heir, third] = [start(1, "there"), start(2, "yonder"), start(3)];
  acquire(believedDead);
  clock.advance(SILENCE_LIMIT_MS);
  acquire(heir);
  clock.advance(SILENCE_LIMIT_MS);
  believedDead.beat();
  expect(tryAcquire(third).status).toBe("acquired");
});

test.each(["", "{", "null", '{"pid":1}', "x".repeat(10_000)])(
  "createEntryLocks() waits for a damaged lock only as long as for a silent one: %j",
  (text) => {
    const { start, file, clock } = simulate();
    const [a, b] = [start(1), start(2)];
    acquire(a)();
    writeFileSync(file, text);
    lutimesSync(file, clock.now() / 1000, clock.now() / 1000);
    expect(tryAcquire(b).status).toBe("held");
    clock.advance(SILENCE_LIMIT_MS);
    expect(tryAcquire(b).status).toBe("acquired");
  },
);

test.skipIf(process.platform === "win32")(
  "createEntryLocks() is neither blocked by a pipe nor led away by a link or a directory in place of a lock",
  () => {
    const { start, file, clock, directory } = simulate();
    const a = start(1);
    acquire(a)();
    const outside = join(directory, "outside");
    writeFileSync(outside, "kept");
    const makers = [
      () => execFileSync("mkfifo", [file]),
      () => mkdirSync(join(file, "inside"), { recursive: true }),
      () => symlinkSync(outside, file),
    ];
    for (const make of makers) {
      make();
      lutimesSync(file, clock.now() / 1000, clock.now() / 1000);
      expect(tryAcquire(a).status).toBe("held");
      clock.advance(SILENCE_LIMIT_MS);
      acquire(a)();
      expect(readdirSync(dirname(file))).toEqual([]);
    }
    expect(readFileSync(outside, "utf8")).toBe("kept");
  },
);

test("createEntryLocks() says that no lock can be had where none can be written", () => {
  const { start, directory } = simulate();
  writeFileSync(directory, "a file");
  expect(tryAcquire(start(1)).status).toBe("unavailable");
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "createEntryLocks() does not wait for a dead owner's lock that it may not take",
  () => {
    const { start, kill, file } = simulate();
    acquire(start(1));
    kill(1);
    chmodSync(dirname(file), 0o500);
    try {
      expect(tryAcquire(start(2)).status).toBe("unavailable");
    } finally {
      chmodSync(dirname(file), 0o700);
    }
  },
);

test("deleteAbandoned() sweeps the locks of dead processes and what a take-over left, and no others", () => {
  const { start, kill, file, clock } = simulate();
  const hourMs = 3_600_000;
  const [dead, far, sweeper] = [start(1), start(2, "there"), start(3)];
  acquire(dead);
  const keys = ["b", "c", "d"].map(sampleKey);
  far.locks.watch(keys[0] ?? KEY).tryAcquire(0);
  sweeper.locks.watch(keys[1] ?? KEY).tryAcquire(0);
  const aside = `${file}.0b5c9d5e-8c0e-4a53-9d5a-6f5e2f0c1a11`;
  writeFileSync(aside, readFileSync(file));
  const foreign = join(dirname(file), "notes.lock");
  writeFileSync(foreign, "");
  expect(sweeper.locks.deleteAbandoned(hourMs)).toBe(0);
  kill(1);
  expect(sweeper.locks.deleteAbandoned(hourMs)).toBe(2);
  expect([existsSync(file), existsSync(aside), existsSync(foreign)]).toEqual([false, false, true]);
  clock.advance(hourMs);
  expect(sweeper.locks.deleteAbandoned(hourMs)).toBe(1);
  expect(sweeper.locks.deleteAbandoned(hourMs)).toBe(0);
  sweeper.locks.releaseAll();
  rmSync(foreign);
});

test("releaseAll() lets go of every lock of this process and of no other", () => {
  const { start } = simulate();
  const [a, b, c] = [start(1), start(2), start(3)];
  acquire(a);
  b.locks.releaseAll();
  expect(tryAcquire(c).status).toBe("held");
  a.locks.releaseAll();
  expect(tryAcquire(c).status).toBe("acquired");
});
