import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFileAtomic } from "./write-file-atomic.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "profiler-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writeFileAtomic()", () => {
  test("writes text and bytes, makes missing folders and leaves nothing else behind", () => {
    const path = join(folder, "a", "b", "run.json");
    writeFileAtomic(path, "first");
    writeFileAtomic(path, Buffer.from([0, 255]));
    expect(readFileSync(path)).toEqual(Buffer.from([0, 255]));
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["run.json"]);
  });

  test("replaces the file, so that an open reader keeps the old content", () => {
    const path = join(folder, "run.json");
    writeFileSync(path, "old");
    const reader = openSync(path, "r");
    writeFileAtomic(path, "new");
    expect(readFileSync(reader, "utf8")).toBe("old");
    closeSync(reader);
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  test("keeps the old content and removes its temporary file when it cannot take the place of `path`", () => {
    const path = join(folder, "taken");
    mkdirSync(path);
    writeFileSync(join(path, "inside"), "kept");
    expect(() => writeFileAtomic(path, "data")).toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(readFileSync(join(path, "inside"), "utf8")).toBe("kept");
  });

  test("passes on the error when a folder is a file", () => {
    writeFileSync(join(folder, "file"), "x");
    expect(() => writeFileAtomic(join(folder, "file", "run.json"), "data")).toThrow(/ENOTDIR|EEXIST/);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
