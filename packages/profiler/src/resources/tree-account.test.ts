import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProcessSample } from "./process-sample.ts";
import { shareOut } from "./share-out.ts";
import { createTreeAccount } from "./tree-account.ts";

const sample = (over: Partial<ProcessSample>): ProcessSample => ({
  pid: 1,
  parentPid: 0,
  groupId: 1,
  sessionId: 1,
  startedAt: 1,
  ownCpuMs: 0,
  childrenCpuMs: 0,
  memoryBytes: 0,
  ...over,
});

describe("createTreeAccount()", () => {
  test("counts a child that came and went through the parent that waited for it", () => {
    const account = createTreeAccount(({ pid }) => pid === 10);
    account.look([sample({ pid: 10, ownCpuMs: 5 }), sample({ pid: 11, parentPid: 10, ownCpuMs: 300 })]);
    account.look([sample({ pid: 10, ownCpuMs: 5, childrenCpuMs: 900 })]);
    expect(account.totals().cpuMs).toBe(905);
  });

  test("keeps what was last seen of a child for which nobody waited", () => {
    const account = createTreeAccount(({ pid }) => pid === 10);
    account.look([sample({ pid: 10, ownCpuMs: 5 }), sample({ pid: 11, parentPid: 10, ownCpuMs: 300 })]);
    account.look([sample({ pid: 10, ownCpuMs: 6 })]);
    expect(account.totals().cpuMs).toBe(306);
    account.look([sample({ pid: 10, ownCpuMs: 6, childrenCpuMs: 50 })]);
    expect(account.totals().cpuMs).toBe(356);
  });

  test("a process that lost its parent stays in the account, and is not counted twice with the first process", () => {
    const account = createTreeAccount(({ pid }) => pid === 10);
    const daemon = { pid: 12, parentPid: 1, ownCpuMs: 100 };
    account.look([sample({ pid: 10, ownCpuMs: 50 }), sample(daemon)]);
    account.look([sample({ ...daemon, ownCpuMs: 400 })]);
    expect(account.endedWithRoot().cpuMs).toBe(50);
    account.settle({ cpuMs: 70, storage: undefined });
    expect(account.totals().cpuMs).toBe(470);
    account.look([]);
    expect(account.totals().cpuMs).toBe(470);
  });

  test("a process with the id of an earlier one is another process", () => {
    const account = createTreeAccount(({ pid }) => pid === 10);
    account.look([sample({ pid: 10 }), sample({ pid: 11, parentPid: 10, startedAt: 5, ownCpuMs: 300 })]);
    account.look([sample({ pid: 10 }), sample({ pid: 11, parentPid: 10, startedAt: 9, ownCpuMs: 20 })]);
    expect(account.totals().cpuMs).toBe(320);
  });

  test("memory is the largest sum at one look, storage what is told by the last look that asked", () => {
    const account = createTreeAccount(({ pid }) => pid === 10);
    expect(account.peakMemoryBytes).toBeUndefined();
    account.look([sample({ pid: 10, memoryBytes: 100, storage: { readBytes: 7, writeBytes: 9 } })]);
    account.look([sample({ pid: 10, memoryBytes: 80 }), sample({ pid: 11, parentPid: 10, memoryBytes: 60 })]);
    account.look([sample({ pid: 10, memoryBytes: 100 })]);
    expect(account).toMatchObject({
      peakMemoryBytes: 140,
      memoryBytes: 100,
      peakProcesses: 2,
      looks: 3,
      knowsStorage: true,
    });
    expect(account.totals()).toMatchObject({ readBytes: 7, writeBytes: 9 });
  });

  /** A machine on which processes start, work, end and are waited for or not. */
  const step = fc.oneof(
    fc.record({ do: fc.constant("fork" as const), who: fc.nat(20) }),
    fc.record({
      do: fc.constant("work" as const),
      who: fc.nat(20),
      ms: fc.integer({ min: 1, max: 500 }),
      systemMs: fc.nat(500),
    }),
    fc.record({ do: fc.constant("exit" as const), who: fc.nat(20), waitedFor: fc.boolean() }),
    fc.record({ do: fc.constant("look" as const) }),
  );

  test("never counts more than was taken, never less than was seen or lives", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const account = createTreeAccount(({ pid }) => pid === 1);
        const live = new Map([[1, { ...sample({ pid: 1, parentPid: 0 }) }]]);
        let taken = 0;
        let takenBySystem = 0;
        let seen = 0;
        let nextPid = 2;
        const look = (): void => {
          const before = account.totals().cpuMs;
          account.look([...live.values()].map((one) => ({ ...one })));
          const { cpuMs } = account.totals();
          expect(cpuMs).toBeGreaterThanOrEqual(before);
          seen = cpuMs;
        };
        for (const one of steps) {
          const processes = [...live.values()];
          const chosen = "who" in one ? processes[one.who % processes.length] : undefined;
          if (one.do === "look") look();
          else if (chosen === undefined) continue;
          else if (one.do === "fork") {
            live.set(nextPid, sample({ pid: nextPid, parentPid: chosen.pid, startedAt: nextPid }));
            nextPid += 1;
          } else if (one.do === "work") {
            const ownSystemMs = (chosen.ownSystemMs ?? 0) + one.systemMs;
            live.set(chosen.pid, { ...chosen, ownCpuMs: chosen.ownCpuMs + one.ms + one.systemMs, ownSystemMs });
            taken += one.ms + one.systemMs;
            takenBySystem += one.systemMs;
          } else if (chosen.pid !== 1) {
            live.delete(chosen.pid);
            const parent = live.get(chosen.parentPid);
            if (parent !== undefined && one.waitedFor) {
              const cpuMs = chosen.ownCpuMs + chosen.childrenCpuMs;
              const systemMs = (chosen.ownSystemMs ?? 0) + (chosen.childrenSystemMs ?? 0);
              const childrenSystemMs = (parent.childrenSystemMs ?? 0) + systemMs;
              live.set(parent.pid, { ...parent, childrenCpuMs: parent.childrenCpuMs + cpuMs, childrenSystemMs });
            }
            // Its children have another parent now, outside of the tree.
            for (const child of live.values())
              if (child.parentPid === chosen.pid) live.set(child.pid, { ...child, parentPid: 0 });
          }
        }
        look();
        const { cpuMs, systemCpuMs } = account.totals();
        expect(cpuMs).toBeLessThanOrEqual(taken);
        expect(systemCpuMs).toBeLessThanOrEqual(Math.min(takenBySystem, cpuMs));
        const aliveBySystem = [...live.values()].reduce(
          (sum, { ownSystemMs = 0, childrenSystemMs = 0 }) => sum + ownSystemMs + childrenSystemMs,
          0,
        );
        expect(systemCpuMs).toBeGreaterThanOrEqual(aliveBySystem);
        expect(cpuMs).toBeGreaterThanOrEqual(seen);
        const alive = [...live.values()].reduce(
          (sum, { ownCpuMs, childrenCpuMs }) => sum + ownCpuMs + childrenCpuMs,
          0,
        );
        expect(cpuMs).toBeGreaterThanOrEqual(alive);
        expect(account.seenCpuMs).toBe(cpuMs);
        // At last the first process ends, and whoever waited for it tells what it took.
        const root = live.get(1) as ProcessSample;
        live.delete(1);
        account.look([...live.values()]);
        expect(account.totals().cpuMs).toBe(cpuMs);
        account.settle({ cpuMs: root.ownCpuMs + root.childrenCpuMs + 40, storage: undefined });
        account.settle({ cpuMs: undefined, storage: undefined });
        account.look([...live.values()]);
        expect(account.totals().cpuMs).toBe(cpuMs + 40);
        expect(account.seenCpuMs).toBe(cpuMs);
      }),
    );
  });
});

