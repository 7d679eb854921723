import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, makeRepository } from "../repository.ts";
import { contract } from "./contract.ts";

contract("renames, modes and types", ({ inspect, known, netOf }) => {
  test("a committed rename, then edited", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "z.txt");
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["renamed a.txt -> z.txt [committed]"]);
    repository.write("z.txt", `${readFileSync(join(repository.root, "z.txt"), "utf8")}more\n`);
    expect(await netOf(repository, { base })).toEqual(["renamed a.txt -> z.txt [committed unstaged]"]);
  });

  test("a staged rename with an edit", async () => {
    const repository = makeRepository();
    repository.git("mv", "a.txt", "z.txt");
    repository.write("z.txt", `${readFileSync(join(repository.root, "z.txt"), "utf8")}more\n`);
    repository.git("add", "-A");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> z.txt [staged]"]);
  });

  test("a rename that git was not told of", async () => {
    const repository = makeRepository();
    repository.move("a.txt", "new/a.txt");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> new/a.txt [unstaged untracked]"]);
  });

  test("a rename by intent to add", async () => {
    const repository = makeRepository();
    repository.move("a.txt", "z.txt");
    repository.git("add", "-N", "z.txt");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> z.txt [unstaged]"]);
  });

  test("a chain of renames over commit and index is one rename", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "m.txt");
    repository.commit();
    repository.git("mv", "m.txt", "z.txt");
    expect(await netOf(repository, { base })).toEqual(["renamed a.txt -> z.txt [committed staged]"]);
  });

  test("a rename and back is nothing", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "z.txt");
    repository.commit();
    repository.move("z.txt", "a.txt");
    expect(await netOf(repository, { base })).toEqual([]);
  });

  test("a copy is an addition, whatever the user configured", async () => {
    const repository = makeRepository();
    repository.git("config", "diff.renames", "copies");
    repository.git("config", "status.renames", "copies");
    const base = repository.git("rev-parse", "HEAD");
    repository.write("copy.txt", readFileSync(join(repository.root, "a.txt")));
    repository.git("add", "-A");
    expect(await netOf(repository)).toEqual(["added copy.txt [staged]"]);
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["added copy.txt [committed]"]);
  });

  test("two files that change places are two modified files", async () => {
    const repository = makeRepository();
    repository.move("a.txt", "tmp");
    repository.move("b.txt", "a.txt");
    repository.move("tmp", "b.txt");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]", "modified b.txt [unstaged]"]);
  });

  test("a rename of letter case", async () => {
    const repository = makeRepository();
    repository.git("mv", "a.txt", "A.txt");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> A.txt [staged]"]);
  });

  test("empty files are not paired", async () => {
    const repository = makeRepository();
    repository.write("one/__init__.py", "");
    repository.commit();
    repository.remove("one/__init__.py");
    repository.write("two/other.py", "");
    expect(await netOf(repository)).toEqual([
      "deleted one/__init__.py [unstaged]",
      "untracked two/other.py [untracked]",
    ]);
  });

  test("a renamed folder", async () => {
    const repository = makeRepository();
    repository.git("mv", "src", "lib");
    expect(await netOf(repository)).toEqual(["renamed src/c.js -> lib/c.js [staged]"]);
  });

  test("mode only: unstaged, staged, and not with core.fileMode=false", async () => {
    const repository = makeRepository();
    repository.chmod("a.txt", 0o755);
    expect(await netOf(repository)).toEqual(["mode-change a.txt [unstaged]"]);
    repository.git("add", "a.txt");
    expect(await netOf(repository)).toEqual(["mode-change a.txt [staged]"]);
    repository.git("reset", "-q", "--hard");
    repository.chmod("a.txt", 0o755);
    repository.git("config", "core.fileMode", "false");
    expect(await netOf(repository)).toEqual([]);
  });

  test("an untracked executable is one, and not with core.fileMode=false", async () => {
    const repository = makeRepository();
    repository.write("run.sh", "#!/bin/sh\n");
    repository.chmod("run.sh", 0o755);
    const modeOf = async (): Promise<string | undefined> => {
      await known(repository);
      const { files } = await inspect({ directory: repository.root });
      return files?.find(({ path }) => path === "run.sh")?.mode;
    };
    expect(await modeOf()).toBe("100755");
    repository.git("config", "core.fileMode", "off");
    expect(await modeOf()).toBe("100644");
  });

  test("file to symbolic link and back", async () => {
    const repository = makeRepository();
    repository.link("b.txt", "link");
    repository.commit();
    repository.remove("a.txt");
    repository.link("b.txt", "a.txt");
    repository.remove("link");
    repository.write("link");
    expect(await netOf(repository)).toEqual(["type-change a.txt [unstaged]", "type-change link [unstaged]"]);
  });

  test("file to folder and folder to file", async () => {
    const repository = makeRepository();
    repository.remove("a.txt");
    repository.write("a.txt/inner");
    repository.remove("src");
    repository.write("src");
    expect(await netOf(repository)).toEqual([
      "deleted a.txt [unstaged]",
      "untracked a.txt/inner [untracked]",
      "untracked src [untracked]",
      "deleted src/c.js [unstaged]",
    ]);
  });

  test("symbolic links count by their target text and are never followed", async () => {
    const repository = makeRepository();
    const outside = makeFolder();
    writeFileSync(join(outside, "secret"), "secret\n");
    repository.link(outside, "folder");
    repository.link("/nowhere/at/all", "broken");
    repository.link("a.txt", "inner");
    repository.commit();
    expect(await netOf(repository)).toEqual([]);
    writeFileSync(join(outside, "secret"), "changed\n");
    repository.write("a.txt", "changed\n");
    repository.remove("broken");
    repository.link("/nowhere/else", "broken");
    repository.link("/new/target", "untracked-link");
    expect(await netOf(repository)).toEqual([
      "modified a.txt [unstaged]",
      "modified broken [unstaged]",
      "untracked untracked-link [untracked]",
    ]);
  });
});
