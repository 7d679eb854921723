import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { CliResult } from "./run-cli.ts";

/** Asserts that nothing in the output is a stack trace or an internal error. */
export function expectNoStack({ stdout, stderr }: CliResult): void {
  expect(stdout + stderr).not.toMatch(/^ {4}at |internal error|node:internal|\(node:\d+\)/m);
}

const HEADINGS = new Set(
  readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8").match(/(?<=^## )[A-Z_]+$/gm) ?? [],
);

/**
 * Asserts that the program refused to run: exit code 2, nothing on standard output, one message that holds every text, and that ends with what to
 * do and with a link to a section of the page of errors.
 */
export function expectRefusal(result: CliResult, ...texts: readonly string[]): void {
  expectNoStack(result);
  expect(result.stdout).toBe("");
  for (const text of texts) expect(result.stderr).toContain(text);
  expect(result.stderr.match(/^ai-workflow: /gm)).toHaveLength(1);
  const [remedy = "", link = "", end] = result.stderr.split("\n").slice(-3);
  expect(remedy).toMatch(/^ {2}\S/);
  const [, code = "", anchor] = /^ {2}([A-Z_]+): https:\/\/\S+\/docs\/errors\.md#([a-z_]+)$/.exec(link) ?? [];
  expect(HEADINGS).toContain(code);
  expect(anchor).toBe(code.toLowerCase());
  expect(end).toBe("");
  expect(result).toMatchObject({ exitCode: 2, signal: null });
}
