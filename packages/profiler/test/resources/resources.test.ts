/** What is measured against what really was taken: real processes, whose own counters tell the truth. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResourceSample, ResourceUsage } from "../../src/resource-usage.ts";
import {
  createResourceMonitor,
  type Measurement,
  type ResourceMonitor,
  type ResourceMonitorOptions,
} from "../../src/resources/create-resource-monitor.ts";

const BURN = path.join(import.meta.dirname, "burn.cjs");
const node = JSON.stringify(process.execPath);

let folder: string;
let truthFile: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "resources "));
  truthFile = path.join(folder, "truth");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const burn = (ms: number, file = truthFile): string => `${node} ${JSON.stringify(BURN)} ${ms} ${JSON.stringify(file)}`;

/** CPU time in milliseconds as the processes themselves told it. */
const truth = (file = truthFile): number =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line), 0);

/** CPU time in milliseconds that the kernel spent for a shell and its children, as its `times` tells it: "0m0.160s 0m0.320s". */
const timesTruth = (): number =>
  [...readFileSync(truthFile, "utf8").matchAll(/ (\d+)m([\d.]+)s$/gm)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );

interface Started {
  readonly child: ChildProcess;
  readonly measurement: Measurement;
  /** Resolves when the process has ended. */
  readonly usage: Promise<ResourceUsage | undefined>;
}

function start(monitor: ResourceMonitor, label: string, script: string): Started {
  const marker = `RESOURCE_TEST=${folder}-${label}`;
  const measurement = monitor.begin(label, { marker });
  const join = measurement.joinFile === undefined ? "" : `echo $$ > '${measurement.joinFile}'\n`;
  const child = spawn("bash", ["-c", join + script], {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, RESOURCE_TEST: `${folder}-${label}` },
  });
  if (child.pid !== undefined) measurement.attach(child.pid);
  const usage = once(child, "exit").then(() => measurement.end());
  return { child, measurement, usage };
}

async function measure(script: string, options: ResourceMonitorOptions): Promise<ResourceUsage> {
  const monitor = createResourceMonitor(options);
  try {
    const usage = await start(monitor, "step", script).usage;
    if (usage === undefined) throw new Error("nothing was measured");
    return usage;
  } finally {
    monitor.close();
  }
}

const linux = process.platform === "linux";
const MB = 2 ** 20;

/** Starting Node takes CPU time that the burning process tells with its own, and bash takes a few milliseconds. */
function expectClose(measured: number | undefined, real: number): void {
  expect(measured).toBeGreaterThan(0.95 * real);
  expect(measured).toBeLessThan(1.05 * real + 30);
}

/** A machine may not let us make groups. */
const hasCgroups = (() => {
  if (!linux) return false;
  const monitor = createResourceMonitor({ method: "cgroup" });
  const { joinFile } = monitor.begin("probe");
  monitor.close();
  return joinFile !== undefined;
})();

const methods = [
  ["proc", linux],
  ["cgroup", hasCgroups],
] as const;

