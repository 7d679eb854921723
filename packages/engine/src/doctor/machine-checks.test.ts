import { expect, test } from "vitest";
import { checkMachine, type MachineFacts, type MachineSettings } from "./machine-checks.ts";

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

const found = (message: string): unknown => expect.objectContaining({ state: "ok", message });

test("a quota below the cores is told with the steps that follow from it, and more than those take from each other", () => {
  const quota = "8 cores, of which the time of 1.5 may be used";
  expect(of({ cpuQuota: 1.5 }, "cores")).toEqual(found(`${quota}, 2 steps at a time`));
  expect(of({ cpuQuota: 0.2 }, "cores")).toEqual(
    found("8 cores, of which the time of 0.2 may be used, 1 step at a time"),
  );
  expect(of({ cpuQuota: 1.5 }, "cores", { maxParallelJobs: 4 })).toEqual(found(`${quota}, 4 steps at a time`));
  expect(of({ cpuQuota: 1.5 }, "cores", { maxParallelJobs: 5 })).toEqual(advice("max_parallel_jobs: 2"));
  expect(of({ cpuQuota: 16 }, "cores")).toEqual(found("8 cores, 8 steps at a time"));
  expect(of({}, "cores", { maxParallelJobs: 17 })).toEqual(advice("MAX_PARALLEL_JOBS=8"));
});

test("a limit of memory is told, and that steps may be given more than it", () => {
  expect(of({ memoryLimitBytes: 2 * GB, availableBytes: GB }, "memory")).toEqual(
    found("16.0 GB of memory, of which 2.0 GB may be used, 1.0 GB of it free"),
  );
  expect(of({ memoryLimitBytes: 2 * GB }, "memory", { maxMemoryMb: 2_049 })).toEqual(advice("max_memory_mb: 2048"));
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
