import { beforeEach, describe, expect, test } from "vitest";
import { createMeasuredTree, type MeasuredTree } from "./measured-tree.ts";
import type { ProcessSample } from "./process-sample.ts";
import { createPsLooks } from "./ps-looks.ts";
import { readPs } from "./read-ps.ts";

const listed = (pid: number, parentPid: number, ownCpuMs: number, groupId = pid): ProcessSample => ({
  pid,
  parentPid,
  groupId,
  sessionId: -1,
  startedAt: 0,
  ownCpuMs,
  childrenCpuMs: 0,
  memoryBytes: 1_024,
});

let tree: MeasuredTree;
let lost: string[];
beforeEach(() => {
  lost = [];
  tree = createMeasuredTree({ label: "step", marker: undefined, cgroup: undefined, beganMs: 0 });
  tree.rootPid = 100;
});

/** Looks at these listings, one after the other. */
async function lookAt(...listings: readonly (readonly ProcessSample[] | undefined)[]): Promise<void> {
  const left = [...listings];
  const looks = createPsLooks(
    () => Promise.resolve(left.shift()),
    (message) => lost.push(message),
  );
  for (let count = left.length; count > 0; count -= 1) await looks.look(new Set([tree]), () => 5);
}

describe("createPsLooks()", () => {
  test("counts the tree of the first process, and nobody else", async () => {
    await lookAt([listed(1, 0, 9_000), listed(102, 101, 30), listed(101, 100, 20), listed(100, 1, 10)]);
    expect(tree.account.totals().cpuMs).toBe(60);
    expect(tree.account.processes).toBe(3);
    expect(tree.lastLookMs).toBe(5);
  });

  test("a process that lost its parent stays in the tree", async () => {
    await lookAt([listed(100, 1, 0), listed(101, 100, 20)], [listed(101, 1, 50)]);
    expect(tree.account.totals().cpuMs).toBe(50);
  });

  test("an id that is used again by a stranger does not count, though ps tells no start", async () => {
    const before = [listed(100, 1, 10), listed(101, 100, 400)];
    await lookAt(before, [listed(100, 1, 10), listed(101, 1, 5, 9)], [listed(100, 1, 10), listed(101, 1, 8_000, 9)]);
    expect(tree.account.totals().cpuMs).toBe(410);
  });

  test("an id that is used again within the tree counts twice", async () => {
    await lookAt([listed(100, 1, 10), listed(101, 100, 400)], [listed(100, 1, 10), listed(101, 100, 30)]);
    expect(tree.account.totals().cpuMs).toBe(440);
  });

  test("listings that fail or hold nothing are no looks", async () => {
    await lookAt([listed(100, 1, 10)], undefined, []);
    expect(tree.account).toMatchObject({ looks: 1, processes: 1 });
    expect(lost).toHaveLength(2);
  });

  test.runIf(process.platform !== "win32")("the real ps lists this process and its parent", async () => {
    const samples = (await readPs()) ?? [];
    const own = samples.find(({ pid }) => pid === process.pid);
    expect(own?.parentPid).toBe(process.ppid);
    expect(own?.memoryBytes).toBeGreaterThan(10 * 2 ** 20);
    expect(samples.some(({ pid }) => pid === process.ppid)).toBe(true);
  });
});
