import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { CLEANUP_INTERVAL_MS, CLEANUP_STAMP, isCleanupDue, readCleanupStamp, stampCleanup } from "./daily-cleanup.ts";

const NOW_MS = 1_800_000_000_000;

test.each([
  ["never", undefined, true],
  ["now", NOW_MS, false],
  ["almost a day ago", NOW_MS - CLEANUP_INTERVAL_MS + 1, false],
  ["a day ago", NOW_MS - CLEANUP_INTERVAL_MS, true],
  ["in an hour, by another clock", NOW_MS + 3_600_000, false],
  ["in a year, by a clock that was wrong", NOW_MS + 365 * CLEANUP_INTERVAL_MS, true],
])("isCleanupDue() when the last clean-up was %s", (_, stampMs, isDue) => {
  expect(isCleanupDue(stampMs, NOW_MS)).toBe(isDue);
});

test.skipIf(process.platform === "win32").each<[string, (file: string) => void]>([
  ["nothing", () => undefined],
  ["a folder", (file) => mkdirSync(file)],
  ["a pipe", (file) => execFileSync("mkfifo", [file])],
])("stampCleanup() notes the time where there is %s, and does not wait", (_, prepare) => {
  const directory = temporaryDirectory();
  prepare(join(directory, CLEANUP_STAMP));
  for (const atMs of [NOW_MS, NOW_MS - 1000]) {
    stampCleanup(directory, atMs);
    expect(readCleanupStamp(directory)).toBe(atMs);
  }
  expect(readdirSync(directory)).toEqual([CLEANUP_STAMP]);
});

test("readCleanupStamp() knows of none in a directory that is not there", () => {
  expect(readCleanupStamp(join(temporaryDirectory(), "none"))).toBeUndefined();
});
