import { describe, expect, test } from "vitest";
import type { ResourceSample } from "../resource-usage.ts";
import { createMeasuredTree, type MeasuredTree } from "./measured-tree.ts";
import type { ProcessSample } from "./process-sample.ts";
import { createSampleTeller } from "./sample-teller.ts";

const create = (label: string): MeasuredTree =>
  createMeasuredTree({ label, marker: undefined, cgroup: undefined, beganMs: 1_000 });
function look(tree: MeasuredTree, atMs: number, over: Partial<ProcessSample>): void {
  const usual = { pid: 7, parentPid: 1, groupId: 7, sessionId: 7, startedAt: 1, ownCpuMs: 0, childrenCpuMs: 0 };
  tree.account.look([{ ...usual, memoryBytes: 100, ...over }]);
  tree.lastLookMs = atMs;
}

describe("createSampleTeller()", () => {
  test("tells load and storage since the look before", () => {
    const samples: ResourceSample[] = [];
    const teller = createSampleTeller((sample) => samples.push(sample));
    const tree = create("build");
    look(tree, 1_500, { ownCpuMs: 250 });
    teller.tell([tree]);
    look(tree, 2_000, { ownCpuMs: 1_250, storage: { readBytes: 1_000, writeBytes: 2_000 } });
    teller.tell([tree]);
    look(tree, 2_500, { ownCpuMs: 1_250, storage: { readBytes: 1_000, writeBytes: 2_500 } });
    teller.tell([tree]);
    const of = { label: "build", memoryBytes: 100, processes: 1 };
    expect(samples).toEqual([
      { ...of, atMs: 1_500, cpuPercent: 50 },
      { ...of, atMs: 2_000, cpuPercent: 200, diskBytesPerSecond: 3_000 },
      { ...of, atMs: 2_500, cpuPercent: 0, diskBytesPerSecond: 1_000 },
    ]);
  });

  test("two looks at the same moment give no infinite load", () => {
    const samples: ResourceSample[] = [];
    const teller = createSampleTeller((sample) => samples.push(sample));
    const tree = create("build");
    for (const ownCpuMs of [10, 20]) {
      look(tree, 1_000, { ownCpuMs });
      teller.tell([tree]);
    }
    expect(samples.every(({ cpuPercent }) => Number.isFinite(cpuPercent))).toBe(true);
  });

  test("keeps the largest memory of all together; who has no process is not told of", () => {
    const teller = createSampleTeller(() => {
      throw new Error("listener");
    });
    expect(teller.peakBytes).toBeUndefined();
    const [a, b, none] = ["a", "b", "none"].map(create) as [MeasuredTree, MeasuredTree, MeasuredTree];
    look(a, 1_500, { memoryBytes: 300 });
    look(b, 1_500, { memoryBytes: 500 });
    teller.tell([a, none, b]);
    look(a, 2_000, { memoryBytes: 700 });
    teller.tell([a]);
    expect(teller.peakBytes).toBe(800);
  });
});
