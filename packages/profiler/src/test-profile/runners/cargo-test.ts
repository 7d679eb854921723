import type { RunnerReader } from "../runner-reader.ts";
import { countTexts, NO_TESTS, type TestCounts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

/** The end of compiling; before Rust 1.80 without the quotes around the profile. */
const COMPILED =
  /^ {0,12}Finished `?(?:test|dev|release|bench)`? (?:profile )?\[[^\]]{0,60}\] target\(s\) in (\d[\d.ms ]{0,20})$/u;
const RESULT = /^test result: (?:ok|FAILED)\. (\d[^.]{0,120}); finished in (\d{1,9}\.\d{1,9}s)$/u;

/** Reads the results of `cargo test`: one for each program of tests, then the documentation's; they are added up. */
export function readCargoTest(): RunnerReader {
  let compileMs: number | undefined;
  let executionMs: number | undefined;
  let tests: TestCounts = NO_TESTS;
  return {
    line: (text) => {
      const compiled = COMPILED.exec(text)?.[1];
      if (compiled !== undefined) {
        compileMs = toMilliseconds(compiled);
        executionMs = undefined;
        tests = NO_TESTS;
      }
      const [, counted, time = ""] = RESULT.exec(text) ?? [];
      const ms = toMilliseconds(time);
      if (counted === undefined || ms === undefined) return;
      executionMs = (executionMs ?? 0) + ms;
      tests = countTexts(counted.split(";"), tests);
    },
    profile: () => {
      if (executionMs === undefined) return undefined;
      const compile = compileMs === undefined ? [] : [{ name: "compile", ms: compileMs }];
      return { runner: "cargo test", phases: [...compile, { name: "execution", ms: executionMs }], tests };
    },
  };
}
