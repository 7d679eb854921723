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
  expect(first.read("review")).toEqual(new Map());
  const paths = new Map([
    ["src/b.ts", null],
    ["src/a.ts", "1234"],
  ]);
  expect(first.write("review", paths)).toBe(true);
  expect(first.write("a:b", new Map([["x", null]]))).toBe(true);
  const later = createOpenFiles(state);
  expect(later.read("review")).toEqual(paths);
  expect(later.read("a:b")).toEqual(new Map([["x", null]]));
  later.write("review", new Map());
  expect(first.read("review")).toEqual(new Map());
  expect(readdirSync(path.join(state, "ai", "open"))).toEqual(["a%3Ab.json"]);
});

test("a damaged list is not taken for an empty one, and a state folder that is a file is told", () => {
  const files = createOpenFiles(state);
  files.write("review", new Map([["a", null]]));
  for (const damaged of ['[["a', "", '{"0":"a"}', '["a"]', '[["a"]]', '[["a",1]]', "[[null,null]]"]) {
    writeFileSync(path.join(state, "ai", "open", "review.json"), damaged);
    expect(files.read("review")).toBeUndefined();
  }
  const blocked = createOpenFiles(path.join(state, "ai", "open", "review.json"));
  expect(blocked.write("review", new Map([["a", null]]))).toBe(false);
  expect(blocked.read("review")).toEqual(new Map());
});
