import * as fc from "fast-check";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { sampleKey } from "../../test/sample-entry.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { createEntryLocks, type EntryLocks, type LockWatch } from "../locks/create-entry-locks.ts";
import { pollDelayMs, shareAcrossProcesses, type Sharing } from "./share-across-processes.ts";

const HELD: LockWatch = { tryAcquire: () => ({ status: "held" }), isHeld: () => true };

function sharing(change: Partial<Sharing<string>>): Sharing<string> {
  return {
    lock: HELD,
    takesLock: true,
    followMaxMs: 1000,
    signal: new AbortController().signal,
    wait: async () => undefined,
    onWait: () => undefined,
    random: () => 0.5,
    find: () => undefined,
    compute: async () => "computed",
    ...change,
  };
}

test("pollDelayMs() grows from 50 to 500 ms and spreads those who began together", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (pollCount, random) => {
      const delayMs = pollDelayMs(pollCount, random);
      expect(delayMs).toBeGreaterThanOrEqual(50);
      expect(delayMs).toBeLessThanOrEqual(500);
      expect(pollDelayMs(pollCount + 1, random)).toBeGreaterThanOrEqual(delayMs);
    }),
  );
  expect([pollDelayMs(0, 0.999), pollDelayMs(9, 0.999), pollDelayMs(9, 0)].map(Math.round)).toEqual([100, 500, 50]);
});

test("shareAcrossProcesses() waits for no longer than it may, then asks without the lock", async () => {
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  for (const takesLock of [true, false]) {
    waits.length = 0;
    expect(await shareAcrossProcesses(sharing({ wait, takesLock }))).toBe("computed");
    expect(waits.reduce((a, b) => a + b)).toBe(1000);
    expect(waits.length).toBeGreaterThan(2);
  }
});

test("shareAcrossProcesses() asks at once where no lock can be had", async () => {
  const wait = async (): Promise<void> => Promise.reject(new Error("waited"));
  const lock: LockWatch = { ...HELD, tryAcquire: () => ({ status: "unavailable" }) };
  expect(await shareAcrossProcesses(sharing({ lock, wait }))).toBe("computed");
});

test("shareAcrossProcesses() tells once that it waits for others, and only then", async () => {
  let toldCount = 0;
  const onWait = (): void => void (toldCount += 1);
  const free: LockWatch = { tryAcquire: () => ({ status: "acquired", release: () => undefined }), isHeld: () => false };
  await shareAcrossProcesses(sharing({ lock: free, onWait }));
  expect(toldCount).toBe(0);
  for (const takesLock of [true, false]) {
    toldCount = 0;
    await shareAcrossProcesses(sharing({ takesLock, onWait }));
    expect(toldCount).toBe(1);
  }
});

test("shareAcrossProcesses() does not ask when the last holder has stored its answer just before it let go", async () => {
  const free: LockWatch = { tryAcquire: () => ({ status: "acquired", release: () => undefined }), isHeld: () => false };
  for (const takesLock of [true, false]) {
    expect(await shareAcrossProcesses(sharing({ lock: free, takesLock, find: () => "found" }))).toBe("found");
  }
});

test("shareAcrossProcesses() lets go when its callers leave, though the work has not noticed yet", async () => {
  const controller = new AbortController();
  let releasedCount = 0;
  let finish = (_answer: string): void => undefined;
  const outcome = shareAcrossProcesses(
    sharing({
      signal: controller.signal,
      lock: { ...HELD, tryAcquire: () => ({ status: "acquired", release: () => (releasedCount += 1) }) },
      compute: () => new Promise((resolve) => (finish = resolve)),
    }),
  );
  expect(releasedCount).toBe(0);
  controller.abort();
  expect(releasedCount).toBe(1);
  finish("late");
  expect(await outcome).toBe("late");
});

test("shareAcrossProcesses() neither asks nor locks for callers who have left before it began", async () => {
  const signal = AbortSignal.abort(new Error("left"));
  const fail = (): never => {
    throw new Error("locked");
  };
  const outcome = shareAcrossProcesses(sharing({ signal, lock: { tryAcquire: fail, isHeld: fail } }));
  await expect(outcome).rejects.toThrow("left");
});

type Fate = "stores" | "cannot store" | "fails" | "is killed";

test("shareAcrossProcesses() asks one at a time and once more only for each who brought nothing, in any order of events", async () => {
  const root = temporaryDirectory();
  let runCount = 0;
  const fates = fc.array(fc.constantFrom<Fate>("stores", "cannot store", "fails", "is killed"), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(fates, fc.scheduler(), async (askers, scheduler) => {
      const clock = createManualClock();
      const alive = new Set(askers.keys());
      const directory = join(root, String((runCount += 1)));
      const open = (pid: number): EntryLocks =>
        createEntryLocks(directory, {
          identify: () => ({ pid, start: "1", machine: "here" }),
          isRunning: (each) => alive.has(each),
          now: clock.now,
          every: () => () => undefined,
        });
      let stored: string | undefined;
      let askingCount = 0;
      const asked: Fate[] = [];
      const outcomes = askers.map(async (fate, pid) => {
        let die = (_how: string): void => undefined;
        const death = new Promise<string>((resolve) => (die = resolve));
        const compute = async (): Promise<string> => {
          askingCount += 1;
          // Never two at once: that would be paid twice.
          expect(askingCount).toBe(1);
          asked.push(fate);
          await scheduler.schedule(Promise.resolve(), `${pid} asks`);
          askingCount -= 1;
          if (fate === "fails") throw new Error("fails");
          if (fate === "stores") stored = "answer";
          if (fate !== "is killed") return "answer";
          alive.delete(pid);
          die("killed");
          return new Promise<string>(() => undefined);
        };
        const answer = shareAcrossProcesses({
          lock: open(pid).watch(sampleKey("a")),
          takesLock: true,
          followMaxMs: Number.MAX_SAFE_INTEGER,
          signal: new AbortController().signal,
          wait: () => scheduler.schedule(Promise.resolve(), `${pid} waits`),
          onWait: () => undefined,
          random: () => 0,
          find: () => stored,
          compute,
        });
        return Promise.race([answer.catch(() => "failed"), death]);
      });
      await scheduler.waitFor(Promise.all(outcomes));
      const firstStored = asked.indexOf("stores");
      expect(firstStored === -1 ? asked.length : firstStored + 1).toBe(asked.length);
      if (firstStored === -1) expect(asked).toHaveLength(askers.length);
    }),
    { numRuns: 60 },
  );
});
