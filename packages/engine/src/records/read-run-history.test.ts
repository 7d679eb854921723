import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRunHistory, readRunHistoryLines } from "./read-run-history.ts";

let target = "";
let history = "";
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "history-"));
  history = path.join(target, ".workflow", "metrics", "history.jsonl");
  mkdirSync(path.dirname(history), { recursive: true });
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

test("where there is no history yet there are no runs", () => {
  rmSync(path.join(target, ".workflow"), { recursive: true });
  expect(readRunHistory(target)).toEqual([]);
  expect(readRunHistoryLines(target)).toEqual([]);
});

test("lines are told as they are, and of runs only what is one", () => {
  writeFileSync(history, '{"version":99}\nno run\n');
  expect(readRunHistoryLines(target)).toEqual(['{"version":99}', "no run"]);
  expect(readRunHistory(target)).toEqual([]);
});

test.each([
  ["a folder in its place", () => mkdirSync(history), "EISDIR"],
  [
    "a file in the place of its folder",
    () => {
      rmSync(path.dirname(history), { recursive: true });
      writeFileSync(path.dirname(history), "x");
    },
    "ENOTDIR",
  ],
] as const)("%s is no empty history", (_, place, code) => {
  place();
  for (const read of [readRunHistory, readRunHistoryLines]) {
    expect(() => read(target)).toThrowError(
      expect.objectContaining({
        code: "ENGINE_DATA_UNREADABLE",
        message: `cannot read ${history} (${code})`,
      }) as Error,
    );
  }
});