describe("shareOut()", () => {
  test("one gets all, several what was seen of each and a share of the rest", () => {
    expect(shareOut(500, [{ seenMs: 300, unseenMs: 20 }])).toEqual([500]);
    expect(
      shareOut(500, [
        { seenMs: 300, unseenMs: 30 },
        { seenMs: 0, unseenMs: 10 },
      ]),
    ).toEqual([450, 50]);
    expect(
      shareOut(100, [
        { seenMs: 300, unseenMs: 30 },
        { seenMs: 10, unseenMs: 10 },
      ]),
    ).toEqual([300, 10]);
    expect(
      shareOut(100, [
        { seenMs: 0, unseenMs: 0 },
        { seenMs: 0, unseenMs: 0 },
      ]),
    ).toEqual([50, 50]);
    expect(shareOut(100, [])).toEqual([]);
  });

  test("the shares add up to the sum, or to what was seen where that is more", () => {
    const ended = fc.array(fc.record({ seenMs: fc.nat(1e6), unseenMs: fc.nat(1e4) }), { minLength: 1 });
    fc.assert(
      fc.property(fc.nat(1e6), ended, (totalMs, all) => {
        const shares = shareOut(totalMs, all);
        const seenMs = all.reduce((sum, one) => sum + one.seenMs, 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(Math.max(totalMs, seenMs), 3);
        for (const [index, share] of shares.entries()) expect(share).toBeGreaterThanOrEqual(all[index]?.seenMs ?? 0);
      }),
    );
  });
});
