import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCgroupLimits } from "./read-cgroup-limits.ts";
import { usableCores } from "./usable-cores.ts";

const GB = 2 ** 30;

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

  test("reads both versions side by side, the least of each group and those above", () => {
    write({
      "proc/self/cgroup": "3:cpu,cpuacct:/user/me\n2:memory:/limited\n0::/user\n",
      "sys/fs/cgroup/cpu/user/me/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu/user/me/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu/user/cpu.cfs_quota_us": "300000\n",
      "sys/fs/cgroup/cpu/user/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/memory/limited/memory.limit_in_bytes": `${3 * GB}\n`,
      "sys/fs/cgroup/user/memory.max": `${2 * GB}\n`,
    });
    expect(readCgroupLimits(root)).toEqual({ cpus: 3, memoryBytes: 2 * GB });
  });
});

test("part of a core is worth a step, and a quota above the cores makes no more of them", () => {
  expect(usableCores({ cpus: 0.01 })).toBe(1);
  expect(usableCores({ cpus: 1 })).toBe(1);
  expect(usableCores({ cpus: availableParallelism() - 0.5 })).toBe(availableParallelism());
  expect(usableCores({ cpus: 10_000 })).toBe(availableParallelism());
  expect(usableCores({ cpus: undefined })).toBe(availableParallelism());
});
