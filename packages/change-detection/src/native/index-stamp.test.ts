import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findIndex, indexStamp } from "./index-stamp.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "index-stamp-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content = ""): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe("findIndex()", () => {
  test("finds it from any directory of a work tree, a linked one and a submodule included", () => {
    write("main/.git/HEAD");
    write("main/deep/er/file");
    const index = path.join(folder, "main/.git/index");
    expect(findIndex(path.join(folder, "main"))).toBe(index);
    expect(findIndex(path.join(folder, "main/deep/er"))).toBe(index);
    write("linked/.git", `gitdir: ${folder}/main/.git/worktrees/linked\n`);
    expect(findIndex(path.join(folder, "linked"))).toBe(path.join(folder, "main/.git/worktrees/linked/index"));
    write("main/sub/.git", "gitdir: ../.git/modules/sub\n");
    expect(findIndex(path.join(folder, "main/sub"))).toBe(path.join(folder, "main/.git/modules/sub/index"));
  });

  test("gives nothing where that cannot be told", () => {
    expect(findIndex("/")).toBeUndefined();
    write("empty/.git/config");
    expect(findIndex(path.join(folder, "empty"))).toBeUndefined();
    write("broken/.git", "nonsense");
    expect(findIndex(path.join(folder, "broken"))).toBeUndefined();
  });
});

describe("indexStamp()", () => {
  test("differs after every way of replacing the file, also with the same size and time", () => {
    const file = write("index", "one");
    const stamps = [indexStamp(path.join(folder, "none")), indexStamp(file)];
    utimesSync(file, 1, 1);
    stamps.push(indexStamp(file));
    const other = write("other", "two");
    utimesSync(other, 1, 1);
    renameSync(other, file);
    stamps.push(indexStamp(file));
    expect(new Set(stamps).size).toBe(4);
    expect(indexStamp(file)).toBe(stamps.at(-1));
  });
});
