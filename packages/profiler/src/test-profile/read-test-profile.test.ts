import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTestProfile } from "./read-test-profile.ts";

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "test-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SUMMARY = "1 passed in 2.50s\n";

/** A log of this many bytes before the summary and after it. */
function logOf(before: number, after: number): string {
  const file = join(folder, "step.log");
  const filling = (bytes: number): string => "a line of a test\n".repeat(Math.ceil(bytes / 17));
  writeFileSync(file, filling(before) + SUMMARY + filling(after));
  return file;
}

describe("readTestProfile()", () => {
  test("reads all of a log up to 1.25 MiB", () => {
    expect(readTestProfile(logOf(0, 0))?.runner).toBe("pytest");
    expect(readTestProfile(logOf(0.2 * MIB, 1.04 * MIB))?.runner).toBe("pytest");
    expect(readTestProfile(logOf(0.5 * MIB, 0.5 * MIB))?.runner).toBe("pytest");
  });

  test("reads the first 256 KiB and the last MiB of a longer one, and not what is between", () => {
    expect(readTestProfile(logOf(0.2 * MIB, 3 * MIB))?.runner).toBe("pytest");
    expect(readTestProfile(logOf(3 * MIB, 0.9 * MIB))?.runner).toBe("pytest");
    expect(readTestProfile(logOf(1 * MIB, 2 * MIB))).toBeUndefined();
  });

  test("leaves out a line that the end of what is read cuts through", () => {
    const file = join(folder, "cut.log");
    const tail = `${"x".repeat(50)}\n`.repeat(MIB / 51).padEnd(MIB - 17, "\n");
    writeFileSync(file, `${"\n".repeat(2 * MIB)}17${SUMMARY.trimEnd()}${tail}`);
    expect(readTestProfile(file)).toBeUndefined();
  });

  test("is undefined for a file that is missing, a folder, an empty file and bytes that are no text", () => {
    expect(readTestProfile(join(folder, "missing.log"))).toBeUndefined();
    expect(readTestProfile(folder)).toBeUndefined();
    expect(readTestProfile("a\0b")).toBeUndefined();
    const file = join(folder, "bytes.log");
    writeFileSync(file, "");
    expect(readTestProfile(file)).toBeUndefined();
    writeFileSync(
      file,
      Uint8Array.from({ length: 5000 }, (_, index) => (index * 89) % 256),
    );
    expect(readTestProfile(file)).toBeUndefined();
  });

  test.skipIf(process.platform === "win32")("does not wait for somebody to write to a pipe", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(readTestProfile(pipe)).toBeUndefined();
  });
});
