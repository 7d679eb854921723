import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseDueFiles } from "./choose-due-files.ts";
import { addProved, provedFile, readProvedFiles, writeProvedFiles, type ProvedFiles } from "./proved-files.ts";

const entry = (file: string, id: string, mode = "100644"): FileEntry => ({ path: file, mode, id });
const everything = { isNamed: () => true, judge: () => ({ counts: true }) as const };
const NOTHING: ProvedFiles = { key: "k", proved: new Set(), open: new Set() };

test("what is written is read again, by step", () => {
  const state = mkdtempSync(path.join(tmpdir(), "proved-"));
  const known: ProvedFiles = { key: "k", proved: new Set(["a", "b"]), open: new Set(["x y\n"]) };
  writeProvedFiles(state, "lint:web", known);
  expect(readProvedFiles(state, "lint:web")).toEqual(known);
  expect(readProvedFiles(state, "lint")).toEqual({ key: "", proved: new Set(), open: new Set() });
  rmSync(state, { recursive: true });
});

test.each([
  "",
  "{",
  "[]",
  "null",
  '{"key":"k","proved":["a"]}',
  '{"key":"k","proved":[1],"open":[]}',
  '{"key":1,"proved":[],"open":[]}',
])("nothing is taken as proved from a file that holds %j", (content) => {
  const state = mkdtempSync(path.join(tmpdir(), "proved-"));
  writeProvedFiles(state, "lint", { ...NOTHING, proved: new Set(["a"]) });
  const folder = path.join(state, "cache", "proved-files");
  writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), content);
  expect(readProvedFiles(state, "lint").proved.size).toBe(0);
  rmSync(state, { recursive: true });
});

test("path, content and mode are each part of what is proved", () => {
  const all = [entry("a", "1"), entry("b", "1"), entry("a", "2"), entry("a", "1", "100755")].map(provedFile);
  expect(new Set(all).size).toBe(4);
});

test("what was proved under another key is forgotten; contents of other branches are kept, up to a bound", () => {
  const first = addProved(NOTHING, "k", ["a", "b"]);
  expect([...addProved(first, "k", ["c"]).proved]).toEqual(["a", "b", "c"]);
  expect([...addProved(first, "other", ["c"]).proved]).toEqual(["c"]);
  const many = addProved(
    NOTHING,
    "k",
    Array.from({ length: 50_000 }, (_, index) => String(index)),
  );
  expect(addProved(many, "k", ["c"]).proved.size).toBe(20_001);
});

test("submodules, files that are not named and files that do not count are never due", () => {
  const files = [entry("a", "1"), entry("sub", "1", "160000"), entry("b", "1"), entry("c", "1")];
  const relevance = {
    isNamed: (file: string) => file !== "b",
    judge: (file: string) =>
      file === "c" ? ({ counts: false, rule: "when", because: "" } as const) : ({ counts: true } as const),
  };
  const { due } = chooseDueFiles({ files, relevance, known: NOTHING, changed: undefined });
  expect(due.map((file) => file.path)).toEqual(["a"]);
});

test("of a base that is assumed to have passed, what changed since and what is open is due, and the rest is no proof", () => {
  const files = [entry("changed", "1"), entry("open", "1"), entry("old", "1")];
  const chosen = chooseDueFiles({
    files,
    relevance: everything,
    known: { ...NOTHING, open: new Set(["open", "gone"]) },
    changed: { baseOid: "c0", paths: ["changed"], deleted: [] },
  });
  expect(chosen.due.map((file) => file.path)).toEqual(["changed", "open"]);
  expect(chosen.provedThen).toEqual(files.slice(0, 2).map(provedFile));
});

test("over any history a step has passed on exactly the contents that are not due", () => {
  const contents = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("good1", "good2", "bad"));
  const property = fc.property(fc.array(contents, { minLength: 1, maxLength: 12 }), (history) => {
    let known = NOTHING;
    const passedOn = new Set<string>();
    for (const state of history) {
      const files = Object.entries(state).map(([file, id]) => entry(file, id));
      const { due, provedThen } = chooseDueFiles({ files, relevance: everything, known, changed: undefined });
      expect(due.map(provedFile)).toEqual(files.map(provedFile).filter((one) => !passedOn.has(one)));
      const passes = due.every((file) => file.id !== "bad");
      // No stale green: what is wrong now is seen now, however long it has been there.
      expect(passes).toBe(files.every((file) => file.id !== "bad"));
      if (!passes) continue;
      known = addProved(known, "k", provedThen);
      for (const file of files) passedOn.add(provedFile(file));
    }
  });
  fc.assert(property);
});
