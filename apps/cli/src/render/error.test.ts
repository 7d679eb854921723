import { EngineError } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { renderError } from "./error.ts";

test("an error of the engine is what, where and what to do, without a stack, and exits with 2", () => {
  const error = new EngineError("ENGINE_CONFIG_INVALID", "2 problems", {
    hint: "Mend them",
    problems: [
      { file: "a.yaml", line: 3, column: 7, message: "first\u001b[2J" },
      { file: "b\n.yaml", message: "second" },
    ],
  });
  expect(renderError(error)).toEqual({
    text: String.raw`ai-workflow: 2 problems
  a.yaml:3:7: first\u{1b}[2J
  b\u{a}.yaml: second
  Mend them
  ENGINE_CONFIG_INVALID: https://github.com/ai-workflow/ai-workflow/blob/main/docs/errors.md#engine_config_invalid
`,
    exitCode: 2,
  });
});

test("beyond twenty problems the rest is counted", () => {
  const problems = Array.from({ length: 23 }, (_, index) => ({ file: "f", line: index + 1, message: "x" }));
  const { text } = renderError(new EngineError("ENGINE_CONFIG_INVALID", "many", { hint: "Mend them", problems }));
  expect(text.match(/^ {2}f:\d+:1: x$/gm)).toHaveLength(20);
  expect(text).toContain("\n  and 3 more\n");
});

test.each([new TypeError("oops"), "oops"])("anything else is a mistake of the program and exits with 70", (error) => {
  const { text, exitCode } = renderError(error);
  expect(text).toContain("internal error");
  expect(text).toContain("oops");
  expect(exitCode).toBe(70);
});

test("a mistake of the program that quotes what is not ours to print is safe on a terminal", () => {
  const { text } = renderError(new Error("no such file: \u001b[2Ja\u202eb\n::error::c"));
  expect(text).toContain("no such file: ab\n: :error::c\n");
});

test.each([
  ["ENGINE_UNKNOWN_STEP", 'unknown step "a"', "it is misspelt, or was renamed or removed"],
  ["ENGINE_RUN_MISSING", '2 runs begin with "2026"', "it has to be one of them"],
  ["ENGINE_DATA_UNREADABLE", "cannot read /a/history.jsonl (EISDIR)", "it is a folder"],
  ["ENGINE_OUTPUT_UNWRITABLE", "cannot write /a (ENOSPC)", "the disk is full"],
] as const)("%s, %s: why is a line of its own", (code, message, why) => {
  const { text } = renderError(new EngineError(code, message, { hint: "Mend it" }));
  expect(text).toMatch(
    new RegExp(String.raw`^ai-workflow: .*\n  why: ${why}\n  Mend it\n  ${code}: https://\S+#${code.toLowerCase()}\n$`),
  );
});

test("where the message says why nothing is added", () => {
  const { text } = renderError(
    new EngineError("ENGINE_RUN_UNREADABLE", "a cannot be used: no JSON", { hint: "Mend it" }),
  );
  expect(text.split("\n")).toHaveLength(4);
});
