import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useHermeticGit } from "../../test/hermetic-git.ts";
import { makeRepository, openRepository, type TestRepository } from "../../test/repository.ts";
import type { Category, ChangeLayer, ChangeSet } from "../change.ts";
import { detectChanges } from "../inspect-worktree.ts";
import { scopeToDirectory } from "../scope-to-directory.ts";
import { listChangedFiles } from "./list-changed-files.ts";

useHermeticGit();

async function detect({ root }: TestRepository): Promise<ChangeSet> {
  const changes = await detectChanges({ directory: root, base: "HEAD" });
  if (!changes.known) throw new Error(changes.message);
  return changes;
}

/** Every kind of change at once. */
function makeBusyRepository(): TestRepository {
  const repository = makeRepository();
  const { root, write, remove, move, link, git, chmod } = repository;
  for (const path of ["mode.sh", "to-link", "gone.ts", "old.ts", "docs/guide.md"]) write(path, `${path}\n`.repeat(20));
  repository.commit();
  write("a.txt", "edited");
  remove("gone.ts");
  git("mv", "old.ts", "new.ts");
  chmod("mode.sh", 0o755);
  remove("to-link");
  link("/etc/passwd", "to-link");
  link("/etc/passwd", "new-link");
  move("docs/guide.md", "docs/moved.md");
  for (const path of ["-q.ts", "new\nline.ts", "staged.ts", "src/new.ts"]) write(path);
  git("add", "staged.ts");
  mkdirSync(join(root, "inner"));
  openRepository(join(root, "inner")).git("init", "-q");
  write("inner/file.ts");
  return repository;
}

describe("listChangedFiles()", () => {
  test("lists regular files that are there, a renamed one by its new path", async () => {
    const set = await detect(makeBusyRepository());
    const { paths, unnameable } = await listChangedFiles(set);
    expect(paths).toEqual([
      "-q.ts",
      "a.txt",
      "docs/moved.md",
      "mode.sh",
      "new\nline.ts",
      "new.ts",
      "src/new.ts",
      "staged.ts",
    ]);
    expect(unnameable).toEqual([]);
    // What is not listed is in the set all the same.
    const all = set.changes.map(({ path }) => path);
    expect(all).toEqual(expect.arrayContaining(["gone.ts", "inner/", "new-link", "to-link"]));
  });

  test("chooses by globs, by categories with own rules, and by layers", async () => {
    const set = await detect(makeBusyRepository());
    const list = async (options: Parameters<typeof listChangedFiles>[1]): Promise<readonly string[]> =>
      (await listChangedFiles(set, options)).paths;
    expect(await list({ globs: ["**/*.ts", "!src/"] })).toEqual(["-q.ts", "new\nline.ts", "new.ts", "staged.ts"]);
    expect(await list({ globs: [] })).toEqual([]);
    expect(await list({ categories: ["docs"] })).toEqual(["a.txt", "docs/moved.md"]);
    const rules = [{ category: "docs" as const, globs: ["mode.sh"] }];
    expect(await list({ categories: ["docs"], rules, globs: ["*"] })).toEqual(["a.txt", "mode.sh"]);
    expect(await list({ layers: ["staged"] })).toEqual(["new.ts", "staged.ts"]);
    expect(await list({ layers: ["untracked", "staged"], globs: ["**/*.ts"] })).toEqual([
      "-q.ts",
      "new\nline.ts",
      "new.ts",
      "src/new.ts",
      "staged.ts",
    ]);
    expect(await list({ layers: [] })).toEqual([]);
  });

  test("tells of names that are not UTF-8 instead of damaging them", async () => {
    const repository = makeRepository();
    const name = Buffer.from("caf\u00e9.ts", "latin1");
    repository.writeBytes(name, "");
    repository.write("\ufffd.ts");
    const { paths, unnameable } = await listChangedFiles(await detect(repository));
    expect(paths).toEqual(["\ufffd.ts"]);
    expect(unnameable.map((bytes) => Buffer.from(bytes))).toEqual([name]);
  });

  test("leaves out what vanished since, and files whose folder is none any more", async () => {
    const repository = makeRepository();
    const { root, write } = repository;
    for (const path of ["x/one", "y/two", "z"]) write(path);
    const set = await detect(repository);
    rmSync(join(root, "z"));
    rmSync(join(root, "x"), { recursive: true });
    write("x", "a file now");
    expect((await listChangedFiles(set)).paths).toEqual(["y/two"]);
  });

  test("gives paths relative to the directory of a scoped set", async () => {
    const repository = makeRepository();
    repository.write("src/new.ts");
    repository.write("src/c.js", "edited");
    const set = await detectChanges({ directory: join(repository.root, "src"), base: "HEAD" });
    if (!set.known) throw new Error(set.message);
    expect((await listChangedFiles(scopeToDirectory(set))).paths).toEqual(["c.js", "new.ts"]);
  });

  test("refuses a set that is not known, and layers and categories that do not exist", async () => {
    const set = await detect(makeRepository());
    const unknown = { known: false, code: "shallow", message: "", remedy: "" } as unknown as ChangeSet;
    await expect(listChangedFiles(unknown)).rejects.toThrow(TypeError);
    await expect(listChangedFiles(set, { layers: ["stashed" as ChangeLayer] })).rejects.toThrow(RangeError);
    await expect(listChangedFiles(set, { categories: ["tex" as Category] })).rejects.toThrow(
      new RangeError('Cannot list changed files: `categories` must name categories, got "tex"'),
    );
    await expect(listChangedFiles(set, { globs: [""] })).rejects.toThrow(TypeError);
  });
});
