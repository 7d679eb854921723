import { expect } from "vitest";
import type { CliResult } from "./run-cli.ts";

/** Outcome of every step as the summary on standard output shows it. */
function outcomesIn({ stdout }: CliResult): Readonly<Record<string, string>> {
  const [table = ""] = stdout.split("\n\n");
  const rows = table.split("\n").slice(1);
  return Object.fromEntries(rows.map((row) => row.split(/ +/, 2) as [string, string]));
}

/** Asserts the outcome of steps in the summary. */
export function expectOutcomes(result: CliResult, outcomes: Readonly<Record<string, string>>): void {
  expect(outcomesIn(result), result.stderr).toMatchObject(outcomes);
}
