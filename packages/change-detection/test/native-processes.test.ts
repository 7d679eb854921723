import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { detectChanges, inspectWorktree, type ChangesUnknown, type DetectOptions } from "../src/index.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { makeFolder, makeRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

async function unknownOf(repository: TestRepository, options: Partial<DetectOptions> = {}): Promise<ChangesUnknown> {
  const changes = await detectChanges({ directory: repository.root, environment: {}, engine: "native", ...options });
  if (changes.known) throw new Error(`known: ${changes.changes.length} changes`);
  return changes;
}

/** Puts a `git` first on PATH that notes its arguments and then is git; gives what was noted. */
function watchGit(): () => string[] {
  const folder = makeFolder();
  const log = join(folder, "log");
  const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
  writeFileSync(join(folder, "git"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  writeFileSync(log, "");
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  return () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
}

function fakeGit(script: string): void {
  const folder = makeFolder();
  writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
}

describe("processes of native git", () => {
  test("nothing changed takes three processes; without files two, where they are not many", async () => {
    const repository = makeRepository();
    const noted = watchGit();
    await inspectWorktree({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(3);
    await detectChanges({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(5);
  });

  test("many files are looked at by two processes, with the same answer", async () => {
    const repository = makeRepository();
    const blob = repository.git("rev-parse", "HEAD:a.txt");
    const names = Array.from({ length: 6000 }, (_, number) => `folder/with-a-long-name/file-${number}.txt`);
    execFileSync("git", ["update-index", "--add", "--index-info"], {
      cwd: repository.root,
      input: names.map((name) => `100644 ${blob}\t${name}\n`).join(""),
    });
    repository.git("update-index", "--assume-unchanged", "-z", "--", ...names.slice(0, 3000));
    repository.write("new.txt");
    const noted = watchGit();
    const changes = await detectChanges({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(3);
    if (!changes.known) throw new Error(changes.message);
    // The files were never written: those that git looks at were added and are gone, the others stay added.
    expect(changes.changes.map(({ path, status }) => `${status} ${path}`)).toEqual([
      ...names
        .slice(0, 3000)
        .map((name) => `added ${name}`)
        .toSorted(),
      "untracked new.txt",
    ]);
  });

  test("contents are hashed without a process where git converts nothing, and by git where it may", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    repository.write("src/new.js", "new\n");
    const noted = watchGit();
    const inspect = async (): Promise<Readonly<Record<string, string>>> => {
      const { changes, files } = await inspectWorktree({ directory: repository.root, environment: {} });
      expect(changes.known && changes.changes.map(({ path }) => path)).toEqual(["a.txt", "src/new.js"]);
      return Object.fromEntries((files ?? []).map(({ path, id }) => [path, id]));
    };
    const ids = await inspect();
    expect(noted()).toHaveLength(3);
    expect(ids["a.txt"]).toBe(repository.git("hash-object", "a.txt"));
    expect(ids["src/new.js"]).toBe(ids["a.txt"]);
    writeFileSync(join(repository.root, ".git", "info", "attributes"), "*.md text\n");
    expect(await inspect()).toEqual(ids);
    expect(noted().filter((line) => line.startsWith("hash-object"))).toHaveLength(1);
  });

  test("a file that is added to the index between two looks at it is in the answer", async () => {
    const repository = makeRepository();
    repository.write("new.txt");
    const folder = makeFolder();
    const [flag, seen] = [join(folder, "added"), join(folder, "seen")];
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    // The first list waits until the status is done, and adds the file before it looks itself.
    fakeGit(`case "$*" in
      *" status "*) '${real}' "$@"; code=$?; : > '${seen}'; exit $code;;
      *ls-files*) if mkdir '${flag}' 2>/dev/null; then until [ -e '${seen}' ]; do :; done; '${real}' add new.txt; fi;;
    esac
    exec '${real}' "$@"`);
    const { changes } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(changes.known && changes.changes.map(({ path, status }) => `${status} ${path}`)).toEqual(["added new.txt"]);
  });

  const moves = [
    [
      "a commit before the work tree is looked at",
      `*" status "*) if mkdir FLAG 2>/dev/null; then sleep 0.2; GIT commit -q -m later; fi;;`,
      [["committed"]],
    ],
    [
      "a commit taken back before the commits are compared",
      `*" status "*) if mkdir FLAG 2>/dev/null; then GIT commit -q -m later; GIT "$@"; code=$?; : > FLAG/seen; exit $code; fi;;
      rev-parse*|*diff-tree*) until [ -e FLAG/seen ]; do sleep 0.01; done; mkdir FLAG/back 2>/dev/null && GIT reset -q --soft first;;`,
      [["staged"]],
    ],
  ] as const;
  test.each(moves)("%s hides nothing", async (_, script, layers) => {
    const repository = makeRepository();
    repository.git("tag", "first");
    repository.git("checkout", "-q", "-b", "side");
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    for (const base of ["first", undefined]) {
      repository.git("reset", "-q", "--hard", "first");
      repository.write("a.txt", "new\n");
      repository.git("add", "a.txt");
      const flag = join(makeFolder(), "flag");
      vi.stubEnv("PATH", dirname(real));
      for (const name of ["AUTHOR", "COMMITTER"]) {
        vi.stubEnv(`GIT_${name}_NAME`, "Test");
        vi.stubEnv(`GIT_${name}_EMAIL`, "test@example.com");
      }
      fakeGit(
        `case "$*" in ${script} esac; exec GIT "$@"`.replaceAll("GIT", `'${real}'`).replaceAll("FLAG", `'${flag}'`),
      );
      const changes = await detectChanges({ directory: repository.root, base, environment: {} });
      expect(changes.known && changes.changes).toEqual([{ path: "a.txt", status: "modified", layers: layers[0] }]);
    }
  });

  test("a HEAD that never stands still is 'git-failed'", async () => {
    const repository = makeRepository();
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    const move = `'${real}' -c user.name=T -c user.email=t@example.com commit -q --allow-empty -m on`;
    fakeGit(`case "$*" in *" status "*) '${real}' "$@"; code=$?; ${move}; exit $code;; esac; exec '${real}' "$@"`);
    const { changes, files } = await inspectWorktree({ directory: repository.root, base: "HEAD", environment: {} });
    expect(changes).toMatchObject({ known: false, code: "git-failed", message: "HEAD moves while it is looked at" });
    expect(files).toHaveLength(3);
  });

  test("a clone at origin/HEAD takes three processes", async () => {
    const folder = makeFolder();
    makeRepository().git("clone", "-q", ".", folder);
    const noted = watchGit();
    const { changes } = await inspectWorktree({ directory: folder, environment: {} });
    expect(changes).toMatchObject({ known: true, changes: [], base: { how: "remote-default" } });
    expect(noted()).toHaveLength(3);
  });
});

describe("a git that does not do what it should", () => {
  test("no git binary is 'git-missing' for the native engine, and without a choice the other one answers", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    vi.stubEnv("PATH", makeFolder());
    expect(await unknownOf(repository)).toMatchObject({ code: "git-missing" });
    const changes = await detectChanges({ directory: repository.root, environment: {} });
    expect(changes).toMatchObject({ known: true, engine: "isomorphic", changes: [{ path: "a.txt" }] });
  });

  test("a git that is too old says which version is needed", async () => {
    const repository = makeRepository();
    fakeGit('case "$1" in --version) echo "git version 2.20.1";; *) echo "usage: git" >&2; exit 129;; esac');
    const problem = await unknownOf(repository);
    expect(problem.code).toBe("git-too-old");
    expect(problem.remedy).toContain("2.30");
  });

  test("a git that hangs is 'git-timeout'", async () => {
    const repository = makeRepository();
    fakeGit("exec sleep 600");
    expect(await unknownOf(repository, { timeoutMs: 50 })).toMatchObject({ code: "git-timeout" });
  });

  test("a git that prints something else is 'git-failed'", async () => {
    const repository = makeRepository();
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    fakeGit(`case "$*" in *status*) echo "1 .M what is this";; *) exec '${real}' "$@";; esac`);
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
  });

  test("a git that dies while it looks for hidden edits is 'git-failed', not a list without them", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "* text\n");
    repository.commit();
    const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
    fakeGit(`case "$*" in *diff-files*) kill -9 $$;; *) exec '${real}' "$@";; esac`);
    const { changes, files } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(changes).toMatchObject({ known: false, code: "git-failed" });
    expect(files).toBeUndefined();
  });

  test("an abort ends a git that hangs", async () => {
    const repository = makeRepository();
    fakeGit("exec sleep 600");
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = inspectWorktree({ directory: repository.root, environment: {}, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});

test("bad options are refused", async () => {
  await expect(detectChanges({ directory: "" })).rejects.toThrow(TypeError);
  await expect(detectChanges({ directory: ".", base: "" })).rejects.toThrow("`base` must be a revision");
  await expect(inspectWorktree({ directory: ".", head: "x\0" })).rejects.toThrow(TypeError);
  await expect(detectChanges({ directory: ".", timeoutMs: 0 })).rejects.toThrow(RangeError);
  await expect(detectChanges({ directory: ".", mode: "fast" as "exact" })).rejects.toThrow(RangeError);
});
