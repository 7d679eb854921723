import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleRunRecord } from "../test/example-run-record.ts";
import { appendHistory, trimHistory } from "./append-history.ts";
import { readHistory } from "./read-history.ts";
import { readRegularFile, UnusableFileError } from "./read-regular-file.ts";
import { toHistoryLine } from "./to-history-line.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "profiler-"));
  file = join(folder, "history.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const small = { ...exampleRunRecord, steps: [], spans: [] };
const lineOf = (run: string | number): string => toHistoryLine({ ...small, runId: String(run) });
const runsIn = (path: string): readonly string[] => readHistory(path).entries.map(({ run_id }) => run_id);
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe("appendHistory()", () => {
  test("adds one line after another and makes missing folders", () => {
    const deep = join(folder, "a", "b", "history.jsonl");
    appendHistory(deep, lineOf(1));
    appendHistory(deep, lineOf(2));
    expect(readFileSync(deep, "utf8")).toBe(`${lineOf(1)}\n${lineOf(2)}\n`);
  });

  test("loses no good line when the file was cut off at any byte", () => {
    const whole = Buffer.from([1, "zwei ü", 3].map((run) => `${lineOf(run)}\n`).join(""));
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index);
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(file, whole.subarray(0, length));
      appendHistory(file, lineOf("new"));
      // A line is whole as soon as its last byte is there, with or without its line end.
      const good = ["1", "zwei ü", "3"].filter((_, index) => length >= (ends[index] ?? Infinity));
      const torn = length > 0 && !ends.includes(length) && !ends.includes(length - 1);
      const history = readHistory(file);
      expect(
        history.entries.map(({ run_id }) => run_id),
        `cut at ${length}`,
      ).toEqual([...good, "new"]);
      expect(history.badLines, `cut at ${length}`).toBe(torn ? 1 : 0);
    }
  });

  test("keeps the last runs once there are too many, and always the newest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60 }), (keep, total) => {
        rmSync(file, { force: true });
        for (let run = 1; run <= total; run += 1) {
          appendHistory(file, lineOf(run), { keep });
          const runs = runsIn(file);
          expect(runs).toEqual(numbers(run - runs.length + 1, run));
          expect(runs.length).toBeGreaterThanOrEqual(Math.min(keep, run));
          expect(runs.length).toBeLessThanOrEqual(keep + 16);
        }
        expect(readdirSync(folder)).toEqual(["history.jsonl"]);
      }),
      { numRuns: 15 },
    );
  });

  test("keeps a file of long lines bounded too, though it looks at it less often", () => {
    const file = join(folder, "long.jsonl");
    const long = (index: number): string => JSON.stringify({ index, text: "x".repeat(20_000) });
    for (let index = 0; index < 100; index += 1) {
      appendHistory(file, long(index), { keep: 5 });
      // Five lines, the slack of sixteen, and what 256 KiB of such lines are.
      expect(readFileSync(file, "utf8").split("\n").length - 1).toBeLessThanOrEqual(5 + 16 + 14);
      expect(readFileSync(file, "utf8")).toContain(long(index));
    }
  });

  test("drops bad lines when it rewrites and keeps those of a newer tool", () => {
    for (let run = 1; run <= 10; run += 1) {
      appendFileSync(file, `${lineOf(run)}\n{"torn": \nnull\n`);
    }
    const newer = JSON.stringify({ version: 99, run_id: "future" });
    appendHistory(file, newer, { keep: 5 });
    expect(readFileSync(file, "utf8")).toBe(`${[7, 8, 9, 10].map((run) => `${lineOf(run)}\n`).join("")}${newer}\n`);
  });

  test("leaves the rewrite to the process that has begun one, and clears away one that was abandoned", () => {
    writeFileSync(
      file,
      numbers(1, 30)
        .map((run) => `${lineOf(run)}\n`)
        .join(""),
    );
    writeFileSync(`${file}.rewrite`, "");
    const startedMs = statSync(`${file}.rewrite`).mtimeMs;
    appendHistory(file, lineOf(31), { keep: 5, now: () => startedMs + 1000 });
    expect(runsIn(file)).toEqual(numbers(1, 31));
    expect(readdirSync(folder)).toHaveLength(2);
    appendHistory(file, lineOf(32), { keep: 5, now: () => startedMs + 120_000 });
    expect(readdirSync(folder)).toHaveLength(1);
    appendHistory(file, lineOf(33), { keep: 5 });
    expect(runsIn(file)).toEqual(numbers(29, 33));
    utimesSync(file, 0, 0);
  });

  test("refuses what is not one line, and a bound that is none", () => {
    expect(() => appendHistory(file, "")).toThrow(TypeError);
    expect(() => appendHistory(file, "a\nb")).toThrow(TypeError);
    for (const keep of [0, -1, 1.5, Number.NaN]) {
      expect(() => appendHistory(file, "{}", { keep })).toThrow(RangeError);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test("passes on the file system's error", () => {
    expect(() => appendHistory(folder, lineOf(1))).toThrow("EISDIR");
  });

  test("loses no line when processes append and rewrite at the same time", async () => {
    const module = pathToFileURL(join(import.meta.dirname, "..", "dist", "append-history.js")).href;
    const script = `
      import { appendHistory } from ${JSON.stringify(module)};
      const [file, name] = process.argv.slice(1);
      for (let run = 0; run < 150; run += 1) {
        appendHistory(file, JSON.stringify({ name, run, padding: "x".repeat(200) }), { keep: 300 });
      }`;
    const children = ["a", "b", "c"].map((name) =>
      spawn(process.execPath, ["--input-type=module", "-e", script, file, name], { stdio: "inherit" }),
    );
    const codes = await Promise.all(children.map(async (child) => ((await once(child, "exit")) as [number])[0]));
    expect(codes).toEqual([0, 0, 0]);
    // What is left of each process's lines is their end, without a gap.
    const lines = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; run: number });
    expect(lines.length).toBeGreaterThanOrEqual(300);
    for (const name of ["a", "b", "c"]) {
      const runs = [...new Set(lines.filter((line) => line.name === name).map(({ run }) => run))];
      const first = runs[0] ?? 150;
      expect(runs, name).toEqual(Array.from({ length: 150 - first }, (_, index) => first + index));
    }
  });
});

