import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openResourceLog } from "./resource-log.ts";

const sample = { label: "unit tests", atMs: 1_500, cpuPercent: 150.25, memoryBytes: 3 * 2 ** 20, processes: 2 };

test("each look is a line, with the wall clock of its moment", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "resource-log-"));
  const file = path.join(folder, "resources.log");
  const log = openResourceLog(file, Date.parse("2026-01-01T10:00:00.000Z"), (message) => expect.fail(message));
  log.write(sample);
  log.write({ ...sample, atMs: 2_000, diskBytesPerSecond: 2 ** 19 });
  log.close();
  const rows = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  expect(rows).toEqual([
    ["TIME", "CPU%", "MEM(MB)", "DISK(MB/s)", "STEP"],
    ["2026-01-01T10:00:01.500Z", "150.3", "3.0", "-", "unit\\u{20}tests"],
    ["2026-01-01T10:00:02.000Z", "150.3", "3.0", "0.5", "unit\\u{20}tests"],
  ]);
  rmSync(folder, { recursive: true });
});

test.runIf(existsSync("/dev/full"))("a full disk ends the log, is told once, and nothing else", () => {
  const told: string[] = [];
  const log = openResourceLog("/dev/full", 0, (message) => told.push(message));
  log.write(sample);
  log.write(sample);
  log.close();
  expect(told).toEqual(["/dev/full could not be written (ENOSPC)"]);
});

test("a folder that is not there is told once", () => {
  const told: string[] = [];
  const log = openResourceLog("/nowhere/at/all.log", 0, (message) => told.push(message));
  log.write(sample);
  log.close();
  expect(told).toEqual(["/nowhere/at/all.log could not be written (ENOENT)"]);
});
