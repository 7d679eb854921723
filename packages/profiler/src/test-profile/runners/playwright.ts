import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTexts, NO_TESTS, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

const STARTED = /^Running \d{1,9} tests? using \d{1,9} workers?/u;
const COUNTED =
  /^ {2}(\d{1,9} (?:failed|flaky|interrupted|skipped|did not run|passed))(?: \((\d[\d.]{0,12}(?:ms|s|m|h|d))\))?$/u;

/** Reads Playwright's summary, which ends with `3 passed (4.1s)`; where none passed it tells no time. */
export function readPlaywright(): RunnerReader {
  let tests: TestCounts | undefined;
  let last: TestProfile | undefined;
  return {
    line: (text) => {
      if (STARTED.test(text)) tests = NO_TESTS;
      const [, counted, time = ""] = COUNTED.exec(text) ?? [];
      if (counted === undefined) return;
      const ms = toMilliseconds(time);
      if (tests === undefined && ms === undefined) return;
      tests = countTexts([counted], tests);
      last = { runner: "playwright", phases: ms === undefined ? [] : [{ name: "execution", ms }], tests };
      if (ms !== undefined) tests = undefined;
    },
    profile: () => last,
  };
}
