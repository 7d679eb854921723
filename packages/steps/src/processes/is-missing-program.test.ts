import { expect, test } from "vitest";
import { isMissingProgram } from "./is-missing-program.ts";

test.each([
  "error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly",
  "error: toolchain '1.80.0-x86_64-unknown-linux-gnu' is not installed",
  "[ERROR] No compiler is provided in this environment. Perhaps you are running on a JRE rather than a JDK?",
  "The JAVA_HOME environment variable is not defined correctly",
  "sh: 1: gradle: not found",
])("%j says that a program is missing", (line) => {
  expect(isMissingProgram(1, ["building", line])).toBe(true);
  expect(isMissingProgram(0, ["building", line])).toBe(false);
});

test.each(["error: could not compile `x`", "1 test failed", "the page was not found by the crawler"])(
  "%j does not",
  (line) => {
    expect(isMissingProgram(1, [line])).toBe(false);
    expect(isMissingProgram(127, [line])).toBe(true);
  },
);
