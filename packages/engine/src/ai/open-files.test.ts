import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOpenFiles } from "./open-files.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "open-files-"));
});
afterEach(() => rmSync(state, { recursive: true }));

test("what is open stays open for later runs until it is closed, for each step alone", () => {
  const first = createOpenFiles(state);
  expect(first.read("review")).toEqual([]);
  expect(first.write("review", ["src/b.ts", "src/a.ts", "src/b.ts"])).toBe(true);
  expect(first.write("a:b", ["x"])).toBe(true);
  const later = createOpenFiles(state);
  expect(later.read("review")).toEqual(["src/a.ts", "src/b.ts"]);
  expect(later.read("a:b")).toEqual(["x"]);
  later.write("review", []);
  expect(first.read("review")).toEqual([]);
  expect(readdirSync(path.join(state, "ai", "open"))).toEqual(["a%3Ab.json"]);
});

test("a damaged file opens nothing, and a state folder that is a file is told", () => {
  const files = createOpenFiles(state);
  files.write("review", ["a"]);
  writeFileSync(path.join(state, "ai", "open", "review.json"), '["a');
  expect(files.read("review")).toEqual([]);
  writeFileSync(path.join(state, "ai", "open", "review.json"), '{"0":"a"}');
  expect(files.read("review")).toEqual([]);
  const blocked = createOpenFiles(path.join(state, "ai", "open", "review.json"));
  expect(blocked.write("review", ["a"])).toBe(false);
  expect(blocked.read("review")).toEqual([]);
});
