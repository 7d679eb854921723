import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createContext, createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import finalise from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_AUTHOR_NAME", "Test");
  vi.stubEnv("GIT_AUTHOR_EMAIL", "test@example.com");
  vi.stubEnv("GIT_COMMITTER_NAME", "Test");
  vi.stubEnv("GIT_COMMITTER_EMAIL", "test@example.com");
  repository = createStepRepository({ "a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b b.txt": "b\n", "docs/c.md": "c\n" });
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});

const run = (given: Readonly<Record<string, unknown>> = { commit: true }) =>
  repository.run("git_finalization", finalise, { with: given });
const commits = (): number => Number(repository.git("rev-list", "--count", "HEAD"));
const shown = (): readonly string[] =>
  repository.git("show", "--name-status", "--format=", "--no-renames", "-z", "HEAD").split("\0").filter(Boolean);
const text = (file: string): string => readFileSync(path.join(repository.directory, file), "utf8");
const inIndex = (file: string): string => repository.git("show", `:${file}`);
function hook(name: string, script: string): void {
  const folder = path.join(repository.directory, ".git/hooks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

/** Two hunks, of which `git add -p` has taken the first. */
function stageInPart(): void {
  repository.write({ "a.txt": "one\n2\n3\n4\n5\n6\n7\n8\n9\n" });
  repository.git("add", "a.txt");
  repository.write({ "a.txt": "one\n2\n3\n4\n5\n6\n7\n8\nnine\n", "new.txt": "n\n" });
}

describe("git_finalization", () => {
  test("does nothing unless it is told to, and says what could be committed", async () => {
    expect((await run({})).message).toBe("nothing to commit");
    repository.write({ "new.txt": "n\n" });
    const result = await run({});
    expect(result.message).toBe("1 path could be committed: `commit: true` or `run --auto-commit` does it");
    expect([commits(), repository.git("status", "--porcelain")]).toEqual([1, "?? new.txt\n"]);
  });

  test("commits all where nothing is staged, odd names too, and says so in the message", async () => {
    repository.write({ "new \n ü.txt": "n\n", "-a": "dash\n", "docs/c.md": "2\n" });
    repository.remove("b b.txt");
    const result = await run();
    expect(result.message).toBe(`committed 4 files as ${repository.git("rev-parse", "HEAD").slice(0, 10)} on main`);
    expect(shown().toSorted()).toEqual(["-a", "A", "A", "D", "M", "b b.txt", "docs/c.md", "new \n ü.txt"].toSorted());
    expect(repository.git("log", "-1", "--format=%B")).toBe(
      "Change 4 files\n\n- added: -a\n- deleted: b b.txt\n- modified: docs/c.md\n- added: new   ü.txt\n\n",
    );
    expect(repository.git("status", "--porcelain")).toBe("");
    expect((await run()).message).toBe("nothing to commit");
  });

  test("follows the manner of earlier messages, and a template", async () => {
    repository.commit("feat: a");
    repository.commit("fix(b): c");
    repository.write({ "docs/c.md": "2\n" });
    await run();
    expect(repository.git("log", "-1", "--format=%s")).toBe("docs: change c.md\n");
    repository.write({ "docs/c.md": "3\n" });
    await run({ commit: true, message: "{count} on {branch}: {summary}\n\n{files}\n#1 {else}" });
    expect(repository.git("log", "-1", "--format=%B")).toBe(
      "1 on main: docs: change c.md\n\n- modified: docs/c.md\n#1 {else}\n\n",
    );
  });

  test("commits exactly what is staged in part, and leaves the rest as it is", async () => {
    stageInPart();
    const result = await run();
    expect(result.message).toContain("what was not staged stays as it is (2 paths)");
    expect(repository.git("show", "HEAD:a.txt")).toBe("one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    expect(text("a.txt")).toBe("one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    expect(repository.git("status", "--porcelain")).toBe(" M a.txt\n?? new.txt\n");
  });

  test("takes what `include` says: only the index, only what git tracks, or all", async () => {
    stageInPart();
    await run({ commit: true, include: "tracked" });
    expect(repository.git("status", "--porcelain")).toBe("?? new.txt\n");
    expect((await run({ commit: true, include: "staged" })).message).toBe("nothing to commit");
    await run({ commit: true, include: "all" });
    expect(repository.git("status", "--porcelain")).toBe("");
    await expect(run({ commit: true, include: "some" })).rejects.toThrow("`include` must be one of auto, staged");
  });

  test("a hook that refuses leaves the index as it was, with paths that are only to be added, and the work tree", async () => {
    hook("pre-commit", "echo no, never >&2; exit 1");
    repository.write({ "a.txt": "x\n", "new.txt": "n\n", "meant.txt": "m\n" });
    repository.git("add", "--intent-to-add", "meant.txt");
    const before = repository.git("status", "--porcelain=v2");
    const result = await run();
    expect(result.outcome).toBe("failed");
    expect(linesOf(result.findings)).toEqual(["error refused the commit failed: no, never"]);
    expect([commits(), repository.git("status", "--porcelain=v2")]).toEqual([1, before]);
  });

  test("a hook that edits and adds is told of, and its files are in the commit that is named", async () => {
    hook("pre-commit", "echo formatted > docs/c.md; git add docs/c.md");
    repository.write({ "a.txt": "x\n" });
    const result = await run();
    expect(result.message).toContain("committed 2 files");
    expect(linesOf(result.findings)).toEqual([
      "warning changed-by-hook docs/c.md a hook changed 1 file of the commit: it holds more than was staged",
    ]);
  });

  test("what is staged stays where another commit came in between, which putting back would undo", async () => {
    repository.write({ "a.txt": "mine\n" });
    hook("pre-commit", "git update-ref HEAD $(git commit-tree -p HEAD -m other $(git write-tree))");
    const result = await run();
    expect([result.outcome, result.findings.map(({ rule }) => rule)]).toEqual(["failed", ["left-staged", "refused"]]);
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(repository.git("show", "HEAD:a.txt")).toBe("mine\n");
  });

  test("what a hook leaves running keeps nobody waiting", async () => {
    repository.write({ "a.txt": "x\n" });
    hook(
      "post-commit",
      "setsid sh -c 'echo $$ > .git/daemon; exec sleep 600' & until test -s .git/daemon; do sleep 0.01; done",
    );
    expect((await run()).message).toMatch(/^committed 1 file/);
    process.kill(Number(text(".git/daemon")), "SIGKILL");
  });

  test("two that commit in one work tree do it one after the other", async () => {
    repository.write({ "a.txt": "x\n" });
    // In the time that the hook of the first takes, the second would begin its own.
    hook("pre-commit", "mkdir .git/busy || exit 1; sleep 0.5; rmdir .git/busy");
    const results = await Promise.all([run(), run()]);
    expect(results.map(({ message }) => message?.replace(/ as .*/s, "")).toSorted()).toEqual([
      "committed 1 file",
      "nothing to commit",
    ]);
    expect(existsSync(path.join(repository.directory, ".git/ai-workflow.lock"))).toBe(false);
  });

  test("what a refusing hook has added itself is not taken away", async () => {
    hook("pre-commit", "echo kept > own.txt; git add own.txt; exit 1");
    repository.write({ "a.txt": "x\n" });
    const result = await run();
    expect(linesOf(result.findings)).toContain("info left-staged what was staged for the commit is still staged");
    expect(inIndex("own.txt")).toBe("kept\n");
  });

  test("a hook that kills git leaves the old commit and every content", async () => {
    hook("pre-commit", "kill -9 $PPID");
    stageInPart();
    expect((await run()).outcome).toBe("failed");
    expect([commits(), inIndex("a.txt"), text("a.txt")]).toEqual([
      1,
      "one\n2\n3\n4\n5\n6\n7\n8\n9\n",
      "one\n2\n3\n4\n5\n6\n7\n8\nnine\n",
    ]);
  });

  test("does not commit during a merge, with conflicts, with markers, detached, locked or inside of a hook", async () => {
    const { git, write, commit } = repository;
    git("switch", "--quiet", "--create", "other");
    write({ "b b.txt": "other\n" });
    commit();
    git("switch", "--quiet", "main");
    write({ "b b.txt": "main\n" });
    commit();
    const rule = async (): Promise<string | undefined> => (await run()).findings.at(-1)?.rule;
    expect(() => git("merge", "other")).toThrow("git");
    expect(await rule()).toBe("unmerged");
    git("add", ".");
    expect(await rule()).toBe("unfinished-operation");
    git("merge", "--abort");
    write({ "b b.txt": "<<<<<<< HEAD\nmain\n=======\nother\n>>>>>>> other\n" });
    expect((await run()).findings).toMatchObject([{ rule: "conflict-marker", file: "b b.txt", line: 1 }]);
    expect(git("status", "--porcelain")).toBe(' M "b b.txt"\n');
    write({ "b b.txt": "main\n", "a.txt": "x\n" });
    const lock = path.join(repository.directory, ".git/index.lock");
    writeFileSync(lock, "");
    expect(await rule()).toBe("locked");
    expect(existsSync(lock)).toBe(true);
    rmSync(lock);
    git("switch", "--quiet", "--detach");
    expect(await rule()).toBe("detached");
    git("switch", "--quiet", "main");
    vi.stubEnv("GIT_INDEX_FILE", path.join(repository.directory, ".git/index"));
    expect(await rule()).toBe("inside-git");
    vi.stubEnv("GIT_INDEX_FILE", undefined);
    expect(commits()).toBe(2);
  });

  test("where signing is set and fails nothing is committed unsigned", async () => {
    repository.git("config", "commit.gpgSign", "true");
    repository.git("config", "gpg.program", "/nonexistent/gpg");
    repository.write({ "a.txt": "x\n" });
    expect((await run()).findings.map(({ rule }) => rule)).toEqual(["signing"]);
    expect([commits(), repository.git("status", "--porcelain")]).toEqual([1, " M a.txt\n"]);
  });

  test("where git does not know who commits it says so", async () => {
    for (const name of ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv("HOME", "/nonexistent");
    repository.git("config", "user.useConfigOnly", "true");
    repository.write({ "a.txt": "x\n" });
    expect((await run()).findings.map(({ rule }) => rule)).toEqual(["identity"]);
  });

  test("commits the new commit of a submodule, and no repository that is none", async () => {
    const other = path.join(repository.directory, "nested");
    execFileSync("git", ["init", "--quiet", other]);
    writeFileSync(path.join(other, "x"), "x");
    execFileSync("git", ["-C", other, "-c", "user.name=a", "-c", "user.email=a", "add", "."]);
    execFileSync("git", ["-C", other, "-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "x"]);
    repository.write({ "a.txt": "x\n" });
    const result = await run();
    expect(linesOf(result.findings)).toEqual([
      "warning nested-repository nested/ a repository of its own that is no submodule is not committed",
    ]);
    expect(shown()).toEqual(["M", "a.txt"]);
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./nested", "nested");
    await run();
    expect(shown()).toEqual(["A", ".gitmodules", "A", "nested"]);
    writeFileSync(path.join(other, "y"), "y");
    execFileSync("git", ["-C", other, "add", "."]);
    expect((await run()).message).toBe("nothing to commit");
    execFileSync("git", ["-C", other, "-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "y"]);
    await run();
    expect(shown()).toEqual(["M", "nested"]);
  });

  test("commits the first commit, and only what is below the folder of the configuration", async () => {
    rmSync(path.join(repository.directory, ".git"), { recursive: true });
    repository.git("init", "--quiet");
    const result = await finalise(
      createContext({ directory: path.join(repository.directory, "docs"), with: { commit: true } }),
    );
    expect(result.message).toContain("committed 1 file");
    expect(shown()).toEqual(["A", "docs/c.md"]);
  });

  test("tags the commit, once; a name that is taken or none is refused before anything is committed", async () => {
    repository.write({ "a.txt": "x\n" });
    expect((await run({ commit: true, tag: "v1..0" })).findings.map(({ rule }) => rule)).toEqual(["tag"]);
    expect(commits()).toBe(1);
    expect((await run({ commit: true, tag: "v1.0.0" })).message).toMatch(/^committed .*; tagged v1\.0\.0$/);
    expect((await run({ commit: true, tag: "v1.0.0" })).message).toBe("nothing to commit; v1.0.0 is there already");
    repository.write({ "a.txt": "y\n" });
    expect((await run({ commit: true, tag: "v1.0.0" })).findings.map(({ rule }) => rule)).toEqual(["tag"]);
    expect(commits()).toBe(2);
    expect(repository.git("cat-file", "-t", "v1.0.0")).toBe("tag\n");
  });

  test("pushes only when told, to the branch that this one follows, with the tag; never by force", async () => {
    const remote = mkdtempSync(path.join(tmpdir(), "remote-"));
    try {
      const { git, write } = repository;
      git("init", "--quiet", "--bare", remote);
      git("remote", "add", "origin", remote);
      expect((await run({ push: true })).findings.map(({ rule }) => rule)).toEqual(["no-upstream"]);
      git("push", "--quiet", "--set-upstream", "origin", "main");
      write({ "a.txt": "x\n" });
      await run({ commit: true });
      expect(git("rev-list", "--count", "origin/main..HEAD")).toBe("1\n");
      expect((await run({ push: true, tag: "v2" })).message).toBe("tagged v2; pushed to origin");
      expect(execFileSync("git", ["-C", remote, "rev-parse", "main", "v2^{commit}"], { encoding: "utf8" })).toBe(
        git("rev-parse", "HEAD", "HEAD"),
      );
      git("commit", "--quiet", "--amend", "--allow-empty", "--message", "other");
      expect((await run({ push: true })).findings.map(({ rule }) => rule)).toEqual(["push-rejected"]);
    } finally {
      rmSync(remote, { recursive: true });
    }
  });
});
