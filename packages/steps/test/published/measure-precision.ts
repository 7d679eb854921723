import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "@ai-workflow/engine";
import { unpackPublished, type PublishedPackage } from "./published-packages.ts";

/** Something in a published package that a step is to judge. */
export interface PublishedCase {
  readonly from: PublishedPackage;
  /** What it is about; with `from` it names the case. */
  readonly what: string;
}

/** What a step is measured by. */
export interface PrecisionOptions<P extends PublishedCase, C extends PublishedCase> {
  readonly step: string;
  /** Real problems: at least 20, or as many as `atLeastProblems` says. */
  readonly problems: readonly P[];
  /** Where honest search finds no 20, and the README says so. @defaultValue 20 */
  readonly atLeastProblems?: number;
  /** At least 20 that look like problems and are none. */
  readonly lookAlikes: readonly C[];
  /**
   * Runs the step on what the case names, in a repository of its own, and gives what it found that belongs to the case.
   *
   * @param folder - absolute path of the unpacked package, which must stay as it is
   */
  readonly judge: (one: P | C, folder: string) => Promise<readonly Finding[]>;
  /** Whether the findings tell of the problem: by rule, file and line, not by number alone. */
  readonly tells: (problem: P, findings: readonly Finding[]) => boolean;
}

const README = path.join(import.meta.dirname, "../../README.md");

/**
 * Measures a step against published packages: at most one problem is missed, and a look-alike raises no error and no warning. The row of
 * the step in the README must say what came out; `UPDATE_PRECISION=1` writes it.
 */
export function measurePrecision<P extends PublishedCase, C extends PublishedCase>({
  step,
  problems,
  atLeastProblems = 20,
  lookAlikes,
  judge,
  tells,
}: PrecisionOptions<P, C>): void {
  describe(`${step} on published packages`, () => {
    let folders: Readonly<Record<string, string>> = {};
    const [missed, alarms]: string[][] = [[], []];
    beforeAll(async () => {
      folders = await unpackPublished([...new Set([...problems, ...lookAlikes].map(({ from }) => from))]);
    });

    test(`is measured by ${atLeastProblems} problems and 20 look-alikes, none of them twice`, () => {
      expect(problems.length).toBeGreaterThanOrEqual(atLeastProblems);
      expect(lookAlikes.length).toBeGreaterThanOrEqual(20);
      const names = [...problems, ...lookAlikes].map(({ from, what }) => `${from} ${what}`);
      expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    });

    test.each(problems)("$from: $what is a problem", async (problem) => {
      const findings = await judge(problem, folders[problem.from] ?? "");
      if (!tells(problem, findings)) missed?.push(`${problem.from}: ${problem.what}`);
    });

    test.each(lookAlikes)("$from: $what is none", async (one) => {
      const findings = await judge(one, folders[one.from] ?? "");
      const raised = findings.filter(({ severity }) => severity !== "info");
      if (raised.length > 0)
        alarms?.push(`${one.from}: ${one.what}: ${raised[0]?.rule ?? ""} ${raised[0]?.message ?? ""}`);
    });

    afterAll(() => {
      const row = `| ${step} | ${problems.length} | ${missed?.length ?? 0} | ${lookAlikes.length} | ${alarms?.length ?? 0} |`;
      if (process.env["UPDATE_PRECISION"] !== undefined) writeRow(step, row);
      expect(alarms, "false alarms").toEqual([]);
      expect(missed?.length, `missed: ${missed?.join("; ") ?? ""}`).toBeLessThanOrEqual(1);
      expect(readFileSync(README, "utf8"), "the table of the README, which UPDATE_PRECISION=1 writes").toContain(row);
    });
  });
}

/** Puts the row of a step into the table of the README, whose rows stand in the order of their names. */
function writeRow(step: string, row: string): void {
  const text = readFileSync(README, "utf8");
  const [, head = "", rows = ""] = /(<!-- precision: begin -->\n\n(?:\|.*\n){2})((?:\|.*\n)*)/.exec(text) ?? [];
  if (head === "") throw new Error(`${README} has no table between <!-- precision: begin --> and its end`);
  const others = rows.split("\n").filter((line) => line !== "" && !line.startsWith(`| ${step} |`));
  const all = [...others, row].toSorted().join("\n");
  writeFileSync(README, text.replace(head + rows, `${head}${all}\n`));
}
