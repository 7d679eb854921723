import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  createResourceMonitor,
  type Measurement,
  type ResourceMonitor,
  type ResourceMonitorOptions,
} from "./create-resource-monitor.ts";

/** No look ever comes: what is told is what is known at the end alone. */
const withoutLooks: ResourceMonitorOptions = { method: "proc", later: () => () => {} };

/** A process that burns so much CPU time, then waits until its input ends, and burns on if it is to. */
function burn(
  ms: number,
  detached: boolean,
  onMs = 0,
): { readonly child: ChildProcess; readonly ready: Promise<unknown> } {
  const script = `const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
while (used() < ${ms});
process.stdout.write("ready");
process.stdin.resume().on("end", () => { while (used() < ${ms + onMs}); });`;
  const child = spawn(process.execPath, ["-e", script], { detached, stdio: ["pipe", "pipe", "ignore"] });
  return { child, ready: once(child.stdout as NodeJS.ReadableStream, "data") };
}
async function finish(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  await once(child, "exit");
}
function begin(monitor: ResourceMonitor, child: ChildProcess): Measurement {
  const measurement = monitor.begin("step");
  measurement.attach(child.pid ?? 0);
  return measurement;
}

/** Ends both at the same moment for this process, which hears of nothing until both are gone. */
async function killTogether(...children: readonly ChildProcess[]): Promise<void> {
  const ends = children.map((child) => once(child, "exit"));
  for (const child of children) child.kill("SIGKILL");
  // Its first thread may be gone while others are not.
  const hasEnded = ({ pid }: ChildProcess): boolean =>
    readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ") && readdirSync(`/proc/${pid}/task`).length === 1;
  while (!children.every(hasEnded));
  await Promise.all(ends);
}

describe("createResourceMonitor()", () => {
  test.each([0, -1, 1.5, Number.NaN, Infinity])("%d is no process", (pid) => {
    const monitor = createResourceMonitor();
    expect(() => monitor.begin("step").attach(pid)).toThrow(
      new RangeError(`Cannot attach process: \`pid\` must be a positive whole number, got ${pid}`),
    );
    monitor.close();
  });

  test("knows its methods", () => {
    expect(() => createResourceMonitor({ method: "guess" as "auto" })).toThrow(RangeError);
  });

  test("a measurement without processes tells nothing, however often it ends, and takes nothing afterwards", () => {
    const monitor = createResourceMonitor();
    const measurement = monitor.begin("step");
    expect(measurement.end()).toBeUndefined();
    measurement.attach(process.pid);
    measurement.addCpuMs(500);
    expect(measurement.end()).toBeUndefined();
    expect(monitor.peak()).toBeUndefined();
    monitor.close();
    monitor.close();
  });

  test("what begins after the end is not measured", () => {
    const monitor = createResourceMonitor();
    monitor.close();
    const measurement = monitor.begin("step");
    expect(measurement.joinFile).toBeUndefined();
    measurement.attach(process.pid);
    expect(measurement.end()).toBeUndefined();
  });

  test("CPU time of threads is added up; what is no time is not", () => {
    const monitor = createResourceMonitor(withoutLooks);
    const measurement = monitor.begin("module");
    for (const ms of [20, Number.NaN, -5, Infinity, 2.5]) measurement.addCpuMs(ms);
    expect(measurement.end()).toEqual({ method: "thread", cpuMs: 22.5, samples: 0 });
    monitor.close();
  });
});

describe.runIf(process.platform === "linux")("createResourceMonitor() with real processes", () => {
  test("what a child took that is not measured and ended meanwhile is no part of a step", async () => {
    const monitor = createResourceMonitor(withoutLooks);
    const step = burn(100, true);
    const measurement = begin(monitor, step.child);
    const other = burn(1_000, false);
    await Promise.all([step.ready, other.ready]);
    await finish(other.child);
    await finish(step.child);
    const usage = measurement.end();
    monitor.close();
    expect(usage?.cpuMs).toBeGreaterThanOrEqual(90);
    // Less than the other one alone, by far.
    expect(usage?.cpuMs).toBeLessThan(500);
    expect(usage).not.toHaveProperty("estimatedCpuMs");
  });

  test("what ends between the end of a step and that of its measurement is no part of it", async () => {
    const monitor = createResourceMonitor(withoutLooks);
    const step = burn(100, true);
    const measurement = begin(monitor, step.child);
    const other = burn(1_000, false);
    await Promise.all([step.ready, other.ready]);
    await finish(step.child);
    await finish(other.child);
    const usage = measurement.end();
    monitor.close();
    expect(usage?.cpuMs).toBeGreaterThanOrEqual(90);
    expect(usage?.cpuMs).toBeLessThan(500);
  });

  test("a step that ends at the very moment of another child shares what both took, and says so", async () => {
    const monitor = createResourceMonitor(withoutLooks);
    const other = burn(1_000, false);
    const step = burn(100, true);
    const measurement = begin(monitor, step.child);
    await Promise.all([step.ready, other.ready]);
    await killTogether(step.child, other.child);
    const usage = measurement.end();
    monitor.close();
    // The other one has lived longer, if only by a little.
    expect(usage?.cpuMs).toBeLessThan(700);
    expect(usage?.estimatedCpuMs).toBe(usage?.cpuMs);
  });

  test("whatever goes wrong when a child ends is told, and is not thrown at whoever started it", async () => {
    const lost: string[] = [];
    let isBroken = false;
    const now = (): number => {
      if (isBroken) throw new Error("clock");
      return 0;
    };
    const monitor = createResourceMonitor({ ...withoutLooks, now, onLost: (message) => lost.push(message) });
    const step = burn(1, true);
    begin(monitor, step.child);
    await step.ready;
    isBroken = true;
    await finish(step.child);
    isBroken = false;
    monitor.close();
    expect(lost).toEqual(["what a process took in the end could not be read: Error: clock"]);
  });

  test("the end of the monitor ends what still goes on, with what is known then", async () => {
    let look: (() => void) | undefined;
    const monitor = createResourceMonitor({
      method: "proc",
      later: (callback) => {
        look = callback;
        return () => {};
      },
    });
    const step = burn(100, true, 1_000);
    const measurement = begin(monitor, step.child);
    await step.ready;
    look?.();
    monitor.close();
    await finish(step.child);
    const usage = measurement.end();
    // What it took afterwards is no part of it.
    expect(usage?.cpuMs).toBeLessThan(600);
    expect(usage?.cpuMs).toBeGreaterThanOrEqual(90);
    expect(measurement.end()).toBe(usage);
  });

  test("a first process that is told after it was seen is found with what it took before", async () => {
    let look: (() => void) | undefined;
    const monitor = createResourceMonitor({
      method: "proc",
      later: (callback) => {
        look = callback;
        return () => {};
      },
    });
    const measurement = monitor.begin("step");
    const step = burn(100, true);
    await step.ready;
    for (let looks = 0; looks < 3; looks += 1) look?.();
    measurement.attach(step.child.pid ?? 0);
    look?.();
    await finish(step.child);
    const usage = measurement.end();
    monitor.close();
    expect(usage).toMatchObject({ samples: 1, peakProcesses: 1 });
    expect(usage?.cpuMs).toBeGreaterThanOrEqual(90);
  });
});
