import type { RunnerReader } from "../runner-reader.ts";
import { countTests, NO_TESTS, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

const VERSION = /^TAP version 1[34]$/u;
const PLAN = /^1\.\.\d{1,9}(?: #|$)/u;
const TEST = /^(ok|not ok)(?: \d{1,9})?(?: |$)/u;
const DIRECTIVE = / # (?:skip|todo)\b/iu;
/** Of a test on its own line, and of the whole run. */
const TIME = /^(# |(?:ok|not ok) .* # )time=(\d[\d.]{0,20}m?s)$/u;
/** In the block that may follow a test. */
const DURATION = /^ {2}duration_ms: (\d{1,12}(?:\.\d{1,12})?)$/u;

/** Reads the Test Anything Protocol: the outermost tests, their times where told (they are added up), and `# time=` of the whole. */
export function readTap(): RunnerReader {
  let isTap = false;
  let tests: TestCounts = NO_TESTS;
  let ownMs: number | undefined;
  let wholeMs: number | undefined;
  return {
    line: (text) => {
      if (VERSION.test(text)) {
        tests = NO_TESTS;
        ownMs = undefined;
        wholeMs = undefined;
      }
      isTap ||= VERSION.test(text) || PLAN.test(text);
      const outcome = TEST.exec(text)?.[1];
      if (outcome !== undefined) {
        const word = DIRECTIVE.test(text) ? "skipped" : outcome === "ok" ? "passed" : "failed";
        tests = countTests(tests, word, 1);
      }
      const [, of, time = ""] = TIME.exec(text) ?? [];
      const ms = toMilliseconds(time);
      if (of === "# ") wholeMs = ms;
      else if (ms !== undefined) ownMs = (ownMs ?? 0) + ms;
      const duration = DURATION.exec(text)?.[1];
      if (duration !== undefined) ownMs = (ownMs ?? 0) + Number(duration);
    },
    profile: () => {
      if (!isTap || tests.passed + tests.failed + tests.skipped === 0) return undefined;
      const ms = wholeMs ?? ownMs;
      return { runner: "tap", phases: ms === undefined ? [] : [{ name: "execution", ms }], tests };
    },
  };
}
