import { describe, expect, test } from "vitest";
import type { Cgroup, CgroupUsage } from "./cgroup.ts";
import { createMeasuredTree, toUsage, type MeasuredTree } from "./measured-tree.ts";
import type { ProcessSample } from "./process-sample.ts";

const group = (usage: CgroupUsage | undefined): Cgroup => ({
  joinFile: "/group/cgroup.procs",
  canBeJoined: () => true,
  read: () => usage,
  processes: { pids: () => [], kill: () => undefined },
  remove: () => true,
});
const create = (cgroup?: Cgroup): MeasuredTree =>
  createMeasuredTree({ label: "step", marker: undefined, cgroup, beganMs: 0 });
const root: ProcessSample = {
  pid: 100,
  parentPid: process.pid,
  groupId: 100,
  sessionId: 100,
  startedAt: 1,
  ownCpuMs: 400,
  childrenCpuMs: 100,
  memoryBytes: 1_000,
};
const told = { cpuMs: 600, systemCpuMs: 150, peakMemoryBytes: 9_000_000, storage: { readBytes: 1, writeBytes: 2 } };

describe("toUsage()", () => {
  test("nothing is said of a tree of which nothing was seen", () => {
    expect(toUsage(create(), "proc")).toBeUndefined();
    const attached = create(group(undefined));
    attached.rootPid = 100;
    expect(toUsage(attached, "cgroup")).toBeUndefined();
    expect(toUsage(attached, "ps")).toBeUndefined();
  });

  test("a step that was over before the first look has the time that was told in the end, and no memory", () => {
    const tree = create();
    tree.rootPid = 100;
    tree.account.settle({ cpuMs: 60, storage: undefined });
    tree.isSettled = true;
    expect(toUsage(tree, "proc")).toEqual({ method: "proc", cpuMs: 60, samples: 0 });
  });

  test("a group tells the time; memory and storage are those of the processes that were seen", () => {
    const tree = create(group(told));
    tree.rootPid = 100;
    tree.account.look([{ ...root, storage: { readBytes: 30, writeBytes: 40 } }]);
    tree.highWaterBytes = 1_500;
    tree.estimatedCpuMs = 50;
    expect(toUsage(tree, "cgroup")).toEqual({
      method: "cgroup",
      cpuMs: 600,
      systemCpuMs: 150,
      peakMemoryBytes: 1_500,
      readBytes: 30,
      writeBytes: 40,
      peakProcesses: 1,
      samples: 1,
    });
  });

  test("what the kernel spent is told where all that was counted tells it, and is never more than all", () => {
    const tree = create();
    tree.rootPid = 100;
    tree.account.look([{ ...root, ownSystemMs: 40, childrenSystemMs: 10 }]);
    expect(toUsage(tree, "proc")).toMatchObject({ cpuMs: 500, systemCpuMs: 50 });
    tree.account.look([]);
    tree.account.settle({ cpuMs: 520, systemCpuMs: 60, storage: undefined });
    expect(toUsage(tree, "proc")).toMatchObject({ cpuMs: 520, systemCpuMs: 60 });
    tree.account.settle({ cpuMs: 0, systemCpuMs: 900, storage: undefined });
    expect(toUsage(tree, "proc")).toMatchObject({ cpuMs: 520, systemCpuMs: 520 });
    tree.threadCpuMs = 1;
    expect(toUsage(tree, "proc")).not.toHaveProperty("systemCpuMs");
    tree.threadCpuMs = undefined;
    tree.account.look([root]);
    expect(toUsage(tree, "proc")).not.toHaveProperty("systemCpuMs");
  });

  test("of a step that no look saw, a group tells memory and storage as well", () => {
    const tree = create(group(told));
    tree.rootPid = 100;
    expect(toUsage(tree, "cgroup")).toEqual({
      method: "cgroup",
      cpuMs: 600,
      systemCpuMs: 150,
      peakMemoryBytes: 9_000_000,
      readBytes: 1,
      writeBytes: 2,
      samples: 0,
    });
  });

  test.each([
    ["that was never joined", { ...told, cpuMs: 0 }],
    ["that processes have left", { ...told, cpuMs: 450 }],
    ["that is gone", undefined],
  ])("a group %s is not believed", (_, usage) => {
    const tree = create(group(usage));
    tree.rootPid = 100;
    tree.account.look([root]);
    expect(toUsage(tree, "cgroup")).toMatchObject({ method: "proc", cpuMs: 500 });
  });

  test("what others may have taken at the end is no reason not to believe a group", () => {
    const tree = create(group(told));
    tree.rootPid = 100;
    tree.account.look([root]);
    tree.account.look([]);
    tree.account.settle({ cpuMs: 5_000, storage: undefined });
    expect(toUsage(tree, "cgroup")).toMatchObject({ method: "cgroup", cpuMs: 600 });
  });

  test("a thread adds to what its processes took, and one that took nothing measurable is told as 0", () => {
    const tree = create();
    tree.threadCpuMs = 0;
    expect(toUsage(tree, "proc")).toEqual({ method: "thread", cpuMs: 0, samples: 0 });
    tree.threadCpuMs = 12.345_678;
    tree.account.look([{ ...root, pid: 7 }]);
    expect(toUsage(tree, "proc")).toMatchObject({ method: "thread", cpuMs: 512.346, peakProcesses: 1 });
  });

  test("children of this process count as first ones, also those that a worker thread started", () => {
    const tree = create();
    tree.account.look([{ ...root, pid: 7 }]);
    tree.account.look([]);
    expect(tree.account.endedWithRoot().cpuMs).toBe(500);
  });
});
