/** Machines made of files: what no real one can be brought to do at will. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResourceSample } from "../../src/resource-usage.ts";
import { createResourceMonitor, type ResourceMonitorOptions } from "../../src/resources/create-resource-monitor.ts";
import type { ProcessSample } from "../../src/resources/process-sample.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "machine "));
  write("self", {});
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Written {
  readonly parent?: number;
  readonly start?: number;
  /** Ticks of 10 ms: own, and of children. */
  readonly own?: number;
  readonly children?: number;
  readonly pages?: number;
  readonly environment?: string;
}

function write(
  pid: number | "self",
  { parent = 1, start = 50, own = 0, children = 0, pages = 1, environment }: Written,
): void {
  const folder = path.join(root, String(pid));
  mkdirSync(folder, { recursive: true });
  const id = pid === "self" ? 999_999 : pid;
  const fields = [parent, id, id, 0, 0, 0, 0, 0, 0, 0, own, 0, children, 0, 0, 0, 0, 0, start, 0, pages, 0, 0, 0];
  writeFileSync(path.join(folder, "stat"), `${id} (a ) b\n) S ${fields.join(" ")}\n`);
  if (environment !== undefined) writeFileSync(path.join(folder, "environ"), `${environment}\0`);
}
const vanish = (pid: number): void => rmSync(path.join(root, String(pid)), { recursive: true });

/** A monitor whose clock and timer the test moves. */
function open(options: ResourceMonitorOptions = {}) {
  let nowMs = 0;
  let due: { readonly callback: () => void; readonly ms: number } | undefined;
  const lost: string[] = [];
  const samples: ResourceSample[] = [];
  const delays: number[] = [];
  const monitor = createResourceMonitor({
    method: "proc",
    procRoot: root,
    now: () => nowMs,
    later: (callback, ms) => {
      due = { callback, ms };
      delays.push(ms);
      return () => (due = undefined);
    },
    onLost: (message) => lost.push(message),
    onSample: (sample) => samples.push(sample),
    ...options,
  });
  return {
    monitor,
    lost,
    samples,
    delays,
    isPlanned: () => due !== undefined,
    move: (ms: number) => (nowMs += ms),
    /** Lets time pass until the next look, and looks. */
    look: () => {
      const { callback, ms } = due ?? { callback: () => {}, ms: 0 };
      due = undefined;
      nowMs += ms;
      callback();
    },
  };
}

