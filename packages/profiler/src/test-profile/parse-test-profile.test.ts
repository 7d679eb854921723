import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTestProfile } from "./parse-test-profile.ts";

/** What a real run of the runner wrote; only paths, host names and plug-ins are changed. */
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
    ["node-junit", 210.178118],
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

  test("reads Mocha's time, rounded as Mocha rounds it", () => {
    expect(parseTestProfile(output("mocha"))).toEqual({
      runner: "mocha",
      phases: execution(1000),
      tests: { passed: 1, failed: 1, skipped: 2 },
    });
  });

  test("adds up the packages of go test, and counts its tests only where it names all of them", () => {
    expect(parseTestProfile(output("go"))).toEqual({ runner: "go test", phases: execution(124) });
    expect(parseTestProfile(output("go-verbose"))).toEqual({
      runner: "go test",
      phases: execution(125),
      tests: { passed: 2, failed: 1, skipped: 1 },
    });
    expect(parseTestProfile(output("go-verbose") + output("go-verbose"))).toEqual(
      parseTestProfile(output("go-verbose")),
    );
    expect(parseTestProfile("ok  \texample.com/shop/cart\t(cached)")?.phases).toEqual(execution(0));
  });

  test("adds up the test programs of cargo test, and tells the time of compiling", () => {
    const expected = {
      runner: "cargo test",
      phases: [
        { name: "compile", ms: 660 },
        { name: "execution", ms: 190 },
      ],
      tests: { passed: 2, failed: 1, skipped: 1 },
    };
    expect(parseTestProfile(output("cargo"))).toEqual(expected);
    expect(parseTestProfile(output("cargo") + output("cargo"))).toEqual(expected);
    const old = "    Finished test [unoptimized + debuginfo] target(s) in 1m 05s\n";
    const result = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s";
    expect(parseTestProfile(old + result)?.phases[0]).toEqual({ name: "compile", ms: 65_000 });
  });

  test("reads the time of Playwright, which it tells only where a test passed", () => {
    const tests = { passed: 1, failed: 1, skipped: 1 };
    expect(parseTestProfile(output("playwright"))).toEqual({ runner: "playwright", phases: execution(1100), tests });
    const nonePassed = output("playwright").replace("  1 passed (1.1s)\n", "");
    expect(parseTestProfile(nonePassed)).toEqual({ runner: "playwright", phases: [], tests: { ...tests, passed: 0 } });
    const flaky =
      "Running 6 tests using 2 workers\n  1 flaky\n    a.spec.ts:3:1 › a\n  2 did not run\n  3 passed (2.0m)\n";
    expect(parseTestProfile(flaky)).toEqual({
      runner: "playwright",
      phases: execution(120_000),
      tests: { passed: 4, failed: 0, skipped: 2 },
    });
  });

  test("counts the outermost tests of any TAP, and tells a time only where it has one", () => {
    const tests = { passed: 1, failed: 1, skipped: 2 };
    expect(parseTestProfile(output("tape"))).toEqual({
      runner: "tap",
      phases: [],
      tests: { passed: 1, failed: 1, skipped: 0 },
    });
    expect(parseTestProfile(output("mocha-tap"))).toEqual({ runner: "tap", phases: [], tests });
    // Node's own runner, stopped before its summary.
    const cut = output("node-tap").split("# tests ")[0] ?? "";
    expect(parseTestProfile(cut)).toMatchObject({ runner: "tap", phases: [{ ms: expect.closeTo(122.29, 2) }], tests });
    expect(parseTestProfile("TAP version 14\nok 1 - a # time=20ms\n1..1\n# time=1.5s\n")?.phases).toEqual(
      execution(1500),
    );
    expect(parseTestProfile("TAP version 14\nok 1 - a # time=20ms\nok 2 # time=5ms\n1..2\n")?.phases).toEqual(
      execution(25),
    );
  });

  test("takes TAP only where no other runner was recognised", () => {
    const slowTap = "TAP version 14\nok 1 - a # time=900s\n1..1\n";
    expect(parseTestProfile(slowTap)?.runner).toBe("tap");
    expect(parseTestProfile(slowTap + output("jest"))?.runner).toBe("jest");
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
    "ok",
    "ok 1 - a",
    "TAP version 14",
    "  1 failed",
    "3 passing (2s)",
    "ok 1 0.5s",
    "test result: ok. 3 passed",
  ])("does not take other lines for a runner: %j", (text) => {
    expect(parseTestProfile(text)).toBeUndefined();
  });
});

