import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMeasuredTree, type MeasuredTree } from "./measured-tree.ts";
import { settleRoots } from "./settle-roots.ts";

/** A tree whose first process took so much when it was last seen, and has ended. */
function endedTree(seenMs: number, lastLookMs = 0): MeasuredTree {
  const tree = createMeasuredTree({ label: "step", marker: undefined, cgroup: undefined, beganMs: 0 });
  tree.rootPid = 100;
  const root = { pid: 100, parentPid: 1, groupId: 100, sessionId: 100, startedAt: 1, childrenCpuMs: 0, memoryBytes: 1 };
  tree.account.look([{ ...root, ownCpuMs: seenMs }]);
  tree.account.look([]);
  tree.lastLookMs = lastLookMs;
  return tree;
}
const growth = (cpuMs: number) => ({ cpuMs, storage: undefined });

describe("settleRoots()", () => {
  test("one that ended alone gets everything, and nothing is an estimate", () => {
    const tree = endedTree(30);
    settleRoots([tree], { cpuMs: 70, systemCpuMs: 20, storage: { readBytes: 5, writeBytes: 6 } }, 100, []);
    expect(tree.account.totals()).toEqual({ cpuMs: 70, systemCpuMs: 20, readBytes: 5, writeBytes: 6 });
    expect(tree).toMatchObject({ isSettled: true, estimatedCpuMs: 0 });
  });

  test("what a child that is not measured may have taken is not given to the step that ended with it", () => {
    const tree = endedTree(30, 900);
    // Not looked at for 100 ms, beside one that ran for 900 ms.
    settleRoots([tree], growth(530), 1_000, [{ startedMs: 100 }]);
    expect(tree.account.totals().cpuMs).toBe(80);
    expect(tree.estimatedCpuMs).toBe(50);
  });

  test("a clock that went back gives no negative share", () => {
    const trees = [endedTree(10, 5_000), endedTree(20, 5_000)];
    settleRoots(trees, growth(100), 0, [{ startedMs: 9_000 }]);
    for (const tree of trees) expect(tree.account.totals().cpuMs).toBeGreaterThanOrEqual(10);
  });

  test("nobody gets less than was seen, and all together no more than was taken or seen", () => {
    const ended = fc.array(fc.tuple(fc.nat(5_000), fc.nat(1_000)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(ended, fc.array(fc.nat(1_000), { maxLength: 4 }), fc.nat(20_000), (given, others, cpuMs) => {
        const trees = given.map(([seenMs, lookMs]) => endedTree(seenMs, lookMs));
        settleRoots(
          trees,
          growth(cpuMs),
          1_000,
          others.map((startedMs) => ({ startedMs })),
        );
        let sum = 0;
        for (const [index, { account, estimatedCpuMs }] of trees.entries()) {
          const seenMs = given[index]?.[0] ?? 0;
          expect(account.totals().cpuMs).toBeGreaterThanOrEqual(seenMs);
          expect(account.totals().cpuMs - account.seenCpuMs).toBeCloseTo(account.totals().cpuMs - seenMs, 6);
          expect(estimatedCpuMs).toBeLessThanOrEqual(account.totals().cpuMs);
          sum += account.totals().cpuMs;
        }
        const seen = given.reduce((total, [seenMs]) => total + seenMs, 0);
        expect(sum).toBeLessThanOrEqual(Math.max(cpuMs, seen) + 1e-6);
      }),
    );
  });
});
