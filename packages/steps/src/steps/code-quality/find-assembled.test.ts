import { expect, test } from "vitest";
import { findAssembled } from "./find-assembled.ts";
import type { Duplicate } from "./find-duplicates.ts";

const same = (file: string, line: number, otherFile: string, otherLine: number, tokens: number): Duplicate => ({
  file,
  otherFile,
  tokens,
  line,
  endLine: line + tokens / 10,
  otherLine,
});
const sizes = new Map([
  ["all.js", 1000],
  ["a.js", 400],
  ["b.js", 300],
  ["copy.js", 310],
]);
const assembled = (...duplicates: readonly Duplicate[]): readonly string[] => [...findAssembled(duplicates, sizes)];

test("a file that holds most of others behind each other has been put together, whatever was copied besides", () => {
  const parts = [same("all.js", 2, "a.js", 1, 390), same("b.js", 1, "all.js", 50, 280)];
  expect(assembled(...parts)).toEqual(["all.js"]);
  expect(assembled(...parts, same("copy.js", 1, "all.js", 50, 280))).toEqual(["all.js"]);
});

test("a file that shares something with others, holds one of them, or was copied twice has not", () => {
  expect(assembled(same("all.js", 2, "a.js", 1, 200), same("all.js", 50, "b.js", 1, 150))).toEqual([]);
  expect(assembled(same("all.js", 2, "a.js", 1, 390), same("all.js", 50, "all.js", 2, 300))).toEqual([]);
  expect(assembled(same("b.js", 1, "a.js", 1, 300), same("copy.js", 1, "a.js", 1, 300))).toEqual([]);
});
