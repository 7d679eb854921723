import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRepository, openRepository, type TestRepository } from "../repository.ts";
import { contract } from "./contract.ts";

contract("unmerged, submodules, nested repositories", ({ netOf, inspect }) => {
  test("a content conflict and an add/add conflict are listed once each", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "side");
    repository.write("a.txt", "side\n");
    repository.write("both.txt", "side\n");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("a.txt", "main\n");
    repository.write("both.txt", "main\n");
    repository.commit();
    expect(() => repository.git("merge", "side")).toThrow();
    expect(await netOf(repository)).toEqual(["unmerged a.txt [unstaged]", "unmerged both.txt [unstaged]"]);
  });

  test("a modify/delete conflict without a file is unmerged, too", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "side");
    repository.git("rm", "-q", "a.txt");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("a.txt", "main\n");
    repository.commit();
    expect(() => repository.git("merge", "side")).toThrow();
    repository.remove("a.txt");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["unmerged a.txt [unstaged]"]);
  });

  function withSubmodule(): { repository: TestRepository; inner: TestRepository } {
    const repository = makeRepository();
    repository.git("submodule", "--quiet", "add", makeRepository().root, "lib/sub");
    repository.commit();
    return { repository, inner: openRepository(join(repository.root, "lib/sub")) };
  }

  test("a submodule: clean, pointer moved, dirty inside, committed pointer", async () => {
    const { repository, inner } = withSubmodule();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("config", "submodule.lib/sub.ignore", "all");
    expect(await netOf(repository)).toEqual([]);
    inner.write("a.txt", "inner\n");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["submodule lib/sub [unstaged]"]);
    inner.commit();
    expect(await netOf(repository, { skipFiles: true })).toEqual(["submodule lib/sub [unstaged]"]);
    const { files } = await inspect({ directory: repository.root });
    expect(files?.find(({ path }) => path === "lib/sub")?.id).toBe(inner.git("rev-parse", "HEAD"));
    repository.git("config", "--unset", "submodule.lib/sub.ignore");
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["submodule lib/sub [committed]"]);
  });

  test("the id of a dirty submodule follows what is inside", async () => {
    const { repository, inner } = withSubmodule();
    const idOf = async (): Promise<string | undefined> => {
      const { files } = await inspect({ directory: repository.root });
      return files?.find(({ path }) => path === "lib/sub")?.id;
    };
    const clean = await idOf();
    inner.write("new.txt", "1\n");
    const first = await idOf();
    inner.write("new.txt", "2\n");
    const second = await idOf();
    expect(new Set([clean, first, second]).size).toBe(3);
    inner.remove("new.txt");
    expect(await idOf()).toBe(clean);
  });

  test("settings about untracked files do not hide one in a submodule", async () => {
    const { repository, inner } = withSubmodule();
    inner.git("config", "status.showUntrackedFiles", "no");
    repository.git("config", "status.showUntrackedFiles", "no");
    expect(await netOf(repository)).toEqual([]);
    inner.write("new.txt");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["submodule lib/sub [unstaged]"]);
  });

  test.each(["all", "dirty", "untracked"])(
    "`ignore = %s` in a submodule hides nothing in its own submodules",
    async (ignore) => {
      const deep = makeRepository();
      deep.git("submodule", "--quiet", "add", makeRepository().root, "deeper");
      deep.git("config", "-f", ".gitmodules", "submodule.deeper.ignore", ignore);
      deep.commit();
      const middle = makeRepository();
      middle.git("submodule", "--quiet", "add", deep.root, "deep");
      middle.git("config", "-f", ".gitmodules", "submodule.deep.ignore", ignore);
      middle.commit();
      const repository = makeRepository();
      repository.git("submodule", "--quiet", "add", middle.root, "middle");
      repository.git("submodule", "--quiet", "update", "--init", "--recursive");
      repository.commit();
      expect(await netOf(repository)).toEqual([]);
      for (const path of ["middle/deep/new.txt", "middle/deep/deeper/new.txt"]) {
        const ids: (string | undefined)[] = [];
        for (const content of ["1\n", "2\n"]) {
          repository.write(path, content);
          expect(await netOf(repository, { skipFiles: true })).toEqual(["submodule middle [unstaged]"]);
          const { files } = await inspect({ directory: repository.root });
          ids.push(files?.find((file) => file.path === "middle")?.id);
        }
        expect(ids[0]).not.toBe(ids[1]);
        repository.remove(path);
        expect(await netOf(repository)).toEqual([]);
      }
    },
  );

  test("an uninitialised submodule is unchanged", async () => {
    const { repository } = withSubmodule();
    repository.git("submodule", "--quiet", "deinit", "-f", "lib/sub");
    expect(await netOf(repository)).toEqual([]);
  });

  test("a nested repository is one entry that is not entered", async () => {
    const repository = makeRepository();
    repository.write("nested/file.txt");
    const nested = openRepository(join(repository.root, "nested"));
    nested.git("init", "-q");
    nested.commit();
    expect(await netOf(repository, { skipFiles: true })).toEqual(["untracked nested/ [untracked]"]);
    const { files } = await inspect({ directory: repository.root });
    expect(files?.find(({ path }) => path === "nested/")).toEqual({
      path: "nested/",
      mode: "160000",
      id: nested.git("rev-parse", "HEAD"),
    });
  });
});
