import { beforeEach, describe, expect, test } from "vitest";
import { createMeasuredTree, type MeasuredTree } from "./measured-tree.ts";
import type { ProcFiles } from "./proc-files.ts";
import { createProcLooker } from "./proc-looker.ts";
import type { ProcessSample, Storage } from "./process-sample.ts";

const OWN_START = 1_000;

interface Process {
  readonly sample: ProcessSample;
  readonly variables: readonly string[];
  readonly storage: Storage | "forbidden";
}

/** A machine whose processes the test chooses, which counts what is read. */
class Machine implements ProcFiles {
  readonly processes = new Map<number, Process>();
  /** Listed, and gone when they are read. */
  readonly vanished = new Set<number>();
  isListable = true;
  reads: string[] = [];

  add(
    pid: number,
    over: Partial<ProcessSample> = {},
    variables: readonly string[] = [],
    storage: Process["storage"] = { readBytes: 1, writeBytes: 2 },
  ): void {
    const usual = { parentPid: 1, groupId: pid, sessionId: pid, startedAt: OWN_START + 1, ownCpuMs: 0 };
    const sample = { ...usual, childrenCpuMs: 0, memoryBytes: 10, ...over, pid };
    this.processes.set(pid, { sample, variables, storage });
  }

  list(): readonly number[] | undefined {
    return this.isListable ? [...this.processes.keys(), ...this.vanished] : undefined;
  }
  stat(pid: number | "self"): ProcessSample | undefined {
    this.reads.push(`${pid}/stat`);
    if (pid === "self") return { ...(this.processes.get(1)?.sample as ProcessSample), startedAt: OWN_START };
    return this.processes.get(pid)?.sample;
  }
  storage(pid: number | "self"): Storage | "forbidden" | undefined {
    this.reads.push(`${pid}/io`);
    return this.processes.get(Number(pid))?.storage;
  }
  highWater(): undefined {}
  variables(pid: number): readonly string[] {
    this.reads.push(`${pid}/environ`);
    return this.processes.get(pid)?.variables ?? [];
  }
  takeReads(): readonly string[] {
    const reads = this.reads;
    this.reads = [];
    return reads;
  }
}

let machine: Machine;
let lost: string[];
let tree: MeasuredTree;
beforeEach(() => {
  machine = new Machine();
  machine.add(1, { startedAt: 1 });
  lost = [];
  tree = createMeasuredTree({ label: "step", marker: "STEP=a", cgroup: undefined, beganMs: 0 });
  tree.rootPid = 100;
  machine.add(100);
});
const createLooker = () => createProcLooker(machine, (message) => lost.push(message));
const pidsOf = (samples: readonly ProcessSample[] | undefined): readonly number[] =>
  (samples ?? []).map(({ pid }) => pid).toSorted((a, b) => a - b);

describe("createProcLooker()", () => {
  test("of 10,000 processes only members and new ones are read again", () => {
    // No process of a real machine, such as this one, has an id that large.
    for (let pid = 10_000_000; pid < 10_010_000; pid += 1) machine.add(pid, { startedAt: 1 });
    for (let pid = 101; pid < 111; pid += 1) machine.add(pid, { parentPid: 100 });
    const looker = createLooker();
    machine.takeReads();
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toHaveLength(11);
    // Whoever is older than this process was not started by it: nobody reads its environment.
    expect(machine.takeReads()).toHaveLength(10_012);
    machine.add(10_020_000);
    machine.add(111, { parentPid: 110 });
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toHaveLength(12);
    const reads = machine.takeReads();
    expect(reads).toHaveLength(11 + 2 + 1);
    expect(reads).toContain("10020000/environ");
  });

  test("storage is read only of members, and only when it is asked for", () => {
    machine.add(50, { startedAt: 1 });
    const looker = createLooker();
    expect(looker.look(new Set([tree]), true)?.get(tree)?.[0]?.storage).toEqual({ readBytes: 1, writeBytes: 2 });
    expect(machine.takeReads().filter((read) => read.endsWith("/io"))).toEqual(["100/io"]);
    expect(looker.look(new Set([tree]), false)?.get(tree)?.[0]).not.toHaveProperty("storage");
  });

  test("what may not be seen is told, and the rest is measured", () => {
    machine.add(101, { parentPid: 100 }, [], "forbidden");
    const samples = createLooker()
      .look(new Set([tree]), true)
      ?.get(tree);
    expect(pidsOf(samples)).toEqual([100, 101]);
    expect(lost).toEqual([expect.stringContaining("belong to another user")]);
  });

  test("a process that vanishes between listing and reading is nobody's", () => {
    machine.vanished.add(555);
    const looker = createLooker();
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100]);
    machine.vanished.clear();
    machine.add(555, { parentPid: 100 });
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100, 555]);
  });

  test("an id of a member that is used again by a stranger is no member", () => {
    machine.add(101, { parentPid: 100 });
    const looker = createLooker();
    looker.look(new Set([tree]), false);
    machine.add(101, { startedAt: OWN_START + 500 });
    expect(pidsOf(looker.lookAtKnown(tree))).toEqual([100]);
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100]);
  });

  test("a process in the moment between its start and that of its program is found at the next look", () => {
    machine.add(300);
    const looker = createLooker();
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100]);
    machine.add(300, {}, ["STEP=a"]);
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100, 300]);
  });

  test("a first process that is told late is found with what it has started", () => {
    tree.rootPid = undefined;
    machine.add(101, { parentPid: 100 });
    const looker = createLooker();
    for (let looks = 0; looks < 3; looks += 1) expect(looker.look(new Set([tree]), false)?.get(tree)).toBeUndefined();
    tree.rootPid = 100;
    looker.reconsider(100);
    expect(pidsOf(looker.look(new Set([tree]), false)?.get(tree))).toEqual([100, 101]);
  });

  test("what a step left behind is nobody's once its measurement is over", () => {
    machine.add(101, { parentPid: 100 });
    const other = createMeasuredTree({ label: "other", marker: undefined, cgroup: undefined, beganMs: 0 });
    other.rootPid = 200;
    const looker = createLooker();
    looker.look(new Set([tree, other]), false);
    machine.processes.delete(100);
    machine.add(101, { parentPid: 1 });
    machine.add(200);
    expect([...(looker.look(new Set([other]), false)?.keys() ?? [])]).toEqual([other]);
    expect([...(looker.look(new Set([other]), false)?.keys() ?? [])]).toEqual([other]);
  });

  test("a machine that does not list its processes is told of", () => {
    machine.isListable = false;
    expect(createLooker().look(new Set([tree]), false)).toBeUndefined();
    expect(lost).toEqual([expect.stringContaining("cannot be listed")]);
  });

  test("the first process is there as long as it is the same one, ended or not", () => {
    const looker = createLooker();
    expect(looker.hasRoot(tree)).toBe(true);
    looker.look(new Set([tree]), false);
    machine.add(100, { startedAt: OWN_START + 9 });
    expect(looker.hasRoot(tree)).toBe(false);
    machine.processes.delete(100);
    expect(looker.hasRoot(tree)).toBe(false);
  });
});
