import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readUnits, type FileEntry, type Tree } from "@ai-workflow/change-detection";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findUnitsOnce, type FoundUnits } from "./unit-graph-cache.ts";

let state = "";
let asked = 0;
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "unit-graph-"));
  asked = 0;
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

const SHOP: Files = {
  "package.json": '{ "workspaces": ["a", "b"] }',
  "a/package.json": '{ "name": "a" }',
  "a/index.js": "1",
  "b/package.json": '{ "name": "b", "dependencies": { "a": "*" } }',
};

async function find(files: Files, globs: readonly string[] = [], mayKeep = true): Promise<readonly string[]> {
  const tree: Tree = {
    paths: async () => Object.keys(files),
    read: async (name) => (files[name] === undefined ? undefined : new TextEncoder().encode(files[name])),
  };
  // The id of a content is the content.
  const entries: readonly FileEntry[] = Object.entries(files).map(([name, id]) => ({ path: name, mode: "100644", id }));
  const { graph } = await findUnitsOnce({ path: state, mayKeep }, { files: entries, globs, tree }, async (seen) => {
    asked++;
    const found: FoundUnits = { graph: await readUnits(seen, { units: globs }), scripts: {} };
    return found;
  });
  return graph.units.map(({ id, name }) => `${id} ${name}`);
}

test("units are looked for once; an edit of what was not read for that changes nothing", async () => {
  const first = await find(SHOP);
  expect(await find({ ...SHOP, "a/index.js": "2" })).toEqual(first);
  expect(asked).toBe(1);
});

test.each([
  ["a manifest changes", { ...SHOP, "a/package.json": '{ "name": "other" }' }, []],
  ["a file comes", { ...SHOP, "c/package.json": '{ "name": "c" }' }, []],
  ["a file goes", Object.fromEntries(Object.entries(SHOP).filter(([name]) => name !== "a/index.js")), []],
  ["globs change", SHOP, ["a/*"]],
])("they are looked for again when %s", async (_, files, globs) => {
  await find(SHOP);
  const now = await find(files, globs);
  expect(asked).toBe(2);
  rmSync(path.join(state, "cache"), { recursive: true });
  expect(await find(files, globs)).toEqual(now);
});

test("what is damaged or of another format is looked for again", async () => {
  const first = await find(SHOP);
  const file = path.join(state, "cache", "units.json");
  const whole = readFileSync(file, "utf8");
  for (const text of [whole.replace('"a"', '"x"'), whole.slice(0, -1), "", "{}"]) {
    writeFileSync(file, text);
    expect(await find(SHOP)).toEqual(first);
  }
  expect(asked).toBe(5);
});

test("a look that may keep nothing uses what is there and writes nothing", async () => {
  await find(SHOP, [], false);
  await find(SHOP, [], false);
  expect(asked).toBe(2);
  await find(SHOP);
  await find(SHOP, [], false);
  expect(asked).toBe(3);
});
