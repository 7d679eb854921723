import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFailedFingerprints } from "./failed-fingerprints.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "failed-"));
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

test("remembers what was saved, the latest 2,000", () => {
  const first = openFailedFingerprints(state);
  for (let index = 0; index < 2_100; index++) first.add(String(index));
  first.add("0");
  first.save();
  const second = openFailedFingerprints(state);
  expect(["0", "100", "101", "2099", "2100"].map((one) => second.has(one))).toEqual([true, false, true, true, false]);
});

test("a content is doubted until a step passes on it, and a doubt is no failure with a fingerprint", () => {
  const first = openFailedFingerprints(state);
  first.doubt("a");
  first.doubt("b");
  first.save();
  const second = openFailedFingerprints(state);
  expect(["a", "b", "c"].map((one) => second.isDoubted(one))).toEqual([true, true, false]);
  expect(second.has("a")).toBe(false);
  second.trust("a");
  second.trust("c");
  second.save();
  const third = openFailedFingerprints(state);
  expect(["a", "b", "c"].map((one) => third.isDoubted(one))).toEqual([false, true, false]);
});

test.each(["", "{", "{}", "null"])("a file that holds %j is an empty memory", (content) => {
  mkdirSync(path.join(state, "cache"));
  writeFileSync(path.join(state, "cache", "failed-fingerprints.json"), content);
  const failed = openFailedFingerprints(state);
  expect(failed.has("a")).toBe(false);
  failed.add("a");
  failed.save();
  expect(openFailedFingerprints(state).has("a")).toBe(true);
});

test("a folder that cannot be written in is no error", () => {
  const failed = openFailedFingerprints(path.join("/dev/null", "state"));
  failed.add("a");
  expect(() => failed.save()).not.toThrow();
});
