import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createProcFiles, readKernelUnits } from "./proc-files.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "proc "));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
const write = (file: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
};

describe("createProcFiles()", () => {
  test("lists what is a number, and nothing when the folder cannot be read", () => {
    for (const name of ["1", "4194304", "self", "2x", "-3", "007", "99999999999999999999"]) {
      mkdirSync(path.join(root, name));
    }
    expect(
      createProcFiles(root)
        .list()
        ?.toSorted((a, b) => a - b),
    ).toEqual([1, 4_194_304]);
    expect(createProcFiles(path.join(root, "missing")).list()).toBeUndefined();
  });

  test("a process that has vanished, or whose files are cut or something else, tells nothing", () => {
    write("7/stat", "7 (cut");
    write("7/io", "rchar: 5\n");
    write("7/status", "Name:\ta\n");
    mkdirSync(path.join(root, "8/stat"), { recursive: true });
    const files = createProcFiles(root);
    for (const pid of [7, 8, 9]) {
      expect(files.stat(pid)).toBeUndefined();
      expect(files.storage(pid)).toBeUndefined();
      expect(files.highWater(pid)).toBeUndefined();
      expect(files.variables(pid)).toEqual([]);
    }
  });

  test("reads storage, the largest memory and the environment; a name cannot pretend to be another line", () => {
    write("7/io", "rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 3\n");
    write("7/status", "Name:\tVmHWM: 5 kB\nVmPeak:\t   99 kB\nVmHWM:\t   12 kB\n");
    write("7/environ", "A=1\0B=x\ny\0");
    const files = createProcFiles(root);
    expect(files.storage(7)).toEqual({ readBytes: 4_096, writeBytes: 8_192 });
    expect(files.highWater(7)).toBe(12 * 1_024);
    expect(files.variables(7)).toEqual(["A=1", "B=x\ny", ""]);
  });

  test.runIf(process.platform === "linux")("what this process tells of itself fits what Node tells", () => {
    const files = createProcFiles();
    expect(files.list()).toContain(process.pid);
    expect(files.stat(process.pid)).toMatchObject({ pid: process.pid, parentPid: process.ppid });
    const before = process.cpuUsage();
    const own = files.stat("self")?.ownCpuMs ?? Number.NaN;
    const after = process.cpuUsage();
    // Two counters, each cut to a tick of 10 ms.
    expect(own).toBeGreaterThanOrEqual((before.user + before.system) / 1_000 - 20);
    expect(own).toBeLessThanOrEqual((after.user + after.system) / 1_000 + 20);
    expect(files.highWater(process.pid)).toBeGreaterThan(10 * 2 ** 20);
    expect(files.variables(process.ppid).length).toBeGreaterThan(0);
  });
});

describe("readKernelUnits()", () => {
  const entry = (key: number, value: number): Uint8Array => {
    const pair = Buffer.alloc(16);
    pair.writeBigUInt64LE(BigInt(key), 0);
    pair.writeBigUInt64LE(BigInt(value), 8);
    return pair;
  };

  test.runIf(process.arch.includes("64"))("takes the tick and the page from what the kernel hands to programs", () => {
    write("self/auxv", Buffer.concat([entry(6, 65_536), entry(3, 1), entry(17, 1_000), entry(0, 0)]));
    expect(readKernelUnits(root)).toEqual({ tickMs: 1, pageBytes: 65_536 });
  });

  test("without it, or when it is cut, the usual ones are taken", () => {
    expect(readKernelUnits(root)).toEqual({ tickMs: 10, pageBytes: 4_096 });
    write("self/auxv", Buffer.concat([entry(6, 0), entry(17, 100).subarray(0, 9)]));
    expect(readKernelUnits(root)).toEqual({ tickMs: 10, pageBytes: 4_096 });
  });
});
