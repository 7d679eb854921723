import { chownSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scopeToDirectory } from "../../src/index.ts";
import { makeFolder, makeRepository, openRepository } from "../repository.ts";
import { contract, asRecords, filesByGit, lines } from "./contract.ts";

contract("places", ({ netOf, unknownOf, inspect, detect }) => {
  test("a linked work tree has its own index and HEAD", async () => {
    const repository = makeRepository();
    const folder = join(makeFolder(), "linked");
    repository.git("worktree", "add", "-q", "-b", "side", folder);
    repository.write("a.txt", "in the main work tree\n");
    writeFileSync(join(folder, "b.txt"), "in the linked one\n");
    expect(await netOf(openRepository(folder), { skipFiles: true })).toEqual(["modified b.txt [unstaged]"]);
  });

  test("from a subdirectory: paths from the top level, then scoped", async () => {
    const repository = makeRepository();
    repository.git("config", "status.relativePaths", "true");
    repository.git("config", "diff.relative", "true");
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "b.txt", "src/b.txt");
    repository.commit();
    repository.write("a.txt", "outside\n");
    repository.write("src/new.js");
    const directory = join(repository.root, "src");
    const inspection = await inspect({ directory, base });
    const { changes } = inspection;
    if (!changes.known) throw new Error(changes.message);
    expect(changes).toMatchObject({ root: repository.root, prefix: "src/" });
    expect(lines(changes)).toEqual([
      "modified a.txt [unstaged]",
      "renamed b.txt -> src/b.txt [committed]",
      "untracked src/new.js [untracked]",
    ]);
    expect(asRecords(inspection.files ?? [])).toEqual(filesByGit(repository));
    const scoped = scopeToDirectory(inspection);
    expect(scoped.changes.known && lines(scoped.changes)).toEqual([
      "added b.txt [committed]",
      "untracked new.js [untracked]",
    ]);
    expect(scoped.files?.map(({ path }) => path)).toEqual(["b.txt", "c.js", "new.js"]);
    expect(scoped).toMatchObject({ root: directory, prefix: "" });
  });

  test("inherited GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE are dropped", async () => {
    const [repository, other] = [makeRepository(), makeRepository()];
    repository.write("a.txt", "new\n");
    vi.stubEnv("GIT_DIR", join(other.root, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other.root);
    vi.stubEnv("GIT_INDEX_FILE", join(other.root, ".git", "nowhere"));
    vi.stubEnv("GIT_LITERAL_PATHSPECS", "1");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "a repository of another user is 'unsafe-ownership' (needs root to set up)",
    async () => {
      const repository = makeRepository();
      chownSync(repository.root, 12_345, 12_345);
      chownSync(join(repository.root, ".git"), 12_345, 12_345);
      const problem = await unknownOf(repository);
      expect(problem.code).toBe("unsafe-ownership");
      expect(problem.remedy).toBe(`git config --global --add safe.directory ${repository.root}`);
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    "a repository of another user that was called safe is read (needs root to set up)",
    async () => {
      const repository = makeRepository();
      repository.write("a.txt", "new\n");
      chownSync(repository.root, 12_345, 12_345);
      const settings = join(makeFolder(), "settings");
      vi.stubEnv("GIT_CONFIG_GLOBAL", settings);
      for (const [value, isSafe] of [
        [repository.root, true],
        ["*", true],
        [`${repository.root}/.git`, false],
        ["/somewhere/else", false],
      ] as const) {
        writeFileSync(settings, `[safe]\n\tdirectory = ${value}\n`);
        const { changes } = await inspect({ directory: repository.root });
        expect(changes.known, value).toBe(isSafe);
      }
      // A repository cannot call itself safe.
      writeFileSync(settings, "");
      repository.gitWith(
        { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" },
        "config",
        "safe.directory",
        "*",
      );
      expect(await unknownOf(repository)).toMatchObject({ code: "unsafe-ownership" });
    },
  );

  test("a bare repository is refused where the user wants it named", async () => {
    const folder = makeFolder();
    makeRepository().git("clone", "-q", "--bare", ".", folder);
    const settings = join(makeFolder(), "settings");
    writeFileSync(settings, "[safe]\n\tbareRepository = explicit\n");
    const asked = { directory: folder, base: "main", head: "main" };
    expect(await detect(asked)).toMatchObject({ known: true });
    vi.stubEnv("GIT_CONFIG_GLOBAL", settings);
    expect(await detect(asked)).toMatchObject({
      known: false,
      code: "git-failed",
      message: expect.stringContaining("safe.bareRepository"),
    });
  });

  test("a folder that a link has taken the place of is gone, whatever the link leads to", async () => {
    const repository = makeRepository();
    repository.move("src", "elsewhere");
    repository.link("elsewhere", "src");
    expect(await netOf(repository, { skipFiles: true })).toEqual([
      "renamed src/c.js -> elsewhere/c.js [unstaged untracked]",
      "untracked src [untracked]",
    ]);
  });

  test("a directory inside of .git has no work tree", async () => {
    const repository = makeRepository();
    const directory = join(repository.root, ".git", "objects");
    expect(await detect({ directory })).toMatchObject({ known: false, code: "no-work-tree" });
    const set = await detect({ directory, base: "HEAD", head: "main" });
    expect(set).toMatchObject({ known: true, changes: [] });
  });

  test("no repository, and no directory at all", async () => {
    const folder = makeFolder();
    vi.stubEnv("GIT_CEILING_DIRECTORIES", join(folder, ".."));
    const inspection = await inspect({ directory: folder });
    expect(inspection).toMatchObject({ changes: { known: false, code: "not-a-repository" }, files: undefined });
    const missing = await detect({ directory: join(folder, "missing") });
    expect(missing).toMatchObject({ known: false, code: "not-a-repository" });
  });

  test("a folder name with a newline", async () => {
    const repository = openRepository(join(makeFolder(), "odd\nfolder"));
    mkdirSync(repository.root);
    repository.git("init", "-q", "-b", "main");
    repository.write("in\nner/x");
    repository.commit();
    repository.write("in\nner/y");
    const set = await detect({ directory: join(repository.root, "in\nner") });
    expect(set).toMatchObject({ known: true, root: repository.root, prefix: "in\nner/" });
    expect(set.known && lines(set)).toEqual(["untracked in\nner/y [untracked]"]);
  });

  test("an abort ends the hashing of a large file in the middle", async () => {
    const repository = makeRepository();
    repository.write("large.bin", "");
    // A terabyte, which no machine hashes within the time of a test.
    truncateSync(join(repository.root, "large.bin"), 2 ** 40);
    const reason = new Error("enough");
    const controller = new AbortController();
    const pending = inspect({ directory: repository.root, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 300);
    await expect(pending).rejects.toBe(reason);
  });

  test("an abort rejects with its reason, before and while the repository is read", async () => {
    const repository = makeRepository();
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = inspect({ directory: repository.root, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(detect({ directory: repository.root, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
