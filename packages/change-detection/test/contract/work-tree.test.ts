import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ChangeLayer } from "../../src/index.ts";
import { makeFolder, makeRepository } from "../repository.ts";
import { contract, asRecords, lines } from "./contract.ts";

contract("work tree and index", ({ known, netOf, inspect }) => {
  test("nothing changed is a known, empty list", async () => {
    const set = await known(makeRepository());
    expect(set.changes).toEqual([]);
    expect(set.base).toEqual({ oid: set.headOid, ref: "HEAD", how: "head" });
  });

  test("a staged edit", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    repository.git("add", "a.txt");
    expect(await netOf(repository)).toEqual(["modified a.txt [staged]"]);
  });

  test("staged and unstaged in one file", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "one\n");
    repository.git("add", "a.txt");
    repository.write("a.txt", "two\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [staged unstaged]"]);
  });

  test("a staged edit that the work tree takes back is nothing", async () => {
    const repository = makeRepository();
    const before = readFileSync(join(repository.root, "a.txt"));
    repository.write("a.txt", "one\n");
    repository.git("add", "a.txt");
    repository.write("a.txt", before);
    expect(await netOf(repository)).toEqual([]);
  });

  test("a committed edit that the work tree takes back is nothing", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    const before = readFileSync(join(repository.root, "a.txt"));
    repository.write("a.txt", "one\n");
    repository.commit();
    repository.write("a.txt", before);
    expect(await netOf(repository, { base })).toEqual([]);
  });

  test("a staged addition deleted from the disk is nothing", async () => {
    const repository = makeRepository();
    repository.write("new.txt");
    repository.git("add", "new.txt");
    repository.remove("new.txt");
    expect(await netOf(repository)).toEqual([]);
  });

  test("committed, staged and unstaged layers of one file", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "1\n");
    repository.commit();
    repository.write("a.txt", "2\n");
    repository.git("add", "a.txt");
    repository.write("a.txt", "3\n");
    expect(await netOf(repository, { base })).toEqual(["modified a.txt [committed staged unstaged]"]);
  });

  test("untracked folders are expanded, empty ones are nothing", async () => {
    const repository = makeRepository();
    repository.write("new/deep/x.txt");
    repository.write("new/y.txt");
    mkdirSync(join(repository.root, "empty"));
    expect(await netOf(repository)).toEqual([
      "untracked new/deep/x.txt [untracked]",
      "untracked new/y.txt [untracked]",
    ]);
  });

  test.skipIf(process.platform === "win32")("a fifo is nothing, also in the place of a file", async () => {
    const repository = makeRepository();
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", join(repository.root, "pipe")]);
    repository.remove("a.txt");
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", join(repository.root, "a.txt")]);
    expect(await netOf(repository, { skipFiles: true })).toEqual(["deleted a.txt [unstaged]"]);
  });

  test("ignore rules: nested, negated, info/exclude and core.excludesFile", async () => {
    const repository = makeRepository();
    repository.write(".gitignore", "*.log\n!keep.log\n");
    repository.write("src/.gitignore", "local/\n");
    repository.commit();
    repository.write(".git/info/exclude", "private.txt\n");
    const excludes = join(makeFolder(), "ignore");
    writeFileSync(excludes, "*.swp\n");
    repository.git("config", "core.excludesFile", excludes);
    for (const path of ["x.log", "keep.log", "src/local/z", "private.txt", "v.swp", "seen.txt"]) repository.write(path);
    expect(await netOf(repository)).toEqual(["untracked keep.log [untracked]", "untracked seen.txt [untracked]"]);
  });

  test("an ignore rule does not hide a tracked file", async () => {
    const repository = makeRepository();
    repository.write(".gitignore", "a.txt\n");
    repository.commit();
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  test("intent to add is an addition", async () => {
    const repository = makeRepository();
    repository.write("new.txt");
    repository.git("add", "-N", "new.txt");
    expect(await netOf(repository)).toEqual(["added new.txt [unstaged]"]);
  });

  test("deleted in the work tree, in the index, and from the index only", async () => {
    const repository = makeRepository();
    repository.remove("a.txt");
    repository.git("rm", "-q", "b.txt");
    repository.git("rm", "-q", "--cached", "src/c.js");
    expect(await netOf(repository)).toEqual([
      "deleted a.txt [unstaged]",
      "deleted b.txt [staged]",
      "deleted src/c.js [staged untracked]",
    ]);
  });

  test.each(["--assume-unchanged", "--skip-worktree"])(
    "%s hides an edit, as in git; the list of files has the present content and says so",
    async (flag) => {
      const repository = makeRepository();
      repository.git("update-index", flag, "a.txt", "b.txt", "src/c.js");
      repository.write("a.txt", "hidden\n");
      repository.remove("b.txt");
      expect(await netOf(repository, { skipFiles: true })).toEqual([]);
      const { files, hiddenEdits } = await inspect({ directory: repository.root });
      expect(hiddenEdits).toEqual(["a.txt"]);
      expect(asRecords(files ?? [])).toEqual([
        `100644 ${repository.git("hash-object", "a.txt")} a.txt`,
        `100644 ${repository.git("rev-parse", "HEAD:src/c.js")} src/c.js`,
      ]);
    },
  );

  test("the layers tell what each of them changed, also what a later one takes back", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    const before = readFileSync(join(repository.root, "a.txt"), "utf8");
    repository.write("a.txt", "committed\n");
    repository.git("mv", "b.txt", "y.txt");
    repository.commit();
    repository.write("src/c.js", "staged\n");
    repository.git("add", "-A");
    repository.write("a.txt", before);
    repository.remove("y.txt");
    repository.write("new.txt");
    const set = await known(repository, { base });
    expect(lines(set)).toEqual([
      "deleted b.txt [committed]",
      "untracked new.txt [untracked]",
      "modified src/c.js [staged]",
    ]);
    const inLayer = (layer: ChangeLayer): string[] => lines({ ...set, changes: set.layers[layer] });
    expect(inLayer("committed")).toEqual(["modified a.txt [committed]", "renamed b.txt -> y.txt [committed]"]);
    expect(inLayer("staged")).toEqual(["modified src/c.js [staged]"]);
    expect(inLayer("unstaged")).toEqual(["modified a.txt [unstaged]", "deleted y.txt [unstaged]"]);
    expect(inLayer("untracked")).toEqual(["untracked new.txt [untracked]"]);
  });

  test("touched only is nothing, and the index stays as it is", async () => {
    const repository = makeRepository();
    const index = join(repository.root, ".git", "index");
    const before = readFileSync(index);
    utimesSync(join(repository.root, "a.txt"), 1, 1);
    const written = statSync(index).mtimeMs;
    const { changes } = await inspect({ directory: repository.root });
    expect(changes).toMatchObject({ known: true, changes: [] });
    expect(readFileSync(index).equals(before)).toBe(true);
    expect(statSync(index).mtimeMs).toBe(written);
  });

  test("an edit of the same size and time as the index is found", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "aaaa\n");
    repository.git("add", "a.txt");
    repository.git("commit", "-q", "-m", "x");
    repository.write("a.txt", "bbbb\n");
    const { mtime } = statSync(join(repository.root, ".git", "index"));
    utimesSync(join(repository.root, "a.txt"), mtime, mtime);
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  test("excluded folders are in neither answer", async () => {
    const repository = makeRepository();
    repository.write("src/.workflow/run.json");
    repository.write("src/.workflowed");
    const { changes, files } = await inspect({
      directory: join(repository.root, "src"),
      exclude: [".workflow/"],
    });
    expect(changes.known && lines(changes)).toEqual(["untracked src/.workflowed [untracked]"]);
    expect(files?.map((file) => file.path)).toEqual(["a.txt", "b.txt", "src/.workflowed", "src/c.js"]);
  });

  test("index.lock held by somebody else does not matter", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    const lock = join(repository.root, ".git", "index.lock");
    writeFileSync(lock, "");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["modified a.txt [unstaged]"]);
    expect(existsSync(lock)).toBe(true);
  });
});
