import { expect } from "vitest";
import type { CliResult } from "./run-cli.ts";

/** Asserts that nothing in the output is a stack trace or an internal error. */
export function expectNoStack({ stdout, stderr }: CliResult): void {
  expect(stdout + stderr).not.toMatch(/^ {4}at |internal error|node:internal|\(node:\d+\)/m);
}

/** Asserts that the program refused to run: exit code 2, nothing on standard output, one message that holds every text. */
export function expectRefusal(result: CliResult, ...texts: readonly string[]): void {
  expectNoStack(result);
  expect(result.stdout).toBe("");
  for (const text of texts) expect(result.stderr).toContain(text);
  expect(result.stderr.match(/^(?:ai-workflow|error): /gm)).toHaveLength(1);
  expect(result.stderr.endsWith("\n")).toBe(true);
  expect(result).toMatchObject({ exitCode: 2, signal: null });
}
