import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { parseHistoryLine, type HistoryEntry, type HistoryStep } from "../history-entry.ts";
import type { RunRecord } from "../run-record.ts";
import { toHistoryLine } from "../to-history-line.ts";
import { summarise, toHyperfineJson, type HyperfineExport } from "./to-hyperfine-json.ts";

/** Written by hyperfine 1.15.0 itself. */
const fixture = (name: string): HyperfineExport =>
  JSON.parse(
    readFileSync(new URL(`../../test/exports/hyperfine/${name}.json`, import.meta.url), "utf8"),
  ) as HyperfineExport;

const entryOf = (record: RunRecord): HistoryEntry => {
  const parsed = parseHistoryLine(toHistoryLine(record));
  if (parsed.kind !== "entry") throw new Error(parsed.kind);
  return parsed.entry;
};

const run = (steps: readonly Partial<HistoryStep>[], machine = "m"): HistoryEntry => ({
  ...entryOf(exampleRunRecord),
  machine,
  steps: steps.map((step) => ({ id: "lint", outcome: "passed", seconds: 1, attempts: 1, ...step })),
});

/** Keys in order and the type of each value; of lists that of their items. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.entries(value).map(([key, item]) => [key, shapeOf(item)]);
};

describe("toHyperfineJson()", () => {
  test("gives each step's runs with their statistics, oldest first", () => {
    const history = [
      run([{ seconds: 1 }, { id: "test", seconds: 10, cpu_seconds: 12 }]),
      run([{ seconds: 2 }]),
      run([{ seconds: 4 }, { id: "test", seconds: 20, cpu_seconds: 14 }]),
    ];
    expect(toHyperfineJson(history).results).toEqual([
      {
        command: "lint",
        mean: 7 / 3,
        stddev: expect.closeTo(1.527_525, 6),
        median: 2,
        user: 0,
        system: 0,
        min: 1,
        max: 4,
        times: [1, 2, 4],
        exit_codes: [0, 0, 0],
      },
      {
        command: "test",
        mean: 15,
        stddev: expect.closeTo(7.071_068, 6),
        median: 15,
        user: 13,
        system: 0,
        min: 10,
        max: 20,
        times: [10, 20],
        exit_codes: [0, 0],
      },
    ]);
  });

  test("tells the CPU time of programs and of the kernel apart, by the runs that do", () => {
    const history = [
      run([{ cpu_seconds: 900 }, { id: "old", cpu_seconds: 3 }]),
      run([
        { cpu_seconds: 12, system_seconds: 4 },
        { id: "old", cpu_seconds: 5 },
      ]),
      run([
        { cpu_seconds: 10, system_seconds: 0 },
        { id: "odd", cpu_seconds: 1, system_seconds: 2 },
      ]),
    ];
    expect(toHyperfineJson(history).results.map(({ command, user, system }) => [command, user, system])).toEqual([
      ["lint", 9, 2],
      ["old", 4, 0],
      ["odd", 0, 2],
    ]);
  });

  test("takes only runs that passed, on the machine of the last run or the one asked for", () => {
    const history = [
      run([{ seconds: 9 }], "other"),
      run([{ seconds: 1 }]),
      run([{ seconds: 100, outcome: "failed" }]),
      run([{ seconds: 0, outcome: "replayed" }]),
      run([{ seconds: 2 }]),
    ];
    expect(toHyperfineJson(history).results.map(({ times }) => times)).toEqual([[1, 2]]);
    expect(toHyperfineJson(history, { machine: "other" }).results.map(({ times }) => times)).toEqual([[9]]);
    expect(toHyperfineJson([])).toEqual({ results: [] });
  });

  test("has the keys, their order and the types of what hyperfine writes", () => {
    const several = toHyperfineJson([run([{}, { id: "b" }]), run([{ seconds: 2 }, { id: "b" }])]);
    expect(shapeOf(several)).toEqual(shapeOf(fixture("four-runs")));
    expect(shapeOf(toHyperfineJson([run([{}])]))).toEqual(shapeOf(fixture("one-run")));
  });

  test("computes as hyperfine does", () => {
    for (const { times, ...told } of [...fixture("four-runs").results, ...fixture("one-run").results]) {
      for (const [name, value] of Object.entries(summarise(times))) {
        const theirs = told[name as keyof ReturnType<typeof summarise>];
        expect(value, name).toEqual(theirs === null ? null : expect.closeTo(theirs, 12));
      }
    }
  });

  test("has true statistics of any history", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRunRecord, { maxLength: 4 }), (records) => {
        const history = records.map(entryOf);
        const { results } = toHyperfineJson(history);
        for (const result of results) {
          expect(result.times.length).toBeGreaterThan(0);
          expect(result.exit_codes).toHaveLength(result.times.length);
          expect(result.min).toBe(Math.min(...result.times));
          expect(result.max).toBe(Math.max(...result.times));
          expect(result.median).toBeGreaterThanOrEqual(result.min);
          expect(result.median).toBeLessThanOrEqual(result.max);
          expect(result.mean).toBeGreaterThanOrEqual(result.min - 1e-9 * result.max);
          expect(result.mean).toBeLessThanOrEqual(result.max * (1 + 1e-9));
        }
        expect(new Set(results.map(({ command }) => command)).size).toBe(results.length);
      }),
    );
  });

  const hasHyperfine = spawnSync("hyperfine", ["--version"]).status === 0;

  test.skipIf(!hasHyperfine)("has the keys and types of the hyperfine that is installed (needs hyperfine 1.15)", () => {
    const folder = mkdtempSync(join(tmpdir(), "hyperfine-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "out.json");
    expect(spawnSync("hyperfine", ["-N", "--runs", "2", "--export-json", file, "true"]).status).toBe(0);
    const real = JSON.parse(readFileSync(file, "utf8")) as HyperfineExport;
    expect(shapeOf(real)).toEqual(
      expect.arrayContaining(shapeOf(toHyperfineJson([run([{}]), run([{}])])) as unknown[]),
    );
  });
});