const OUTPUTS =
  `cargo go go-verbose jest mocha node-junit node-spec node-tap playwright pytest pytest-durations tape vitest vitest-colour`
    .split(" ")
    .map(output);

const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "\n",
    "\r",
    "\u001B[",
    "\u001B]8;;",
    "1.5",
    "-1",
    "9".repeat(12),
    "9".repeat(400),
    "NaN",
    "Infinity",
    "1e999",
  ),
  fc.constantFrom(
    "constructor",
    "__proto__",
    " passed",
    " failed",
    "duration_ms ",
    "ms",
    "s",
    "(",
    ")",
    "=",
    ", ",
    " | ",
  ),
);

/** An output in which pieces take the place of some of its characters. */
const damagedOutput = fc
  .tuple(fc.constantFrom(...OUTPUTS), fc.array(fc.tuple(fc.nat(3000), fc.nat(8), piece), { maxLength: 12 }))
  .map(([text, edits]) =>
    edits.reduce((damaged, [from, length, put]) => {
      const at = from % (damaged.length + 1);
      return damaged.slice(0, at) + put + damaged.slice(at + length);
    }, text),
  );

/** A digit that is written over by another: counts and times of any size, in lines that are still summaries. */
const otherNumbers = fc
  .tuple(fc.constantFrom(...OUTPUTS), fc.array(fc.stringMatching(/^[0-9]{1,14}$/u), { minLength: 1, maxLength: 8 }))
  .map(([text, numbers]) => {
    let at = 0;
    return text.replaceAll(/\d+/gu, () => numbers[at++ % numbers.length] ?? "");
  });

describe("parseTestProfile() on any text", () => {
  test("never throws, and its times and counts are finite and not negative", () => {
    fc.assert(
      fc.property(fc.oneof(damagedOutput, otherNumbers, fc.string({ unit: "binary" })), (text) => {
        const profile = parseTestProfile(text);
        const numbers = [...(profile?.phases.map(({ ms }) => ms) ?? []), ...Object.values(profile?.tests ?? {})];
        for (const number of numbers) expect(Number.isFinite(number) && number >= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  // A line that fits into what is looked at, and one of all of the text.
  const hostile: readonly (readonly [string, string])[] = [
    ["starts of control sequences", "\u001B["],
    ["unfinished control sequences", "\u001B[1;2;3;4;5;6;7;8;9"],
    ["unfinished links", "\u001B]8;;https://example.com/"],
    ["frames of pytest", "= "],
    ["one long frame of pytest", "="],
    ["frames in a frame of pytest", `= ${"=".repeat(900)}`],
    ["counts of pytest", "1 passed, "],
    ["counts of Vitest", "      Tests  1 passed | "],
    ["parts of Vitest", "   Duration  1s (tests 1ms, "],
    ["counts of Jest", "Tests: 1 total, total "],
    ["counts of cargo", "test result: ok. 1 passed; "],
    ["TAP directives", "ok 1 # time= # "],
    ["packages of Go", "ok  \t"],
    ["spaces", " "],
    ["carriage returns", "\r"],
  ];
  const textOf = (lineLength: number, part: string, length: number): string => {
    const line = `${part.repeat(Math.ceil(lineLength / part.length)).slice(0, lineLength - 2)}x\n`;
    return line.repeat(Math.ceil(length / lineLength)).slice(0, length);
  };
  const fastestMs = (text: string): number => {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      parseTestProfile(text);
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  test.each(hostile)("takes time in proportion to the length of a hostile log, of %s", (_, part) => {
    for (const lineLength of [1999, Infinity]) {
      const text = (length: number): string => textOf(Math.min(lineLength, length), part, length);
      // Eight times the text: eight times as long if in proportion, 64 times if quadratic. The millisecond is for clocks that are coarse.
      expect(fastestMs(text(1_000_000))).toBeLessThan(32 * (fastestMs(text(125_000)) + 1));
    }
  });
});