describe("readHistory()", () => {
  test("takes a missing file for an empty history and passes other errors on", () => {
    expect(readHistory(join(folder, "none"))).toEqual({ entries: [], badLines: 0, newerLines: 0 });
    expect(() => readHistory(folder)).toThrow(
      expect.objectContaining({ name: "UnusableFileError", code: "EISDIR" }) as Error,
    );
    expect(() => readHistory(file, { last: 0 })).toThrow(RangeError);
  });

  test("counts bad and newer lines, ignores empty ones and takes a repeated run once", () => {
    writeFileSync(file, `${lineOf(1)}\n\n<html>\n{"version":2}\n${lineOf(1)}\n${lineOf(2)}\n{"version":1,`);
    expect(readHistory(file)).toMatchObject({ badLines: 2, newerLines: 1 });
    expect(runsIn(file)).toEqual(["1", "2"]);
  });

  test("reads the last lines as it would read them among all, for any content", () => {
    const piece = fc.oneof(
      fc.constantFrom("\n", "{", "ü", "x".repeat(70_000)),
      fc.nat(99).map((run) => `\n${lineOf(run)}\n`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (pieces, last) => {
        const content = pieces.join("");
        writeFileSync(file, content);
        const lines = content.split("\n");
        if (lines.at(-1) === "") lines.pop();
        const end = readHistory(file, { last });
        writeFileSync(file, lines.slice(-last).join("\n"));
        expect(end).toEqual(readHistory(file));
      }),
    );
  });

  test("a pipe in its place is refused, not waited for, and so is a device without an end", () => {
    execFileSync("mkfifo", [file]);
    for (const place of [file, "/dev/zero"]) {
      expect(() => readHistory(place)).toThrow(expect.objectContaining({ code: "NOT_A_FILE" }) as Error);
      expect(() => readRegularFile(place, 10)).toThrow(expect.objectContaining({ code: "NOT_A_FILE" }) as Error);
    }
  });

  test("a line beyond measure is one bad line, and the next append gets rid of it once the file is rewritten", () => {
    writeFileSync(file, `${lineOf(1)}\n`);
    truncateSync(file, 6e8);
    appendFileSync(file, `\n${numbers(2, 40).map(lineOf).join("\n")}\n`);
    expect(readHistory(file)).toMatchObject({ badLines: 1 });
    expect(runsIn(file)).toEqual(numbers(2, 40));
    expect(readHistory(file, { last: 40 })).toMatchObject({ badLines: 1 });
    appendHistory(file, lineOf("new"), { keep: 10 });
    appendHistory(file, "x".repeat(1 << 18), { keep: 10 });
    expect(runsIn(file)).toEqual([...numbers(32, 40), "new"]);
    expect(statSync(file).size).toBeLessThan(1 << 20);
  });

  test("what is longer than asked for is refused before it is read", () => {
    writeFileSync(file, "12345");
    expect(readRegularFile(file, 5).toString()).toBe("12345");
    truncateSync(file, 5e9);
    expect(() => readRegularFile(file, 5)).toThrow(expect.objectContaining({ code: "TOO_LARGE" }) as Error);
  });
});

describe("trimHistory()", () => {
  test("keeps exactly the last good lines, and gives how many went", () => {
    for (const run of numbers(1, 9)) appendHistory(file, lineOf(run));
    expect(trimHistory(file, { keep: 9 })).toBe(0);
    expect(trimHistory(file, { keep: 4 })).toBe(5);
    expect(runsIn(file)).toEqual(numbers(6, 9));
    expect(trimHistory(file, { keep: 4 })).toBe(0);
    expect(readdirSync(folder)).toEqual(["history.jsonl"]);
  });

  test("has nothing to do without a file, and refuses what is none", () => {
    expect(trimHistory(file)).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    expect(() => trimHistory(folder)).toThrow(UnusableFileError);
    expect(() => trimHistory(file, { keep: 0 })).toThrow(RangeError);
  });

  test("leaves the file alone while another process rewrites it", () => {
    for (const run of numbers(1, 3)) appendHistory(file, lineOf(run));
    writeFileSync(`${file}.rewrite`, "");
    expect(trimHistory(file, { keep: 1 })).toBe(0);
    expect(runsIn(file)).toEqual(numbers(1, 3));
  });
});
