import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkMachine, type MachineFacts, type MachineSettings } from "./machine-checks.ts";
import { readCgroupLimits } from "./read-cgroup-limits.ts";

const GB = 2 ** 30;
const WELL: MachineFacts = {
  cpuCount: 8,
  cpuQuota: undefined,
  memoryBytes: 16 * GB,
  memoryLimitBytes: undefined,
  availableBytes: 8 * GB,
  openFiles: 1_048_576,
  linux: {
    governor: "schedutil",
    scalingDriver: "acpi-cpufreq",
    swappiness: 60,
    swaps: ["/dev/sda2"],
    dirtyRatio: 20,
    dirtyBackgroundRatio: 10,
  },
};
const NOTHING: MachineSettings = { maxParallelJobs: undefined, maxMemoryMb: undefined };

function of(facts: Partial<MachineFacts>, id: string, settings: Partial<MachineSettings> = {}): unknown {
  return checkMachine({ ...WELL, ...facts }, { ...NOTHING, ...settings }).find((check) => check.id === id);
}
const linux = (facts: Partial<NonNullable<MachineFacts["linux"]>>): Partial<MachineFacts> => ({
  linux: { ...(WELL.linux as NonNullable<MachineFacts["linux"]>), ...facts },
});
const advice = (mend: string): unknown =>
  expect.objectContaining({ state: "advice", mend: expect.stringContaining(mend) as unknown });
const ok: unknown = expect.objectContaining({ state: "ok" });

test("a machine that is well has nothing to mend", () => {
  const states = checkMachine(WELL, NOTHING).map(({ id, state }) => [id, state]);
  expect(states).toEqual(
    ["cores", "memory", "open-files", "cpu-governor", "swappiness", "write-back"].map((id) => [id, "ok"]),
  );
});

test("a quota below the cores is told where runs would not know of it", () => {
  expect(of({ cpuQuota: 1.5 }, "cores")).toEqual(advice("max_parallel_jobs: 2"));
  expect(of({ cpuQuota: 0.2 }, "cores")).toEqual(advice("max_parallel_jobs: 1"));
  expect(of({ cpuQuota: 1.5 }, "cores", { maxParallelJobs: 2 })).toEqual(ok);
  expect(of({ cpuQuota: 16 }, "cores")).toEqual(ok);
  expect(of({}, "cores", { maxParallelJobs: 17 })).toEqual(advice("MAX_PARALLEL_JOBS=8"));
});

test("a limit of memory is told where runs would not know of it", () => {
  expect(of({ memoryLimitBytes: 2 * GB }, "memory")).toEqual(advice("max_memory_mb: 2048"));
  expect(of({ memoryLimitBytes: 2 * GB }, "memory", { maxMemoryMb: 2_048 })).toEqual(ok);
  expect(of({}, "memory", { maxMemoryMb: 20_000 })).toEqual(advice("max_memory_mb: 16384"));
  expect(of({ availableBytes: 100 * 2 ** 20 }, "memory")).toEqual(advice("--concurrency 1"));
});

test("few open files are told, and none where the system has no limit", () => {
  expect(of({ openFiles: 1_024 }, "open-files")).toEqual(advice("nofile"));
  expect(of({ openFiles: undefined }, "open-files")).toBeUndefined();
});

test("settings of the kernel are advice where they cost something, and only on Linux", () => {
  expect(of(linux({ governor: "powersave" }), "cpu-governor")).toEqual(advice("schedutil"));
  // There it follows the load.
  expect(of(linux({ governor: "powersave", scalingDriver: "intel_pstate" }), "cpu-governor")).toEqual(ok);
  expect(of(linux({ governor: undefined }), "cpu-governor")).toBeUndefined();
  expect(of(linux({ swappiness: 100 }), "swappiness")).toEqual(advice("vm.swappiness=10"));
  expect(of(linux({ swappiness: 180, swaps: ["/dev/zram0"] }), "swappiness")).toBeUndefined();
  expect(of({ memoryBytes: 64 * GB }, "write-back")).toEqual(advice("vm.dirty_background_bytes"));
  expect(checkMachine({ ...WELL, linux: undefined }, NOTHING).map(({ id }) => id)).toEqual([
    "cores",
    "memory",
    "open-files",
  ]);
});

describe("readCgroupLimits()", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "aiw-cgroup-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
  };

  test("takes the least of its own group and those above, in version 2", () => {
    write({
      "proc/self/cgroup": "0::/a/b\n",
      "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
      "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
      "sys/fs/cgroup/a/b/memory.max": "1073741824\n",
      "sys/fs/cgroup/a/memory.max": "2147483648\n",
    });
    expect(readCgroupLimits(root)).toEqual({ cpus: 1.5, memoryBytes: GB });
  });

  test("reads version 1, also where a container sees its group as the root", () => {
    write({
      "proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    });
    expect(readCgroupLimits(root)).toEqual({ cpus: 0.5, memoryBytes: undefined });
  });

  test("leaves no tree by a group with dots, and knows no limit where there is none", () => {
    write({ "proc/self/cgroup": "0::/../../x\n", "sys/fs/cgroup/x/cpu.max": "-1 100000\n" });
    expect(readCgroupLimits(root)).toEqual({ cpus: undefined, memoryBytes: undefined });
    expect(readCgroupLimits(path.join(root, "nothing"))).toEqual({ cpus: undefined, memoryBytes: undefined });
  });
});
