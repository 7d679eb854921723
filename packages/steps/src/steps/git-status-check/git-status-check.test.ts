import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createContext,
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import checkGitStatus from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  vi.stubEnv("CI", "");
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  repository = createStepRepository({ "a.txt": "a\n", "b b.txt": "b\n" });
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});

const run = (options?: StepRunOptions) => repository.run("git_status_check", checkGitStatus, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);

/** git where it ends with an error that is expected. */
function tryGit(...args: readonly string[]): void {
  try {
    repository.git(...args);
  } catch {
    // A conflict.
  }
}

function makeConflict(): void {
  const { git, write, commit } = repository;
  git("switch", "--quiet", "--create", "other");
  write({ "b b.txt": "other\n" });
  commit();
  git("switch", "--quiet", "main");
  write({ "b b.txt": "main\n" });
  commit();
  tryGit("merge", "other");
}

describe("git_status_check", () => {
  test("has nothing to say of a clean branch, and says which it is", async () => {
    expect(await run()).toMatchObject({ message: "on main", findings: [], spans: ["git_operations"] });
  });

  test("counts what is not committed and not tracked; where a clean tree is required these are errors", async () => {
    repository.write({ "a.txt": "2\n", "new\n.txt": "n\n" });
    repository.git("mv", "b b.txt", "c.txt");
    const told = [
      "2 files with changes not committed: c.txt, a.txt",
      "1 path that git neither tracks nor ignores: new .txt",
    ];
    expect(await lines()).toEqual([`info uncommitted ${told[0]}`, `info untracked ${told[1]}`]);
    expect(await lines({ with: { require_clean: true } })).toEqual([
      `error uncommitted ${told[0]}`,
      `error untracked ${told[1]}`,
    ]);
  });

  test("names files that a merge left unresolved, and the merge", async () => {
    makeConflict();
    expect(await lines()).toEqual([
      "error unmerged b b.txt both sides of a merge changed this file, and it has not been resolved",
      "warning unfinished-operation a merge has been begun and not been finished",
    ]);
  });

  test("finds conflict markers that were added as if resolved, and none in headings or in documents about them", async () => {
    makeConflict();
    repository.git("add", ".");
    repository.write({
      "heading.md": "Heading\n=======\n",
      "about.md": "Remove `<<<<<<< HEAD` and\n\n    <<<<<<< HEAD\n    =======\n    >>>>>>> other\n",
    });
    expect(await lines()).toContain("error conflict-marker b b.txt:1 a conflict marker is about to be committed");
    expect((await lines()).filter((line) => line.startsWith("error"))).toHaveLength(1);
  });

  test("warns of a marker that was left behind, and only notes those that a document shows", async () => {
    repository.write({
      "a.txt": "2\n",
      "b.js": "a();\n>>>>>>> main\n",
      "merging.md": "A conflict:\n```\n<<<<<<< HEAD\n=======\n>>>>>>> other\n```\n",
    });
    expect((await lines()).filter((line) => line.includes("conflict-marker"))).toEqual([
      "warning conflict-marker b.js:2 a conflict marker that was left when the rest was resolved is about to be committed",
      "info conflict-marker merging.md:3 has conflict markers, which it seems to show on purpose",
    ]);
  });

  test("tells of a detached HEAD, but not on a build machine and not during a rebase", async () => {
    repository.git("switch", "--quiet", "--detach");
    expect(await lines()).toEqual([
      `warning detached HEAD is detached at ${repository.git("rev-parse", "HEAD").slice(0, 10)}: commits made here belong to no branch`,
    ]);
    vi.stubEnv("CI", "true");
    expect(await lines()).toEqual([]);
    vi.stubEnv("CI", "");
    repository.git("switch", "--quiet", "main");
    makeConflict();
    repository.git("merge", "--abort");
    tryGit("rebase", "other");
    expect(await lines()).toContain("warning unfinished-operation a rebase has been begun and not been finished");
    expect((await lines()).some((line) => line.includes("detached"))).toBe(false);
  });

  test("compares the branch with the one it follows", async () => {
    const origin = mkdtempSync(path.join(tmpdir(), "origin-"));
    const { git, write, commit } = repository;
    git("clone", "--quiet", "--bare", ".", origin);
    git("remote", "add", "origin", origin);
    git("fetch", "--quiet", "origin");
    git("branch", "--quiet", "--set-upstream-to", "origin/main");
    expect(await run()).toMatchObject({ message: "on main, which follows origin/main", findings: [] });
    write({ "a.txt": "2\n" });
    commit();
    git("push", "--quiet");
    git("reset", "--quiet", "--hard", "HEAD~1");
    write({ "a.txt": "3\n" });
    commit();
    expect(await lines()).toEqual([
      'warning behind 1 commit of "origin/main" is not in this branch',
      'info ahead 1 commit of this branch is not in "origin/main"',
    ]);
    expect((await lines({ with: { require_synced: true } })).every((line) => line.startsWith("error"))).toBe(true);
    git("update-ref", "-d", "refs/remotes/origin/main");
    expect(await lines()).toEqual(['warning upstream-gone the branch "origin/main" that this one follows is gone']);
    git("branch", "--unset-upstream");
    expect(await lines()).toEqual([]);
    expect(await lines({ with: { require_synced: true } })).toEqual([
      'error no-upstream the branch "main" follows no other',
    ]);
    rmSync(origin, { recursive: true });
  });

  test("warns of large files about to be committed and refuses those that hosts refuse; not those committed already", async () => {
    const sized = (name: string, mebibytes: number): void => {
      writeFileSync(path.join(repository.directory, name), "");
      truncateSync(path.join(repository.directory, name), mebibytes * 1024 * 1024);
    };
    sized("model.bin", 6);
    sized("video.bin", 101);
    expect((await lines()).slice(1)).toEqual([
      "warning large-file model.bin 6 MiB are about to be committed",
      "error large-file video.bin 101 MiB are about to be committed, which hosts refuse",
    ]);
    expect((await lines({ with: { max_file_mb: 7 } })).slice(1)).toHaveLength(1);
    repository.remove("video.bin");
    repository.commit();
    expect(await lines()).toEqual([]);
  });

  test("names paths from the folder of the configuration where that is not the root of the repository", async () => {
    const { directory, write, git } = repository;
    git("init", "--quiet", path.join(directory, "x"));
    write({ "sub/deep/model.bin": new Uint8Array(2 * 1024 * 1024), "outside.bin": new Uint8Array(2 * 1024 * 1024) });
    const found = await checkGitStatus(
      createContext({ directory: path.join(directory, "sub"), with: { max_file_mb: 1 } }),
    );
    expect(found.findings?.map(({ file }) => file)).toEqual([undefined, "deep/model.bin"]);
  });

  test("passes outside of a repository and before the first commit; without git nothing is known", async () => {
    rmSync(path.join(repository.directory, ".git"), { recursive: true });
    vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
    const context = createContext({ directory: repository.directory });
    expect(await checkGitStatus(context)).toEqual({ message: "not in a git repository" });
    execFileSync("git", ["init", "--quiet", "--initial-branch=fresh"], { cwd: repository.directory });
    expect(await checkGitStatus(context)).toMatchObject({ message: "on fresh" });
    vi.stubEnv("PATH", "/nonexistent");
    expect(await checkGitStatus(context)).toMatchObject({ outcome: "inconclusive" });
  });

  test("refuses options of another type", async () => {
    await expect(run({ with: { require_clean: "yes" } })).rejects.toThrow(
      'the option `require_clean` must be true or false, got "yes"',
    );
    await expect(run({ with: { max_file_mb: -1 } })).rejects.toThrow("`max_file_mb` must be a number of at least 0");
  });
});
