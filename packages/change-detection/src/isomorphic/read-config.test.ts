import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineFailure } from "./engine-failure.ts";
import { readConfig, type Config } from "./read-config.ts";

let folder: string;
let gitDir: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "read-config-"));
  gitDir = path.join(folder, "repository", ".git");
  mkdirSync(gitDir, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
};
const read = (environment: Readonly<Record<string, string>> = {}): Config =>
  readConfig({ environment: { HOME: folder, GIT_CONFIG_NOSYSTEM: "1", ...environment }, gitDir, commonDir: gitDir });

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof EngineFailure ? error.answer.code : String(error);
  }
}

describe("readConfig()", () => {
  test("the last word wins: user, repository, work tree, environment", () => {
    write(".config/git/config", "[core]\n\tautocrlf = true\n\tfilemode = false\n");
    write(".gitconfig", "[core]\n\tautocrlf = input\n");
    expect(read().text("core.autocrlf")).toBe("input");
    expect(read().flag("core.filemode")).toBe(false);
    write("repository/.git/config", "[core]\n\tfileMode\n");
    write("repository/.git/config.worktree", "[core]\n\tfileMode = off\n");
    expect(read().flag("core.filemode")).toBe(true);
    write("repository/.git/config", "[core]\n\tfileMode\n[extensions]\n\tworktreeConfig = true\n");
    expect(read().flag("core.filemode")).toBe(false);
    const variables = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.FileMode", GIT_CONFIG_VALUE_0: "yes" };
    expect(read(variables).flag("core.filemode")).toBe(true);
  });

  test("GIT_CONFIG_GLOBAL stands for both files of the user", () => {
    write(".gitconfig", "[core]\n\tautocrlf = input\n");
    write("other", "[core]\n\tsymlinks = false\n");
    const config = read({ GIT_CONFIG_GLOBAL: path.join(folder, "other") });
    expect(config.text("core.autocrlf")).toBeUndefined();
    expect(config.flag("core.symlinks")).toBe(false);
    expect(read({ GIT_CONFIG_GLOBAL: "" }).text("core.autocrlf")).toBeUndefined();
  });

  test("what may be said by some places only is asked of them only", () => {
    write("repository/.git/config", "[safe]\n\tdirectory = *\n");
    write(".gitconfig", "[safe]\n\tdirectory = /one\n\tdirectory = /two\n");
    expect(read().all("safe.directory", ["system", "global", "command"])).toEqual(["/one", "/two"]);
  });

  test("files are included, relative to the one that includes them, at the place where they are named", () => {
    write(".gitconfig", "[include]\n\tpath = sub/a\n[core]\n\tautocrlf = true\n");
    write("sub/a", "[core]\n\tautocrlf = input\n\tsymlinks = false\n[include]\n\tpath = b\n");
    write("sub/b", "[core]\n\tignorecase = true\n");
    const config = read();
    expect(config.text("core.autocrlf")).toBe("true");
    expect(config.flag("core.symlinks")).toBe(false);
    expect(config.flag("core.ignorecase")).toBe(true);
  });

  test.each([
    ["gitdir:~/repository/", true],
    ["gitdir:repository/", true],
    ["gitdir:**/repository/.git", true],
    ["gitdir:./repository/.git", true],
    ["gitdir:~/REPOSITORY/", false],
    ["gitdir/i:~/REPOSITORY/", true],
    ["gitdir:~/other/", false],
  ])("an include on the condition %s is %s", (condition, isMet) => {
    write(".gitconfig", `[includeIf "${condition}"]\n\tpath = more\n`);
    write("more", "[core]\n\tsymlinks = false\n");
    expect(read().flag("core.symlinks")).toBe(isMet ? false : undefined);
  });

  test("a condition that cannot be judged matters only where something hangs on it", () => {
    write(".gitconfig", '[includeIf "onbranch:main"]\n\tpath = more\n');
    write("more", "[user]\n\tname = Somebody\n");
    expect(codeOf(read)).toBeUndefined();
    write("more", "[core]\n\tsymlinks = false\n");
    expect(codeOf(read)).toBe("unsupported");
  });

  test("what git refuses is refused", () => {
    write(".gitconfig", "[core\n");
    expect(codeOf(read)).toBe("git-failed");
    write(".gitconfig", "[include]\n\tpath = .gitconfig\n");
    expect(codeOf(read)).toBe("git-failed");
    write(".gitconfig", "[core]\n\tsymlinks = perhaps\n");
    expect(codeOf(() => read().flag("core.symlinks"))).toBe("git-failed");
    expect(codeOf(() => read({ GIT_CONFIG_COUNT: "1" }))).toBe("git-failed");
  });

  test("names of files begin at home where they say so", () => {
    write(".gitconfig", "[core]\n\texcludesFile = ~/ignore\n\tattributesFile = ~somebody/attributes\n");
    expect(read().file("core.excludesfile")).toBe(path.join(folder, "ignore"));
    expect(codeOf(() => read().file("core.attributesfile"))).toBe("unsupported");
    expect(read().file("core.nothing")).toBeUndefined();
  });
});
