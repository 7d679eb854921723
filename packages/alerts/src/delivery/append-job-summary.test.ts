import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendJobSummary, MAX_JOB_SUMMARY_BYTES } from "./append-job-summary.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "summary-"));
  file = join(folder, "summary.md");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("appendJobSummary()", () => {
  test.each([
    [undefined, "new\n"],
    ["", "new\n"],
    ["a", "a\n\nnew\n"],
    ["a\n", "a\n\nnew\n"],
    ["a\n\n", "a\n\nnew\n"],
  ])("after %j the file holds %j", (before, after) => {
    if (before !== undefined) writeFileSync(file, before);
    expect(appendJobSummary(file, "new")).toEqual({ ok: true });
    expect(readFileSync(file, "utf8")).toBe(after);
  });

  test("fills the file to the last byte GitHub shows, and not beyond", () => {
    writeFileSync(file, "a".repeat(MAX_JOB_SUMMARY_BYTES - 6));
    expect(appendJobSummary(file, "four")).toMatchObject({ ok: false, failure: "no-room" });
    expect(statSync(file).size).toBe(MAX_JOB_SUMMARY_BYTES - 6);
    expect(appendJobSummary(file, "one")).toEqual({ ok: true });
    expect(statSync(file).size).toBe(MAX_JOB_SUMMARY_BYTES);
  });

  test("says so when there is no file to write to", () => {
    expect(appendJobSummary(join(folder, "gone", "summary.md"), "x")).toMatchObject({
      ok: false,
      failure: "unreachable",
    });
    expect(appendJobSummary(folder, "x")).toMatchObject({ ok: false, failure: "unreachable" });
    expect(appendJobSummary("/dev/null", "x")).toMatchObject({ ok: false, failure: "misconfigured" });
  });
});
