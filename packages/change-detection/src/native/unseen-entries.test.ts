import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unseenEntries } from "./unseen-entries.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "unseen-entries-"));
  symlinkSync("loop", join(root, "loop"));
  writeFileSync(join(root, "there"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

const pathsOf = (messages: string): readonly string[] =>
  unseenEntries(root, messages, { entries: [], files: undefined }).map(({ name }) => name.path);

test("what git could not look at is edited, with the state of the index", () => {
  const file = { path: "loop/x: y", mode: "100755", id: "1".repeat(40) };
  const [entry, ...more] = unseenEntries(root, "loop/x: y: Too many levels of symbolic links\n", {
    entries: [],
    files: [file],
  });
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    name: { path: file.path },
    index: { mode: file.mode, id: file.id },
    head: { mode: file.mode, id: file.id },
    workMode: "100755",
    unstaged: true,
    staged: false,
  });
});

test("other messages, and paths that can be looked at, name no file", () => {
  expect(
    pathsOf(
      [
        "warning: could not open directory 'loop/': Permission denied",
        "error: loop/x: Permission denied",
        "there: Permission denied",
        "missing: Permission denied",
        "loop/x is not a message",
        "",
      ].join("\n"),
    ),
  ).toEqual([]);
  expect(pathsOf("loop/x: Permission denied\nloop/x: Permission denied\nloop/y: Permission denied\n")).toEqual([
    "loop/x",
    "loop/y",
  ]);
  expect(pathsOf("")).toEqual([]);
});
