import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTests, countTexts, NO_TESTS } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

const PASSING = /^ {2}(\d{1,9}) passing \((\d{1,9}(?:ms|s|m|h|d))\)$/u;
const OTHERS = /^ {2}(\d{1,9} (?:pending|failing))$/u;

/** Reads Mocha's summary: `3 passing (2s)`, then what is pending and what failed. */
export function readMocha(): RunnerReader {
  let last: (TestProfile & { readonly tests: NonNullable<TestProfile["tests"]> }) | undefined;
  return {
    line: (text) => {
      const [, passing, time = ""] = PASSING.exec(text) ?? [];
      const ms = toMilliseconds(time);
      if (passing !== undefined && ms !== undefined) {
        const tests = countTests(NO_TESTS, "passing", Number(passing));
        last = { runner: "mocha", phases: [{ name: "execution", ms }], tests };
      }
      const other = OTHERS.exec(text)?.[1];
      if (last !== undefined && other !== undefined) last = { ...last, tests: countTexts([other], last.tests) };
    },
    profile: () => last,
  };
}
