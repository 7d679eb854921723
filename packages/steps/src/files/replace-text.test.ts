import {
  chmodSync,
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
import { readText } from "./read-text.ts";
import { replaceText } from "./replace-text.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "replace-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (file: string): string => {
  const read = readText(folder, file);
  return read.ok ? read.text : read.reason;
};

test("keeps permissions and byte order mark, and leaves nothing beside the file", () => {
  writeFileSync(path.join(folder, "a b.md"), "\uFEFFold\r\n");
  chmodSync(path.join(folder, "a b.md"), 0o640);
  expect(replaceText(folder, "a b.md", textOf("a b.md"), "new\r\n")).toBe(true);
  expect(readFileSync(path.join(folder, "a b.md"), "utf8")).toBe("\uFEFFnew\r\n");
  expect(statSync(path.join(folder, "a b.md")).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(["a b.md"]);
});

test("leaves alone what was written meanwhile, what is not UTF-8, links, folders and what is gone", () => {
  writeFileSync(path.join(folder, "a.md"), "theirs");
  expect(replaceText(folder, "a.md", "old", "new")).toBe(false);
  writeFileSync(path.join(folder, "latin.md"), Buffer.from("caf\u00e9", "latin1"));
  expect(replaceText(folder, "latin.md", textOf("latin.md"), "new")).toBe(false);
  symlinkSync("a.md", path.join(folder, "link.md"));
  expect(replaceText(folder, "link.md", "theirs", "new")).toBe(false);
  mkdirSync(path.join(folder, "folder.md"));
  expect(replaceText(folder, "folder.md", "", "new")).toBe(false);
  expect(replaceText(folder, "gone.md", "", "new")).toBe(false);
  expect(readFileSync(path.join(folder, "a.md"), "utf8")).toBe("theirs");
  expect(readFileSync(path.join(folder, "latin.md")).toString("latin1")).toBe("caf\u00e9");
});
