import type { RunnerReader } from "../runner-reader.ts";
import { countTests, NO_TESTS, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

/** `ok  <tab>package<tab>0.123s`, followed by `coverage: …` where measured, or by `(cached)` instead of a time. */
const PACKAGE = /^(?:ok {2}|FAIL)\t(\S{1,500})\t(\(cached\)|\d{1,9}\.\d{1,9}s)(?:\t|$)/u;
/** Told with `-v`, with further spaces for a test within a test. */
const TEST = /^--- (PASS|FAIL|SKIP): \S{1,500} \(\d{1,9}\.\d{1,9}s\)$/u;
const VERBOSE = /^=== RUN {3}/u;

interface PackageResult {
  readonly ms: number;
  readonly tests: TestCounts;
}

/** Reads `go test`: one line for each package, after its tests; all are added up. Without `-v` it tells only the tests that failed: no counts then. */
export function readGoTest(): RunnerReader {
  const packages = new Map<string, PackageResult>();
  let tests: TestCounts = NO_TESTS;
  let isVerbose = false;
  return {
    line: (text) => {
      if (VERBOSE.test(text)) isVerbose = true;
      const outcome = TEST.exec(text)?.[1];
      if (outcome !== undefined) tests = countTests(tests, outcome === "SKIP" ? "skipped" : outcome.toLowerCase(), 1);
      const [, name, time = ""] = PACKAGE.exec(text) ?? [];
      if (name === undefined) return;
      packages.set(name, { ms: toMilliseconds(time) ?? 0, tests });
      tests = NO_TESTS;
    },
    profile: () => {
      if (packages.size === 0) return undefined;
      const results = [...packages.values()];
      const sum = (of: (result: PackageResult) => number): number =>
        results.reduce((total, each) => total + of(each), 0);
      const counts = {
        passed: sum((result) => result.tests.passed),
        failed: sum((result) => result.tests.failed),
        skipped: sum((result) => result.tests.skipped),
      };
      const phases = [{ name: "execution", ms: sum(({ ms }) => ms) }];
      return { runner: "go test", phases, ...(isVerbose && { tests: counts }) };
    },
  };
}
