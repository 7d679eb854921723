import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFile } from "./create-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "create-file-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("writes the file with the folders on the way, and leaves nothing beside it", () => {
  createFile(directory, "a/b/c.test.ts", "test\n");
  expect(readFileSync(path.join(directory, "a/b/c.test.ts"), "utf8")).toBe("test\n");
  expect(readdirSync(path.join(directory, "a/b"))).toEqual(["c.test.ts"]);
  expect(statSync(path.join(directory, "a/b/c.test.ts")).nlink).toBe(1);
});

test("what stands there stays as it is: a file, a folder, a link to nothing", () => {
  writeFileSync(path.join(directory, "file"), "mine\n");
  mkdirSync(path.join(directory, "folder"));
  symlinkSync("nowhere", path.join(directory, "link"));
  for (const name of ["file", "folder", "link"]) {
    expect(() => createFile(directory, name, "other\n")).toThrow(expect.objectContaining({ code: "EEXIST" }));
  }
  expect(readFileSync(path.join(directory, "file"), "utf8")).toBe("mine\n");
  expect(readdirSync(directory).sort()).toEqual(["file", "folder", "link"]);
});

test("where it cannot be put in its place nothing is left of it", () => {
  const name = "x".repeat(300);
  expect(() => createFile(directory, name, "test\n")).toThrow(expect.objectContaining({ code: "ENAMETOOLONG" }));
  expect(readdirSync(directory)).toEqual([]);
});
