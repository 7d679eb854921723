import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isStatClean, isTouched } from "./is-stat-clean.ts";
import type { WorkSettings } from "./open-repository.ts";
import { parseIndex, type IndexEntry } from "./parse-index.ts";

const settings: WorkSettings = {
  fileMode: true,
  symlinks: true,
  ignoreCase: false,
  precomposes: false,
  trustsCtime: true,
  isMinimal: false,
  isSparse: false,
  autoCrlf: false,
};

let folder: string;
let file: string;
let entry: IndexEntry;
const git = (...args: readonly string[]): void => {
  execFileSync("git", args, { cwd: folder, env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" } });
};
const readEntry = (): IndexEntry => {
  const index = parseIndex(readFileSync(path.join(folder, ".git", "index")));
  const [first] = "entries" in index ? index.entries : [];
  if (first === undefined) throw new Error("no entry");
  return first;
};
/** An index that was written long after. */
const writtenMs = Number.MAX_SAFE_INTEGER;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "is-stat-clean-"));
  file = path.join(folder, "f");
  git("init", "-q");
  writeFileSync(file, "one\n");
  // Nanoseconds that a float cannot hold exactly.
  utimesSync(file, 1_700_000_000.123_456_7, 1_700_000_000.123_456_7);
  git("add", "f");
  entry = readEntry();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("isStatClean()", () => {
  test("takes a file for unchanged that is as git noted it", () => {
    expect(isStatClean(entry, lstatSync(file), { writtenMs, settings })).toBe(true);
    expect(isTouched(entry, lstatSync(file), settings)).toBe(false);
  });

  test("not after an edit of the same size whose time was set back", () => {
    writeFileSync(file, "two\n");
    utimesSync(file, 1_700_000_000.123_456_7, 1_700_000_000.123_456_7);
    const stats = lstatSync(file);
    expect(isStatClean(entry, stats, { writtenMs, settings })).toBe(false);
    // Which core.trustctime=false is blind to, as git is.
    expect(isStatClean(entry, stats, { writtenMs, settings: { ...settings, trustsCtime: false } })).toBe(true);
  });

  test("not where the time differs by less than a second, as far as the index knows", () => {
    utimesSync(file, 1_700_000_000.2, 1_700_000_000.2);
    const stats = lstatSync(file);
    const blind = { ...settings, trustsCtime: false };
    expect(isStatClean(entry, stats, { writtenMs, settings: blind })).toBe(false);
    expect(isTouched(entry, stats, blind)).toBe(false);
    expect(isStatClean(entry, stats, { writtenMs, settings: { ...settings, isMinimal: true } })).toBe(true);
    const coarse = { ...entry, stat: { ...entry.stat, mtimeNanoseconds: 0 } };
    expect(isStatClean(coarse, stats, { writtenMs, settings: blind })).toBe(true);
  });

  test("not where the file is as young as the index, which may have been written before it", () => {
    const stats = lstatSync(file);
    expect(isStatClean(entry, stats, { writtenMs: stats.mtimeMs, settings })).toBe(false);
    expect(isStatClean(entry, stats, { writtenMs: stats.mtimeMs + 1, settings })).toBe(true);
    const coarse = { ...entry, stat: { ...entry.stat, mtimeNanoseconds: 0 } };
    expect(isStatClean(coarse, stats, { writtenMs: stats.mtimeMs + 1, settings })).toBe(false);
  });

  test("not where git wrote a size of zero to say that it must look again", () => {
    const smudged = { ...entry, stat: { ...entry.stat, sizeBytes: 0 } };
    writeFileSync(file, "");
    expect(isTouched(smudged, lstatSync(file), { ...settings, isMinimal: true })).toBe(true);
  });

  test("not where another file stands in its place", () => {
    const other = { ...entry, stat: { ...entry.stat, inode: entry.stat.inode + 1 } };
    expect(isStatClean(other, lstatSync(file), { writtenMs, settings })).toBe(false);
    // Libraries that know no inodes write none.
    const without = { ...entry, stat: { ...entry.stat, inode: 0 } };
    expect(isStatClean(without, lstatSync(file), { writtenMs, settings })).toBe(true);
  });
});
