import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeTemporaries } from "./remove-temporaries.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "temporaries-"));
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

test("what the killed process had not put in its place goes, that of others and all else stays", () => {
  const left = [
    "runs/1/.run.json.77.3.tmp",
    "results/ab/.abcd.json.77.12.tmp",
    "results/ab/abcd.log.77.tmp",
    "results/blobs/.77-0a1b2c.tmp",
    "cache/staging/outputs-x/0",
  ];
  const stays = [
    "runs/1/.run.json.177.3.tmp",
    "runs/1/.run.json.77.tmp",
    "results/ab/abcd.json",
    "results/blobs/.7-0a1b2c.tmp",
    "logs/1/steps/77.tmp",
  ];
  for (const file of [...left, ...stays]) {
    mkdirSync(path.dirname(path.join(state, file)), { recursive: true });
    writeFileSync(path.join(state, file), "");
  }
  removeTemporaries(state, 77);
  expect([...left, ...stays].filter((file) => existsSync(path.join(state, file)))).toEqual(stays);
});