describe.each(methods)("method %s", (method, isHere) => {
  test.runIf(isHere)("CPU time of many processes that come and go is measured within 5 %", async () => {
    const usage = await measure(`for i in 1 2 3 4 5 6 7 8; do ( ${burn(150)} ); done; exit 0`, { method });
    expect(usage.method).toBe(method);
    expectClose(usage.cpuMs, truth());
  });

  test.runIf(isHere)("what programs compute themselves and what the kernel does for them are told apart", async () => {
    const shares: number[] = [];
    for (const work of ["head -c 4G /dev/zero > /dev/null", "for ((i = 0; i < 300000; i += 1)); do :; done"]) {
      const { cpuMs = 0, systemCpuMs = 0 } = await measure(`${work}; times > ${JSON.stringify(truthFile)}`, { method });
      expect(Math.abs(systemCpuMs - timesTruth())).toBeLessThan(0.15 * cpuMs + 40);
      shares.push(systemCpuMs / cpuMs);
    }
    const [copying = 0, computing = 1] = shares;
    expect(copying).toBeGreaterThan(computing);
  });

  test.runIf(isHere)(
    "a process that nobody waits for, and one that left group, session and parent, are counted",
    async () => {
      const other = path.join(folder, "daemon");
      const seen = path.join(folder, "seen");
      const untilSeen = `while [ ! -e ${JSON.stringify(seen)} ]; do sleep 0.1; done`;
      const daemon = `( ${burn(400, other)}; ${untilSeen} ) & sleep 0.1`;
      const script = `setsid bash -c '${daemon.replaceAll("'", `'\\''`)}' & ${burn(700)}; ${untilSeen}; sleep 0.3`;
      let looks = 0;
      // What it took is known once a look has seen it, and then it may end.
      const onSample = (): void => {
        if (existsSync(other)) looks += 1;
        if (looks === 2) writeFileSync(seen, "");
      };
      const usage = await measure(script, { method, onSample });
      expect(usage.cpuMs).toBeGreaterThan(0.95 * (truth() + truth(other)));
      expect(usage.cpuMs).toBeLessThan(1.05 * (truth() + truth(other)) + 200);
    },
  );

  test.runIf(isHere)("steps that run at the same time get what is theirs", async () => {
    const monitor = createResourceMonitor({ method });
    const files = ["a", "b", "c"].map((name) => path.join(folder, name));
    const started = files.map((file, index) =>
      start(monitor, path.basename(file), `${burn(300 * (index + 1), file)}; true`),
    );
    const usages = await Promise.all(started.map(({ usage }) => usage));
    monitor.close();
    for (const [index, usage] of usages.entries()) expectClose(usage?.cpuMs, truth(files[index]));
    expect(monitor.peak()?.memoryBytes).toBeGreaterThan(
      Math.max(...usages.map((usage) => usage?.peakMemoryBytes ?? 0)) * 0.9,
    );
  });

  test.runIf(isHere)("a step that is over before the first look is counted all the same", async () => {
    const usage = await measure(burn(60), { method, later: () => () => {} });
    expect(usage.samples).toBe(0);
    expectClose(usage.cpuMs, truth());
    expect(usage.peakMemoryBytes).toBeUndefined();
  });
});

describe.runIf(hasCgroups)("groups of the kernel", () => {
  test("a step that moves itself to another group is measured by what was seen of its processes", async () => {
    const monitor = createResourceMonitor({ method: "cgroup" });
    const { joinFile = "" } = monitor.begin("probe");
    const outside = path.join(path.dirname(joinFile), "..", "cgroup.procs");
    monitor.close();
    const usage = await measure(`echo $$ > '${outside}'; ${burn(600)}; true`, { method: "cgroup" });
    expect(usage.method).toBe("proc");
    expectClose(usage.cpuMs, truth());
  });

  test("a group that still has processes when its step ends is removed when they are gone", async () => {
    const monitor = createResourceMonitor({ method: "cgroup" });
    const left = path.join(folder, "left");
    const { usage, measurement } = start(monitor, "step", `sleep 1000 & echo $! > ${JSON.stringify(left)}`);
    await usage;
    const group = path.dirname(measurement.joinFile ?? "");
    expect(existsSync(group)).toBe(true);
    process.kill(Number(readFileSync(left, "utf8")), "SIGKILL");
    // Whoever waits for orphans does so when it likes.
    await expect.poll(() => readFileSync(path.join(group, "cgroup.procs"), "utf8"), { timeout: 20_000 }).toBe("");
    monitor.close();
    expect(existsSync(group)).toBe(false);
  });
});

describe.runIf(linux)("memory and storage", () => {
  test("the largest memory is measured within 5 %", async () => {
    // It goes on until two looks have seen it, however long that takes.
    const hold = `const held = Buffer.alloc(150 * ${MB}, 1);
require("node:fs").writeFileSync(process.argv[1], String(process.resourceUsage().maxRSS * 1024));
setInterval(() => held.length, 1000);`;
    let looks = 0;
    let end = (): unknown => undefined;
    const monitor = createResourceMonitor({
      method: "proc",
      onSample: ({ memoryBytes }) => {
        if (memoryBytes > 150 * MB) looks += 1;
        if (looks === 2) end();
      },
    });
    const started = start(monitor, "step", `exec ${node} -e '${hold}' ${JSON.stringify(truthFile)}`);
    end = () => started.child.kill("SIGKILL");
    const usage = await started.usage;
    monitor.close();
    expectClose(usage?.peakMemoryBytes, truth());
  });

  // A file system in memory has no storage.
  const TMPFS = 0x01021994;
  test.runIf(statfsSync(tmpdir()).type !== TMPFS)(
    "bytes written by a process that is gone are measured within 5 %",
    async () => {
      const write = `dd if=/dev/zero of=${JSON.stringify(path.join(folder, "data"))} bs=1M count=20 conv=fsync 2>/dev/null`;
      const usage = await measure(`( ${write} ); true`, { method: "proc" });
      expect(usage.writeBytes).toBeGreaterThanOrEqual(0.95 * 20 * MB);
      expect(usage.writeBytes).toBeLessThanOrEqual(1.05 * 20 * MB);
    },
  );

  test("each look is told: load, memory, processes", async () => {
    const samples: ResourceSample[] = [];
    await measure(`${burn(1_200)} & ${burn(1_200)}; wait`, {
      method: "proc",
      onSample: (sample) => samples.push(sample),
    });
    expect(samples.length).toBeGreaterThan(1);
    expect(samples.every(({ label }) => label === "step")).toBe(true);
    expect(Math.max(...samples.map(({ processes }) => processes))).toBe(3);
    expect(Math.max(...samples.map(({ cpuPercent }) => cpuPercent))).toBeGreaterThan(20);
    expect(Math.max(...samples.map(({ memoryBytes }) => memoryBytes))).toBeGreaterThan(20 * MB);
  });

  test("a listener that throws ends nothing", async () => {
    const usage = await measure(`${burn(400)}; true`, {
      method: "proc",
      onSample: () => {
        throw new Error("listener");
      },
    });
    expect(usage.samples).toBeGreaterThan(0);
    expectClose(usage.cpuMs, truth());
  });
});

test.runIf(process.platform !== "win32")("with ps, what was seen is told", async () => {
  const samples: ResourceSample[] = [];
  const usage = await measure(`${burn(2_500)}; true`, { method: "ps", onSample: (sample) => samples.push(sample) });
  expect(usage.method).toBe("ps");
  expect(usage.samples).toBeGreaterThan(0);
  expect(usage.peakMemoryBytes).toBeGreaterThan(20 * MB);
  expect(usage.cpuMs).toBeLessThan(truth() + 1_000);
});
