import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTests, NO_TESTS } from "../test-counts.ts";

/** One line of the summary: of the spec reporter, of tap, of junit. */
const TOLD = /^(?:ℹ|#|<!--|\t<!--) ([a-z_]{1,12}) (\d{1,12}(?:\.\d{1,12})?)(?: -->)?$/u;

/** Reads the summary of `node --test`: from `tests` to `duration_ms`. */
export function readNodeTest(): RunnerReader {
  let tests = NO_TESTS;
  let last: TestProfile | undefined;
  return {
    line: (text) => {
      const [, what = "", amount] = TOLD.exec(text) ?? [];
      if (what === "tests") tests = NO_TESTS;
      else if (what === "duration_ms")
        last = { runner: "node:test", phases: [{ name: "execution", ms: Number(amount) }], tests };
      else tests = countTests(tests, what, Number(amount));
    },
    profile: () => last,
  };
}
