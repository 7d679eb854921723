import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTexts, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

/** `      Tests  1 failed | 3 passed (4)`, or `no tests`. */
const TESTS = /^ {0,12}Tests {1,4}((?:\d|no tests).*)$/u;
const DURATION = /^ {0,12}Duration {1,4}(\d[^(]{0,20}?)(?: \((.*)\))?$/u;
const PART = /^([a-z][a-z -]{0,30}) (\d.*)$/u;

/** Vitest names `import` what it named `collect` before version 4. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["collect", "discovery"],
  ["import", "discovery"],
  ["tests", "execution"],
]);

function readPhases(total: string, breakdown: string): TestProfile["phases"] {
  const phases = breakdown.split(", ").flatMap((part) => {
    const [, name, time] = PART.exec(part) ?? [];
    const ms = time === undefined ? undefined : toMilliseconds(time);
    return name === undefined || ms === undefined ? [] : [{ name: NAMES.get(name) ?? name, ms }];
  });
  const ms = toMilliseconds(total);
  return phases.length > 0 || ms === undefined ? phases : [{ name: "execution", ms }];
}

/** Reads Vitest's summary: `Tests`, then `Duration` with its parts. */
export function readVitest(): RunnerReader {
  let tests: TestCounts | undefined;
  let last: TestProfile | undefined;
  return {
    line: (text) => {
      const counted = TESTS.exec(text)?.[1];
      if (counted !== undefined) tests = countTexts(counted.replace(/ \(\d{1,9}\)$/u, "").split(" | "));
      const [, total, breakdown = ""] = DURATION.exec(text) ?? [];
      if (total === undefined || (tests === undefined && !breakdown.startsWith("transform "))) return;
      last = { runner: "vitest", phases: readPhases(total, breakdown), ...(tests && { tests }) };
      tests = undefined;
    },
    profile: () => last,
  };
}
