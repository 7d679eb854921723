import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mayConvert, mayConvertSome } from "./may-convert.ts";

let folder = "";
let root = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "may-convert-"));
  root = path.join(folder, "repository");
  mkdirSync(path.join(root, ".git", "info"), { recursive: true });
  writeFileSync(path.join(root, ".git", "config"), "[core]\n\tbare = false\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content = ""): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

const file = (name: string) => ({ path: name, mode: "100644", id: "a".repeat(40) });

describe.skipIf(process.platform === "win32" || process.platform === "darwin")("mayConvert()", () => {
  const judge = (names: readonly string[] = ["a.txt"], environment: Readonly<Record<string, string>> = {}): boolean =>
    mayConvert(root, names.map(file), { HOME: folder, GIT_CONFIG_NOSYSTEM: "1", ...environment });

  test("is false where neither attributes nor settings could", () => {
    write(".gitconfig", "[user]\n\tname = Somebody\n");
    expect(judge()).toBe(false);
  });

  test.each([".gitattributes", "deep/er/.gitattributes"])("is true for %s", (name) => {
    expect(judge(["a.txt", name])).toBe(true);
  });

  test.each<[file: string, content: string]>([
    ["repository/.git/info/attributes", ""],
    ["repository/.git/config.worktree", ""],
    ["repository/.git/config", "[core]\n\tautoCRLF = input\n"],
    ["repository/.git/config", "[include]\n\tpath = other\n"],
    [".gitconfig", "[core]\n\teol = crlf\n"],
    [".gitconfig", "[core]\n\tattributesFile = ~/attributes\n"],
    [".config/git/config", '[includeIf "gitdir:x"]\n\tpath = y\n'],
    [".config/git/attributes", "* text\n"],
    [".gitconfig", "[attr]\n\ttree = HEAD\n"],
    ["repository/.gitattributes", ""],
  ])("is true for %s with %j", (name, content) => {
    write(name, content);
    expect(judge()).toBe(true);
  });

  test("goes by the files that the environment names instead", () => {
    write("global", "[core]\n\tautocrlf = true\n");
    write("system", "[core]\n\teol = lf\n");
    write(".gitconfig", "[core]\n\tautocrlf = true\n");
    expect(judge([], { GIT_CONFIG_GLOBAL: path.join(folder, "none") })).toBe(false);
    expect(judge([], { GIT_CONFIG_GLOBAL: path.join(folder, "global") })).toBe(true);
    const environment = {
      GIT_CONFIG_GLOBAL: path.join(folder, "none"),
      GIT_CONFIG_SYSTEM: path.join(folder, "system"),
    };
    expect(judge([], { ...environment, GIT_CONFIG_NOSYSTEM: "0" })).toBe(true);
    expect(judge([], environment)).toBe(false);
    expect(judge([], { ...environment, GIT_CONFIG_KEY_0: "core.autocrlf" })).toBe(true);
  });

  test("goes by what is set for the machine beside a git that is not in /usr", () => {
    write("prefix/bin/git");
    mkdirSync(path.join(folder, "links"));
    symlinkSync(path.join(folder, "prefix/bin/git"), path.join(folder, "links", "git"));
    const environments = ["prefix/bin", "links"].map((name) => ({
      PATH: `${folder}/none:${path.join(folder, name)}`,
      GIT_CONFIG_NOSYSTEM: "0",
      GIT_CONFIG_GLOBAL: path.join(folder, "none"),
    }));
    const isSetHere = existsSync("/etc/gitconfig");
    if (!isSetHere) expect(environments.map((one) => judge([], one))).toEqual([false, false]);
    write("prefix/etc/gitconfig", "[core]\n\tautocrlf = true\n");
    expect(environments.map((one) => judge([], one))).toEqual([true, true]);
    rmSync(path.join(folder, "prefix/etc/gitconfig"));
    write("prefix/etc/gitattributes");
    expect(environments.map((one) => judge([], { ...one, GIT_CONFIG_NOSYSTEM: "1" }))).toEqual([true, true]);
  });

  test("is true where the settings are elsewhere or cannot be read", () => {
    rmSync(path.join(root, ".git"), { recursive: true });
    writeFileSync(path.join(root, ".git"), "gitdir: elsewhere\n");
    expect(judge()).toBe(true);
    rmSync(path.join(root, ".git"));
    mkdirSync(path.join(root, ".git", "config"), { recursive: true });
    expect(judge()).toBe(true);
  });

  test("goes by the folders above some files where the others are not known", () => {
    const judgeSome = (...names: readonly string[]): boolean =>
      mayConvertSome(
        root,
        names.map((name) => ({ path: name, bytes: undefined })),
        { HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
      );
    write("repository/deep/er/.gitattributes", "* text\n");
    expect(judgeSome("a.txt", "deep/a.txt", "deep/erased/a.txt")).toBe(false);
    expect(judgeSome("a.txt", "deep/er/a.txt")).toBe(true);
    expect(judgeSome("a.txt", "deep/er/even/deeper/a.txt")).toBe(true);
    // Gone from the disk, git still goes by it until that is committed.
    expect(judgeSome("other/.gitattributes")).toBe(true);
    write("repository/.gitattributes", "* text\n");
    expect(judgeSome("a.txt")).toBe(true);
  });
});
