import { mkdtempSync, lstatSync, rmSync, utimesSync, writeFileSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStatCache } from "./stat-cache.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "stat-cache-"));
  file = path.join(folder, "f");
  writeFileSync(file, "one");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ids = { stored: "1", bytes: "2" };
const HOUR_MS = 3_600_000;
/** The change time of a file cannot be set, so the clock is what moves. */
const later = (stats: Stats) => (): number => stats.ctimeMs + HOUR_MS;

describe("createStatCache()", () => {
  test("knows a file as long as nothing about it changes", () => {
    const stats = lstatSync(file);
    const cache = createStatCache(later(stats));
    expect(cache.get("f", stats, "keep")).toBeUndefined();
    cache.set("f", stats, "keep", ids);
    expect(cache.get("f", lstatSync(file), "keep")).toEqual(ids);
    expect(cache.get("g", lstatSync(file), "keep")).toBeUndefined();
  });

  test("does not know it any more after an edit, a touch, or under other rules", () => {
    const stats = lstatSync(file);
    const cache = createStatCache(later(stats));
    cache.set("f", stats, "keep", ids);
    expect(cache.get("f", stats, "text")).toBeUndefined();
    writeFileSync(file, "four");
    expect(cache.get("f", lstatSync(file), "keep")).toBeUndefined();
    writeFileSync(file, "one");
    utimesSync(file, stats.atime, stats.mtime);
    // Size and modification time as before: the change time tells.
    expect(cache.get("f", lstatSync(file), "keep")).toBeUndefined();
  });

  test("does not remember what is so young that an edit could leave its times as they are", () => {
    const stats = lstatSync(file);
    for (const age of [-HOUR_MS, 0, 1000, 2000]) {
      const cache = createStatCache(() => stats.ctimeMs + age);
      cache.set("f", stats, "keep", ids);
      expect(cache.get("f", stats, "keep"), `${age} ms`).toBeUndefined();
    }
    const cache = createStatCache(() => stats.ctimeMs + 3000);
    cache.set("f", stats, "keep", ids);
    expect(cache.get("f", stats, "keep")).toEqual(ids);
  });

  test("forgets a file that has become young again", () => {
    const stats = lstatSync(file);
    let nowMs = stats.ctimeMs + HOUR_MS;
    const cache = createStatCache(() => nowMs);
    cache.set("f", stats, "keep", ids);
    nowMs = stats.ctimeMs;
    cache.set("f", stats, "keep", { stored: "3", bytes: "3" });
    expect(cache.get("f", stats, "keep")).toBeUndefined();
  });
});
