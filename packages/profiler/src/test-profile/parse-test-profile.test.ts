import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTestProfile } from "./parse-test-profile.ts";

/** What a real run of the runner wrote, unless the file says that it was written from the documented format; paths are changed. */
const output = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../test/test-outputs/${name}.txt`, import.meta.url)), "utf8");

const execution = (ms: number): readonly { name: string; ms: number }[] => [{ name: "execution", ms }];

describe("parseTestProfile()", () => {
  test.each(["vitest", "vitest-colour"])("reads the parts of Vitest's duration, from %s", (name) => {
    expect(parseTestProfile(output(name))).toEqual({
      runner: "vitest",
      phases: [
        { name: "transform", ms: 26 },
        { name: "setup", ms: 0 },
        { name: "discovery", ms: 35 },
        { name: "execution", ms: 132 },
        { name: "environment", ms: 0 },
      ],
      tests: { passed: 1, failed: 1, skipped: 2 },
    });
  });

  test("reads what Vitest before version 4 called collect, and a duration without parts", () => {
    const parts = "transform 120ms, setup 0ms, collect 1.2s, tests 900ms, environment 0ms, prepare 80ms";
    const summary = (duration: string) =>
      ` Test Files  1 passed (1)\n      Tests  no tests\n   Duration  ${duration}\n`;
    expect(parseTestProfile(summary(`2.31s (${parts})`))?.phases).toContainEqual({ name: "discovery", ms: 1200 });
    expect(parseTestProfile(summary("2.31s"))).toEqual({
      runner: "vitest",
      phases: execution(2310),
      tests: { passed: 0, failed: 0, skipped: 0 },
    });
  });

  test.each([
    ["jest", 346],
    ["jest-coverage", 333],
  ])("reads Jest's time, from %s", (name, ms) => {
    expect(parseTestProfile(output(name))).toEqual({
      runner: "jest",
      phases: execution(ms),
      tests: { passed: 1, failed: 1, skipped: 2 },
    });
  });

  test.each([
    ["node-spec", 194.826491],
    ["node-spec-coverage", 208.35566],
    ["node-tap", 192.450728],
  ])("reads the summary of Node's own runner, from %s", (name, ms) => {
    expect(parseTestProfile(output(name))).toEqual({
      runner: "node:test",
      phases: execution(ms),
      tests: { passed: 1, failed: 1, skipped: 2 },
    });
  });

  test("reads pytest's last line, loud or quiet", () => {
    const tests = { passed: 1, failed: 1, skipped: 2 };
    expect(parseTestProfile(output("pytest-quiet"))).toEqual({ runner: "pytest", phases: execution(710), tests });
    expect(parseTestProfile("==== 2 passed, 1 warning in 75.32s (0:01:15) ====")).toEqual({
      runner: "pytest",
      phases: execution(75_320),
      tests: { passed: 2, failed: 0, skipped: 0 },
    });
    expect(parseTestProfile("==== no tests ran in 0.01s ====")?.phases).toEqual(execution(10));
  });

  test.each([
    ["pytest", 650],
    ["pytest-durations", 690],
  ])("tells fixtures apart from the tests where pytest lists durations, from %s", (name, ms) => {
    expect(parseTestProfile(output(name))).toEqual({
      runner: "pytest",
      phases: [
        { name: "execution", ms },
        { name: "setup", ms: 50 },
        { name: "teardown", ms: 20 },
      ],
      tests: { passed: 1, failed: 1, skipped: 2 },
    });
  });

  test("takes the last summary of a runner", () => {
    const again = output("jest").replace("0.346 s", "7.5 s").replace("1 failed, 1 skipped", "3 failed, 1 skipped");
    expect(parseTestProfile(output("jest") + again)).toMatchObject({ phases: execution(7500), tests: { failed: 3 } });
    expect(parseTestProfile(again + output("jest"))).toMatchObject({ phases: execution(346), tests: { failed: 1 } });
  });

  test("takes the runner with the longest execution when there are several", () => {
    expect(parseTestProfile(output("pytest") + output("jest"))?.runner).toBe("pytest");
    expect(parseTestProfile(output("jest") + output("vitest"))?.runner).toBe("jest");
    expect(parseTestProfile(output("vitest") + output("jest"))?.runner).toBe("jest");
  });

  test("reads lines that end in CR LF or were written over after a CR", () => {
    const expected = parseTestProfile(output("vitest"));
    expect(parseTestProfile(output("vitest").replaceAll("\n", "\r\n"))).toEqual(expected);
    expect(parseTestProfile(output("vitest").replaceAll("\n", "\n3 of 7\r"))).toEqual(expected);
  });

  test.each([
    "",
    "compiled in 1.2s",
    "Time:        3 s",
    "   Duration  3.00s",
    "Tests:       1 passed, 1 total",
    "all 3 passed in 2.0s",
    "ℹ tests 4",
  ])("does not take other lines for a runner: %j", (text) => {
    expect(parseTestProfile(text)).toBeUndefined();
  });
});

const summaryPart = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    ..."\n,\r, ,\u001B[1m,Tests,Tests:,Time:,Duration,passed,failed,total,|,(,),=,#,s,ms,m, in ,. ,1..".split(","),
  ),
  fc.constantFrom("duration_ms", "# pass 1", "9".repeat(400), "1.5", "-1", "constructor", "__proto__"),
);

describe("parseTestProfile() on any text", () => {
  test("never throws, and its times and counts are finite and not negative", () => {
    const anyText = fc.oneof(
      fc.array(summaryPart, { maxLength: 60 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const profile = parseTestProfile(text);
        const numbers = [...(profile?.phases.map(({ ms }) => ms) ?? []), ...Object.values(profile?.tests ?? {})];
        for (const number of numbers) expect(Number.isFinite(number) && number >= 0).toBe(true);
      }),
    );
  });
});
