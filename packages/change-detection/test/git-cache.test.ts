import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { detectChanges, openGitCache, type ChangeSet, type DetectOptions } from "../src/index.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { makeFolder, makeRepository, openRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

/** Puts a `git` first on PATH that notes its commands and then is git; gives what was noted since it was last asked. */
function watchGit(): () => string[] {
  const folder = makeFolder();
  const log = join(folder, "log");
  const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
  writeFileSync(join(folder, "git"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  return () => {
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    writeFileSync(log, "");
    return lines.flatMap(
      (line) => /(?:^| )(status|rev-parse|diff-tree|merge-base|hash-object)(?: |$)/.exec(line)?.[1] ?? [],
    );
  };
}

function parted(): TestRepository {
  const repository = makeRepository();
  repository.git("checkout", "-q", "-b", "feature");
  repository.git("mv", "a.txt", "feature.txt");
  repository.commit();
  repository.git("checkout", "-q", "main");
  repository.write("main.txt");
  repository.commit();
  repository.git("checkout", "-q", "feature");
  return repository;
}

async function detect(repository: TestRepository, options: Partial<DetectOptions> = {}): Promise<ChangeSet> {
  const set = await detectChanges({ directory: repository.root, environment: {}, base: "main", ...options });
  if (!set.known) throw new Error(set.message);
  return set;
}

describe("a git cache", () => {
  test("the second call asks git for neither merge base nor difference, and the answer is the same", async () => {
    const repository = parted();
    const plain = await detect(repository);
    const noted = watchGit();
    const directory = makeFolder();
    expect(await detect(repository, { cache: openGitCache({ directory }) })).toEqual(plain);
    expect(noted().toSorted()).toEqual(["diff-tree", "merge-base", "rev-parse", "status"]);
    expect(await detect(repository, { cache: openGitCache({ directory }) })).toEqual(plain);
    expect(noted().toSorted()).toEqual(["rev-parse", "status"]);
  });

  test("the state of the work tree and of refs is never kept", async () => {
    const repository = parted();
    const cache = openGitCache({ directory: makeFolder() });
    await detect(repository, { cache });
    repository.write("b.txt", "edited\n");
    repository.write("new.txt");
    expect(await detect(repository, { cache })).toEqual(await detect(repository));
    repository.commit();
    expect(await detect(repository, { cache })).toEqual(await detect(repository));
    repository.git("branch", "-f", "main", "feature");
    expect((await detect(repository, { cache })).changes).toEqual([]);
    repository.git("reset", "-q", "--hard", "HEAD~1");
    expect(await detect(repository, { cache })).toEqual(await detect(repository));
  });

  test("nothing but ids and names is in it, and a damaged fact is asked for again", async () => {
    const repository = parted();
    const plain = await detect(repository);
    const directory = makeFolder();
    const cache = openGitCache({ directory });
    await detect(repository, { cache });
    const files = readdirSync(directory);
    expect(files.map((name) => name.replace(/-[0-9a-f]+$/, "")).toSorted()).toEqual(["diff", "merge-base"]);
    for (const name of files) writeFileSync(join(directory, name), "damaged");
    expect(await detect(repository, { cache })).toEqual(plain);
  });

  test("exact mode and unrelated histories are as without it", async () => {
    const repository = parted();
    const cache = openGitCache({ directory: makeFolder() });
    expect(await detect(repository, { cache, mode: "exact" })).toEqual(await detect(repository, { mode: "exact" }));
    repository.git("checkout", "-q", "--orphan", "other");
    repository.commit();
    const options: DetectOptions = { directory: repository.root, environment: {}, base: "main" };
    expect(await detectChanges({ ...options, cache })).toEqual(await detectChanges(options));
    expect(await detectChanges({ ...options, base: "gone", cache })).toEqual(
      await detectChanges({ ...options, base: "gone" }),
    );
  });

  test("a shallow clone that is deepened finds its merge base", async () => {
    const origin = parted();
    const repository = openRepository(makeFolder());
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    repository.git("init", "-q", "-b", "main");
    repository.git("remote", "add", "origin", `file://${origin.root}`);
    repository.git("fetch", "-q", "--depth=1", "origin", ...refs);
    repository.git("checkout", "-q", "--detach", "origin/feature");
    const cache = openGitCache({ directory: makeFolder() });
    const options: DetectOptions = { directory: repository.root, environment: {}, base: "origin/main", cache };
    expect(await detectChanges(options)).toMatchObject({ known: false, code: "shallow" });
    repository.git("fetch", "-q", "--unshallow", "origin");
    expect(await detectChanges(options)).toMatchObject({
      known: true,
      base: { oid: origin.git("merge-base", "main", "feature") },
    });
  });

  test("a commit that is replaced meanwhile gives another answer at once", async () => {
    const repository = parted();
    const cache = openGitCache({ directory: makeFolder() });
    const same = repository.git("commit-tree", "-m", "same", "-p", "main~1", "main~1^{tree}");
    expect((await detect(repository, { cache })).changes).toHaveLength(1);
    repository.git("replace", "HEAD", same);
    for (const pack of [false, true]) {
      if (pack) repository.git("pack-refs", "--all");
      expect(await detect(repository, { cache })).toEqual(await detect(repository));
      expect(
        (await detect(repository, { cache })).changes.filter(({ layers }) => layers.includes("committed")),
      ).toEqual([]);
    }
  });
});
