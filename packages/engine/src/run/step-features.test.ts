import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Relevance } from "../selection/relevance.ts";
import { describeWork } from "./step-features.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "features-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function relevance(isInput: (file: string) => boolean, key: string): Relevance {
  return { isInput, inputKey: key, judge: (file: string) => ({ counts: isInput(file) }) } as unknown as Relevance;
}

function write(sizes: Readonly<Record<string, number>>): { path: string; mode: string; id: string }[] {
  for (const [file, size] of Object.entries(sizes)) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), Buffer.alloc(size));
  }
  return Object.keys(sizes).map((file) => ({ path: file, mode: "100644", id: file }));
}

test("a step is described by number and size of what it reads and of what changed of it", () => {
  const files = write({ "src/a": 10, "src/b": 200, "docs/c": 3_000 });
  const relevances = new Map([
    ["code", relevance((file) => file.startsWith("src/"), "src")],
    ["all", relevance(() => true, "all")],
  ]);
  const changed = { baseOid: "b", paths: ["src/b", "docs/c"], deleted: [] };
  expect(describeWork(["code", "all", "unknown"], { files, changed, relevances }, directory)).toEqual(
    new Map([
      ["code", { input_files: 2, input_bytes: 210, changed_files: 1, changed_bytes: 200 }],
      ["all", { input_files: 3, input_bytes: 3_210, changed_files: 2, changed_bytes: 3_200 }],
    ]),
  );
});

test("what is not known is left out: changes without a base, sizes of more files than are looked at", () => {
  const relevances = new Map([["all", relevance(() => true, "all")]]);
  const files = [
    ...write({ a: 1 }),
    ...Array.from({ length: 2_000 }, (_, i) => ({ path: `gone/${i}`, mode: "", id: "" })),
  ];
  expect(describeWork(["all"], { files, changed: undefined, relevances }, directory).get("all")).toStrictEqual({
    input_files: 2_001,
  });
  expect(
    describeWork(["all"], { files: files.slice(0, 2), changed: undefined, relevances }, directory).get("all"),
  ).toMatchObject({
    input_files: 2,
    input_bytes: 1,
  });
});
