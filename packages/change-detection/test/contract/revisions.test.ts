import { join } from "node:path";
import { expect, test } from "vitest";
import { openGitCache } from "../../src/index.ts";
import { makeFolder, makeRepository, openRepository, type TestRepository } from "../repository.ts";
import { contract, lines } from "./contract.ts";

/** Three commits on `main`, a merge of `side`, tags of both kinds. */
function history(): TestRepository {
  const repository = makeRepository();
  repository.git("tag", "-a", "-m", "first", "v1");
  repository.git("tag", "-a", "-m", "tag of a tag", "v1-again", "v1");
  repository.git("checkout", "-q", "-b", "side/branch");
  repository.write("side.txt");
  repository.commit();
  repository.git("checkout", "-q", "main");
  repository.write("two.txt");
  repository.commit();
  repository.git("merge", "-q", "--no-edit", "side/branch");
  repository.write("four.txt");
  repository.commit();
  return repository;
}

contract("revisions", ({ engine, known, unknownOf, netOf }) => {
  test("names, ids and suffixes lead to the commit that git rev-parse names", async () => {
    const repository = history();
    const full = repository.git("rev-parse", "HEAD~2");
    repository.git("pack-refs", "--all");
    repository.git("repack", "-q", "-a", "-d");
    repository.git("checkout", "-q", "-b", "v2");
    const revisions = [
      "HEAD",
      "@",
      "@~1",
      "HEAD^",
      "HEAD~1^2",
      "HEAD~1^2~1",
      "HEAD^^",
      "HEAD~0",
      "HEAD^0",
      "HEAD^{commit}",
      "HEAD^{}",
      "main",
      "heads/main",
      "refs/heads/main",
      "side/branch",
      "v1",
      "tags/v1",
      "v1^{commit}",
      "v1^{}",
      "v1-again",
      "v1-again~0",
      full,
      full.toUpperCase(),
      full.slice(0, 12),
      `v1-2-g${full.slice(0, 10)}`,
    ];
    for (const base of revisions) {
      const set = await known(repository, { base, mode: "exact", skipFiles: true });
      expect(set.base.oid, base).toBe(repository.git("rev-parse", `${base}^{commit}`));
    }
  });

  test("what leads to no commit is unknown", async () => {
    const repository = history();
    for (const base of [
      "HEAD~9",
      "HEAD^3",
      "v1^{tree}",
      "main.lock",
      "../HEAD",
      "refs/../HEAD",
      "description",
      "12345",
      "HEAD~1..main",
      "HEAD~1...main",
      "^main",
    ]) {
      expect(await unknownOf(repository, { base }), base).toMatchObject({ known: false, code: "unknown-ref" });
    }
    for (const head of ["HEAD~9", "HEAD~1..main", "HEAD~1...main", "^main"]) {
      expect(await unknownOf(repository, { head }), head).toMatchObject({ known: false, code: "unknown-ref" });
    }
  });

  test("a range is no base with a cache either", async () => {
    const repository = history();
    const cache = openGitCache({ directory: makeFolder() });
    for (const base of ["HEAD~1..main", "HEAD~1...main"]) {
      expect(await unknownOf(repository, { base, cache }), base).toMatchObject({ code: "unknown-ref" });
    }
  });

  test("revisions that need the reflog or a search", async () => {
    const repository = history();
    for (const [base, expected] of [
      ["main@{0}", "HEAD"],
      ["main@{1}", "HEAD~1"],
      ["HEAD^{/commit}", "HEAD"],
    ] as const) {
      if (engine === "isomorphic") {
        const message = expect.stringContaining(`the revision ${JSON.stringify(base)}`);
        expect(await unknownOf(repository, { base })).toMatchObject({ code: "unsupported", message });
        continue;
      }
      const set = await known(repository, { base, mode: "exact", skipFiles: true });
      expect(set.base.oid).toBe(repository.git("rev-parse", expected));
    }
  });

  test("a branch of a linked work tree, and its own HEAD", async () => {
    const repository = history();
    const folder = join(makeFolder(), "linked");
    repository.git("worktree", "add", "-q", "-b", "linked", folder, "v1");
    const linked = openRepository(folder);
    linked.write("linked.txt");
    linked.commit();
    const set = await known(linked, { base: "main", skipFiles: true });
    expect(lines(set)).toEqual(["added linked.txt [committed]"]);
    expect(set.base.oid).toBe(repository.git("rev-parse", "v1^{commit}"));
    expect(set.headOid).toBe(linked.git("rev-parse", "HEAD"));
  });

  test("a merge base that clocks would hide", async () => {
    const repository = makeRepository();
    const commitAt = (date: string, path: string): string => {
      repository.write(path);
      repository.git("add", "-A");
      repository.gitWith({ GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date }, "commit", "-q", "-m", path);
      return repository.git("rev-parse", "HEAD");
    };
    commitAt("2030-01-01T00:00:00Z", "late");
    const fork = commitAt("2001-01-01T00:00:00Z", "early");
    repository.git("checkout", "-q", "-b", "feature");
    commitAt("2002-01-01T00:00:00Z", "feature");
    repository.git("checkout", "-q", "main");
    commitAt("2040-01-01T00:00:00Z", "main");
    repository.git("checkout", "-q", "feature");
    expect((await known(repository, { base: "main" })).base.oid).toBe(fork);
    expect(await netOf(repository, { base: "main" })).toEqual(["added feature [committed]"]);
  });
});
