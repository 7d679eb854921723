import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTexts, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

const TESTS = /^Tests: {1,12}(\d.*\btotal)$/u;
const TIME = /^Time: {1,12}(\d[^,]{0,30})/u;

/** Reads Jest's summary: `Tests:`, then `Time:`. */
export function readJest(): RunnerReader {
  let tests: TestCounts | undefined;
  let last: TestProfile | undefined;
  return {
    line: (text) => {
      const counted = TESTS.exec(text)?.[1];
      if (counted !== undefined) tests = countTexts(counted.split(", "));
      const time = TIME.exec(text)?.[1];
      const ms = time === undefined ? undefined : toMilliseconds(time);
      if (ms === undefined || tests === undefined) return;
      last = { runner: "jest", phases: [{ name: "execution", ms }], tests };
      tests = undefined;
    },
    profile: () => last,
  };
}