describe("createResourceMonitor() on a machine of files", () => {
  test("an id that is used again belongs to another process, and nothing is counted twice", () => {
    const { monitor, look } = open();
    const measurement = monitor.begin("step");
    measurement.attach(100);
    write(100, {});
    write(101, { parent: 100, start: 60, own: 30 });
    look();
    // Not of the tree: nobody there is its parent.
    write(101, { parent: 1, start: 90, own: 5_000 });
    look();
    vanish(100);
    expect(measurement.end()).toMatchObject({ cpuMs: 300, samples: 2, peakProcesses: 2 });
  });

  test("clocks that go backwards take nothing away", () => {
    const { monitor, look, samples, move } = open();
    const measurement = monitor.begin("step");
    measurement.attach(100);
    write(100, { own: 40 });
    look();
    write(100, { own: 10 });
    move(-10_000);
    look();
    expect(measurement.end()?.cpuMs).toBe(400);
    expect(samples.every(({ cpuPercent }) => cpuPercent >= 0 && Number.isFinite(cpuPercent))).toBe(true);
  });

  test("the time of one that ended is what our children took meanwhile; of two it is shared out, and said so", () => {
    const { monitor, look } = open();
    const [a, b, c] = ["a", "b", "c"].map((label, index) => {
      const measurement = monitor.begin(label);
      measurement.attach(100 + index);
      write(100 + index, { own: 10 * (index + 1) });
      return measurement;
    });
    look();
    vanish(100);
    write("self", { children: 25 });
    expect(a?.end()).toMatchObject({ cpuMs: 250 });
    expect(a?.end()).not.toHaveProperty("estimatedCpuMs");
    vanish(101);
    vanish(102);
    write("self", { children: 25 + 90 });
    const both = [b?.end(), c?.end()];
    expect(both[0]?.cpuMs).toBe(400);
    expect(both[1]?.cpuMs).toBe(500);
    expect(both.map((usage) => usage?.estimatedCpuMs)).toEqual([200, 200]);
  });

  test("a process that is only being started is looked at again when its environment is its own", () => {
    const { monitor, look, samples } = open();
    monitor.begin("module", { marker: "STEP=module" });
    write(200, { environment: "STEP=none" });
    look();
    write(200, { environment: "STEP=module" });
    look();
    expect(samples.map(({ label, processes }) => [label, processes])).toEqual([["module", 1]]);
  });

  test("strangers are read twice and then never again", () => {
    const { monitor, look, samples } = open();
    monitor.begin("module", { marker: "STEP=module" });
    write(200, { environment: "STEP=none" });
    look();
    look();
    write(200, { environment: "STEP=module" });
    look();
    expect(samples).toEqual([]);
  });

  test("looks come early, then less often, and stop with the last measurement", () => {
    const { monitor, look, delays, isPlanned, move } = open();
    const measurement = monitor.begin("step");
    measurement.attach(100);
    write(100, {});
    look();
    look();
    move(10_000);
    look();
    expect(delays).toEqual([100, 250, 250, 1_000]);
    const other = monitor.begin("other");
    // A new step may be over soon.
    expect(delays.at(-1)).toBeLessThanOrEqual(250);
    measurement.end();
    expect(isPlanned()).toBe(true);
    other.end();
    expect(isPlanned()).toBe(false);
  });

  test("what cannot be listed is told once, and nothing throws", () => {
    const { monitor, look, lost } = open();
    const measurement = monitor.begin("step");
    measurement.attach(100);
    rmSync(root, { recursive: true });
    look();
    look();
    expect(lost).toHaveLength(1);
    expect(measurement.end()).toBeUndefined();
  });

  test("among 10,000 processes that vanish before they can be read, the tree is found", () => {
    for (let pid = 1_000; pid < 11_000; pid += 1) mkdirSync(path.join(root, String(pid)));
    write(100, { own: 3 });
    const { monitor, look, lost } = open();
    const measurement = monitor.begin("step");
    measurement.attach(100);
    look();
    look();
    expect(measurement.end()).toMatchObject({ cpuMs: 30, peakProcesses: 1 });
    expect(lost).toEqual([]);
  });
});

describe("createResourceMonitor() with ps", () => {
  const process = (pid: number, parentPid: number, ownCpuMs: number): ProcessSample => ({
    pid,
    parentPid,
    groupId: pid,
    sessionId: -1,
    startedAt: 0,
    ownCpuMs,
    childrenCpuMs: 0,
    memoryBytes: 1_024,
  });

  test("one listing at a time, two seconds apart, and what was seen is kept", async () => {
    const answers: ((list: readonly ProcessSample[] | undefined) => void)[] = [];
    const ps = () => new Promise<readonly ProcessSample[] | undefined>((resolve) => answers.push(resolve));
    const { monitor, look, delays, isPlanned } = open({ method: "ps", ps });
    const measurement = monitor.begin("step");
    measurement.attach(100);
    look();
    const other = monitor.begin("other");
    expect(isPlanned()).toBe(false);
    answers[0]?.([process(100, 1, 40), process(101, 100, 60), process(7, 1, 9_000)]);
    await new Promise(setImmediate);
    expect(delays.at(-1)).toBe(2_000);
    look();
    answers[1]?.([process(100, 1, 50)]);
    await new Promise(setImmediate);
    expect(measurement.end()).toMatchObject({ method: "ps", cpuMs: 110, peakProcesses: 2, peakMemoryBytes: 2_048 });
    expect(other.end()).toBeUndefined();
  });

  test("a listing that fails, in whatever way, is told once and nothing is made up", async () => {
    const { monitor, look, lost } = open({ method: "ps", ps: () => Promise.reject(new Error("no ps")) });
    const measurement = monitor.begin("step");
    measurement.attach(100);
    look();
    await new Promise(setImmediate);
    look();
    await new Promise(setImmediate);
    expect(lost).toHaveLength(1);
    expect(measurement.end()).toBeUndefined();
  });
});
