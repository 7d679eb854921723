import { execFileSync } from "node:child_process";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  detectChanges,
  inspectWorktree,
  scopeToDirectory,
  type ChangeLayer,
  type ChangeSet,
  type ChangesUnknown,
  type DetectOptions,
  type FileEntry,
} from "../src/index.ts";
import {
  HERMETIC,
  makeFolder,
  makeRepository,
  openRepository,
  removeFolders,
  type TestRepository,
} from "./repository.ts";

beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", HERMETIC["GIT_CONFIG_GLOBAL"]);
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", HERMETIC["GIT_CONFIG_NOSYSTEM"]);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(removeFolders);

const lines = (set: ChangeSet): string[] =>
  set.changes.map(
    ({ status, path, previousPath, layers }) =>
      `${status} ${previousPath === undefined ? "" : `${previousPath} -> `}${path} [${layers.join(" ")}]`,
  );

/** What `git add -A` would put into the index: git's own word on every file of the work tree. */
function filesByGit(repository: TestRepository): string[] {
  const index = join(repository.root, ".git", "oracle-index");
  rmSync(index, { force: true });
  const own = join(repository.root, ".git", "index");
  if (existsSync(own)) {
    copyFileSync(own, index);
    // A younger copy would make git trust entries that it must look at again.
    const { atime, mtime } = statSync(own);
    utimesSync(index, atime, mtime);
  }
  repository.gitWith({ GIT_INDEX_FILE: index }, "add", "-A");
  const listed = repository.gitWith({ GIT_INDEX_FILE: index }, "ls-files", "-s", "-z").toString("latin1");
  rmSync(index, { force: true });
  return listed
    .split("\0")
    .slice(0, -1)
    .map((record) => record.replace(/ 0\t/, " "));
}

const asRecords = (files: readonly FileEntry[]): string[] =>
  files.map(
    ({ mode, id, path, pathBytes }) =>
      `${mode} ${id} ${Buffer.from(pathBytes ?? Buffer.from(path)).toString("latin1")}`,
  );

type Options = Partial<DetectOptions> & { readonly skipFiles?: boolean };

/** Inspects, checks the files against git and both entry points against each other, and gives the change set. */
async function known(repository: TestRepository, { skipFiles = false, ...options }: Options = {}): Promise<ChangeSet> {
  const all: DetectOptions = { directory: repository.root, environment: {}, ...options };
  const { changes, files } = await inspectWorktree(all);
  if (!changes.known) throw new Error(`unknown: ${changes.code} ${changes.message}`);
  expect(await detectChanges(all)).toEqual(changes);
  if (!skipFiles) expect(asRecords(files ?? [])).toEqual(filesByGit(repository));
  return changes;
}

async function netOf(repository: TestRepository, options: Options = {}): Promise<string[]> {
  return lines(await known(repository, options));
}

async function unknownOf(repository: TestRepository, options: Partial<DetectOptions> = {}): Promise<ChangesUnknown> {
  const changes = await detectChanges({ directory: repository.root, environment: {}, ...options });
  if (changes.known) throw new Error(`known: ${lines(changes).join(", ")}`);
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

describe("work tree and index", () => {
  test("nothing changed is a known, empty list", async () => {
    const set = await known(makeRepository());
    expect(set.changes).toEqual([]);
    expect(set.base).toEqual({ oid: set.headOid, ref: "HEAD", how: "head" });
  });

  test("nothing changed takes three processes, and detectChanges two", async () => {
    const repository = makeRepository();
    const noted = watchGit();
    await inspectWorktree({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(3);
    await detectChanges({ directory: repository.root, environment: {} });
    expect(noted()).toHaveLength(5);
  });

  test("a staged edit", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    repository.git("add", "a.txt");
    expect(await netOf(repository)).toEqual(["modified a.txt [staged]"]);
  });

  test("an unstaged edit takes one hash-object more", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
    const noted = watchGit();
    await inspectWorktree({ directory: repository.root, environment: {} });
    expect(noted().filter((line) => line.startsWith("hash-object"))).toHaveLength(1);
    expect(noted()).toHaveLength(4);
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
      const { files, hiddenEdits } = await inspectWorktree({ directory: repository.root, environment: {} });
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
    const { changes } = await inspectWorktree({ directory: repository.root, environment: {} });
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
    const { changes, files } = await inspectWorktree({
      directory: join(repository.root, "src"),
      environment: {},
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

describe("renames, modes and types", () => {
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

describe("names", () => {
  const odd = [
    " lead and trail ",
    "-rf",
    "--help",
    '"quoted"',
    "'single'",
    "a -> b",
    "back\\slash",
    "cr\rreturn",
    "end\r",
    "$(touch pwned)",
    ":(top)magic",
    "glob*[x]?",
    "new\nline",
    '"new\n"line\\',
    "tab\there",
    "é combined e\u0301",
    "文字",
    "😀 emoji",
    "\ufffd replacement",
  ];

  test("odd names are exact: untracked, staged, committed, modified and deleted", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    const bytewise = odd.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const paths = async (): Promise<string[]> => (await known(repository, { base })).changes.map(({ path }) => path);
    for (const name of odd) repository.write(name, `content of ${name}`);
    expect(await paths()).toEqual(bytewise);
    repository.git("add", "-A");
    expect(await paths()).toEqual(bytewise);
    repository.commit();
    expect(await paths()).toEqual(bytewise);
    for (const name of odd) repository.write(name, `other content of ${name}`);
    expect(await netOf(repository)).toEqual(bytewise.map((name) => `modified ${name} [unstaged]`));
    for (const name of odd) repository.remove(name);
    expect(await netOf(repository)).toEqual(bytewise.map((name) => `deleted ${name} [unstaged]`));
    expect(existsSync(join(repository.root, "pwned"))).toBe(false);
  });

  test("a renamed odd name keeps both ends apart", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "--", "a.txt", "new\nline -> b");
    expect(await netOf(repository)).toEqual(["renamed a.txt -> new\nline -> b [staged]"]);
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["renamed a.txt -> new\nline -> b [committed]"]);
  });

  test.skipIf(process.platform !== "linux")(
    "names that are not UTF-8 keep their bytes, and two of them stay two",
    async () => {
      const repository = makeRepository();
      const base = repository.git("rev-parse", "HEAD");
      const [one, two] = [Buffer.from("x\xff.txt", "latin1"), Buffer.from("x\xfe.txt", "latin1")];
      repository.writeBytes(one, "one\n");
      repository.writeBytes(two, "two\n");
      repository.write("é.txt");
      const check = async (): Promise<void> => {
        const { changes } = await known(repository, { base });
        expect(
          changes.map(({ path, pathBytes }) => [path, pathBytes && Buffer.from(pathBytes).toString("latin1")]),
        ).toEqual([
          ["x\ufffd.txt", "x\xfe.txt"],
          ["x\ufffd.txt", "x\xff.txt"],
          ["é.txt", undefined],
        ]);
      };
      await check();
      repository.commit();
      await check();
      repository.writeBytes(one, "changed\n");
      const { changes } = await known(repository);
      expect(changes.map(({ pathBytes }) => Buffer.from(pathBytes ?? []))).toEqual([one]);
    },
  );

  test("composed and decomposed names are two files", async () => {
    const repository = makeRepository();
    repository.git("config", "core.precomposeUnicode", "false");
    repository.write("\u00e9", "one\n");
    repository.write("e\u0301", "two\n");
    const { changes } = await known(repository);
    expect(changes.map(({ path }) => path)).toEqual(
      process.platform === "darwin" ? [expect.any(String)] : ["e\u0301", "\u00e9"],
    );
  });
});

describe("unmerged, submodules, nested repositories", () => {
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
    const { files } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(files?.find(({ path }) => path === "lib/sub")?.id).toBe(inner.git("rev-parse", "HEAD"));
    repository.git("config", "--unset", "submodule.lib/sub.ignore");
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["submodule lib/sub [committed]"]);
  });

  test("the id of a dirty submodule follows what is inside", async () => {
    const { repository, inner } = withSubmodule();
    const idOf = async (): Promise<string | undefined> => {
      const { files } = await inspectWorktree({ directory: repository.root, environment: {} });
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
    const { files } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(files?.find(({ path }) => path === "nested/")).toEqual({
      path: "nested/",
      mode: "160000",
      id: nested.git("rev-parse", "HEAD"),
    });
  });
});

describe("base and head", () => {
  test("before the first commit everything is new, from the empty tree", async () => {
    const repository = makeRepository({ empty: true });
    repository.write("staged.txt");
    repository.git("add", "staged.txt");
    repository.write("untracked.txt");
    const set = await known(repository);
    expect(lines(set)).toEqual(["added staged.txt [staged]", "untracked untracked.txt [untracked]"]);
    expect(set.base).toEqual({ oid: null, ref: "HEAD", how: "unborn" });
    expect(set.headOid).toBeNull();
  });

  test("a root commit and a detached HEAD are nothing special", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "--detach");
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  /** `main` moves on after `feature` has left it. */
  function parted(): TestRepository {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "feature");
    repository.write("feature.txt");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("main.txt");
    repository.commit();
    repository.git("checkout", "-q", "feature");
    return repository;
  }

  test("a base that moved on: merge base by default, exact on request", async () => {
    const repository = parted();
    const set = await known(repository, { base: "main" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(set.base).toEqual({ oid: repository.git("merge-base", "main", "HEAD"), ref: "main", how: "explicit" });
    expect(await netOf(repository, { base: "main", mode: "exact" })).toEqual([
      "added feature.txt [committed]",
      "deleted main.txt [committed]",
    ]);
  });

  test("local main is the base where HEAD is elsewhere", async () => {
    const set = await known(parted());
    expect(set.base).toMatchObject({ ref: "main", how: "default-branch" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("origin/HEAD goes before local main, and unpushed commits count", async () => {
    const origin = makeRepository();
    const folder = makeFolder();
    origin.git("clone", "-q", origin.root, folder);
    const repository = openRepository(folder);
    repository.write("local.txt");
    repository.commit();
    const set = await known(repository);
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "HEAD"), ref: "origin/HEAD", how: "remote-default" });
    expect(lines(set)).toEqual(["added local.txt [committed]"]);
  });

  test("a clone at origin/HEAD takes three processes", async () => {
    const folder = makeFolder();
    makeRepository().git("clone", "-q", ".", folder);
    const noted = watchGit();
    const { changes } = await inspectWorktree({ directory: folder, environment: {} });
    expect(changes).toMatchObject({ known: true, changes: [], base: { how: "remote-default" } });
    expect(noted()).toHaveLength(3);
  });

  test("a base that only the remote has", async () => {
    const origin = parted();
    const folder = makeFolder();
    origin.git("clone", "-q", "--branch", "feature", ".", folder);
    const set = await known(openRepository(folder), { base: "main" });
    expect(set.base).toMatchObject({ ref: "origin/main", how: "explicit" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("back-merges and criss-cross histories have an answer", async () => {
    const repository = parted();
    const [feature, main] = [repository.git("rev-parse", "feature"), repository.git("rev-parse", "main")];
    repository.git("merge", "-q", "--no-edit", main);
    repository.git("checkout", "-q", "main");
    repository.git("merge", "-q", "--no-edit", feature);
    repository.write("late.txt");
    repository.commit();
    const set = await known(repository, { base: "feature" });
    expect([feature, main]).toContain(set.base.oid);
    expect(set.changes.map(({ path }) => path)).toContain("late.txt");
  });

  test("annotated tags, packed refs, and a ref that is named like a file", async () => {
    const repository = makeRepository();
    repository.git("tag", "-a", "-m", "v1", "v1");
    repository.git("tag", "a.txt");
    repository.git("branch", "src");
    repository.git("pack-refs", "--all");
    repository.write("new.txt");
    repository.commit();
    for (const base of ["v1", "a.txt", "src", "HEAD~1", "HEAD^"]) {
      const set = await known(repository, { base });
      expect(lines(set), base).toEqual(["added new.txt [committed]"]);
      expect(set.base.oid).toBe(repository.git("rev-parse", "HEAD~1"));
    }
  });

  test("commit to commit does not look at the work tree", async () => {
    const repository = parted();
    repository.write("untracked.txt");
    repository.write("a.txt", "edit\n");
    const set = await known(repository, { base: "feature~1", head: "feature" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(set.headOid).toBe(repository.git("rev-parse", "feature"));
  });

  test("an unknown head is a named result", async () => {
    expect(await unknownOf(makeRepository(), { base: "main", head: "nope" })).toMatchObject({ code: "unknown-ref" });
  });

  test("a bare repository has a committed view only", async () => {
    const origin = parted();
    const folder = makeFolder();
    origin.git("clone", "-q", "--bare", ".", folder);
    const bare = openRepository(folder);
    const set = await detectChanges({ directory: folder, environment: {}, base: "main", head: "feature" });
    expect(set.known && lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(await unknownOf(bare)).toMatchObject({ code: "no-work-tree" });
  });

  test("an explicit base that is not there names the fetch command", async () => {
    const repository = makeRepository();
    const problem = await unknownOf(repository, { base: "release/2" });
    expect(problem.code).toBe("unknown-ref");
    expect(problem.remedy).toBe("git fetch origin +refs/heads/release/2:refs/remotes/origin/release/2");
    const { changes, files } = await inspectWorktree({
      directory: repository.root,
      environment: {},
      base: "release/2",
    });
    expect(changes).toEqual(problem);
    expect(asRecords(files ?? [])).toEqual(filesByGit(repository));
  });

  test("all zeros and a vanished commit are unknown, and zeros are never fetched", async () => {
    const repository = makeRepository();
    const zeros = await unknownOf(repository, { base: "0".repeat(40) });
    expect(zeros.code).toBe("vanished-base");
    expect(zeros.remedy).not.toContain("fetch");
    expect(await unknownOf(repository, { base: "1".repeat(40) })).toMatchObject({
      code: "vanished-base",
      remedy: `git fetch origin ${"1".repeat(40)}`,
    });
  });

  test.each(["-x", "--upload-pack=touch pwned", "$(touch pwned)", "a..b", "main:a.txt", "HEAD^{tree}", "x\ny"])(
    "a base that looks like something else is unknown: %j",
    async (base) => {
      const repository = makeRepository();
      expect(await unknownOf(repository, { base })).toMatchObject({ code: "unknown-ref" });
      expect(existsSync(join(repository.root, "pwned"))).toBe(false);
    },
  );

  test("the last successful commit is compared exactly; a vanished one is never 'nothing changed'", async () => {
    const repository = parted();
    const last = repository.git("rev-parse", "main");
    const set = await known(repository, { lastSuccessful: last });
    expect(set.base).toEqual({ oid: last, ref: last, how: "last-successful" });
    expect(lines(set)).toEqual(["added feature.txt [committed]", "deleted main.txt [committed]"]);
    const fallback = await known(repository, { lastSuccessful: "1".repeat(40) });
    expect(fallback.base.how).toBe("default-branch");
    repository.git("checkout", "-q", "main");
    expect(await unknownOf(repository, { lastSuccessful: "1".repeat(40) })).toMatchObject({ code: "vanished-base" });
  });
});

describe("continuous integration", () => {
  function pullRequest(): { origin: TestRepository; merged: string } {
    const origin = makeRepository();
    origin.git("checkout", "-q", "-b", "feature");
    origin.write("feature.txt");
    origin.commit();
    origin.git("checkout", "-q", "main");
    origin.write("main.txt");
    origin.commit();
    origin.git("checkout", "-q", "--detach");
    origin.git("merge", "-q", "--no-ff", "--no-edit", "feature");
    const merged = origin.git("rev-parse", "HEAD");
    origin.git("update-ref", "refs/pull/7/merge", merged);
    origin.git("checkout", "-q", "main");
    return { origin, merged };
  }

  function checkOut(
    origin: TestRepository,
    depth: number | undefined,
    refs: readonly string[],
    head: string,
  ): TestRepository {
    const repository = makeRepository({ empty: true });
    repository.git("remote", "add", "origin", `file://${origin.root}`);
    repository.git("fetch", "-q", ...(depth === undefined ? [] : [`--depth=${depth}`]), "origin", ...refs);
    repository.git("checkout", "-q", "--detach", head);
    return repository;
  }

  test.each([
    ["GITHUB_BASE_REF", "main"],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"],
    ["BITBUCKET_PR_DESTINATION_BRANCH", "main"],
    ["SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"],
    ["BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"],
  ])("%s names the base", async (variable, value) => {
    const { origin, merged } = pullRequest();
    const refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/pull/7/merge:refs/remotes/pull/7/merge"];
    const repository = checkOut(origin, undefined, refs, merged);
    const set = await known(repository, { environment: { [variable]: value } });
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "main"), ref: "origin/main", how: "ci" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("a CI branch that is only local serves, too", async () => {
    const { origin } = pullRequest();
    origin.git("checkout", "-q", "feature");
    const set = await known(origin, { environment: { GITHUB_BASE_REF: "main" } });
    expect(set.base).toMatchObject({ ref: "main", how: "ci" });
  });

  test("GitLab's merge base id serves where the target branch was not fetched", async () => {
    const { origin } = pullRequest();
    const base = origin.git("merge-base", "main", "feature");
    const repository = checkOut(
      origin,
      undefined,
      ["+refs/heads/feature:refs/remotes/origin/feature"],
      "origin/feature",
    );
    const set = await known(repository, {
      environment: { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_DIFF_BASE_SHA: base },
    });
    expect(set.base).toEqual({ oid: base, ref: base, how: "ci" });
  });

  test("explicit goes before CI", async () => {
    const { origin } = pullRequest();
    const set = await known(origin, { base: "HEAD~1", environment: { GITHUB_BASE_REF: "feature" } });
    expect(set.base).toMatchObject({ ref: "HEAD~1", how: "explicit" });
  });

  test("the synthetic merge of a pull request is compared with its first parent", async () => {
    const { origin, merged } = pullRequest();
    const repository = checkOut(origin, 2, ["+refs/pull/7/merge:refs/remotes/pull/7/merge"], merged);
    const environment = { GITHUB_REF: "refs/pull/7/merge", GITHUB_BASE_REF: "main" };
    const set = await known(repository, { environment });
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "main"), ref: "HEAD^1", how: "pull-request-merge" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("with a depth of one the answer is a problem with a remedy, not an empty list", async () => {
    const { origin, merged } = pullRequest();
    const repository = checkOut(origin, 1, ["+refs/pull/7/merge:refs/remotes/pull/7/merge"], merged);
    expect(await unknownOf(repository, { environment: { GITHUB_REF: "refs/pull/7/merge" } })).toMatchObject({
      code: "shallow",
    });
    const problem = await unknownOf(repository, {
      environment: { GITHUB_REF: "refs/pull/7/merge", GITHUB_BASE_REF: "main" },
    });
    expect(problem.code).toBe("unknown-ref");
    expect(problem.remedy).toContain("--unshallow");
  });

  test("a pull request's head that is no merge does not take HEAD^1", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    const repository = checkOut(origin, undefined, refs, "origin/feature");
    const set = await known(repository, { environment: { GITHUB_REF: "refs/pull/7/merge" } });
    expect(set.base.how).not.toBe("pull-request-merge");
  });

  test("shallow without a visible merge base is 'shallow', with exact mode it is an answer", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    const repository = checkOut(origin, 1, refs, "origin/feature");
    const problem = await unknownOf(repository, { base: "origin/main" });
    expect(problem.code).toBe("shallow");
    expect(problem.remedy).toContain("--unshallow");
    expect(await netOf(repository, { base: "origin/main", mode: "exact" })).toEqual([
      "added feature.txt [committed]",
      "deleted main.txt [committed]",
    ]);
  });

  test("shallow but deep enough works", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    origin.git("checkout", "-q", "feature");
    const repository = checkOut(origin, 2, refs, "origin/feature");
    expect(await netOf(repository, { base: "origin/main" })).toEqual(["added feature.txt [committed]"]);
  });

  test("unrelated histories are 'no-merge-base'", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "--orphan", "other");
    repository.write("other.txt");
    repository.commit();
    expect(await unknownOf(repository, { base: "main" })).toMatchObject({ code: "no-merge-base" });
  });
});

describe("places", () => {
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
    const inspection = await inspectWorktree({ directory, environment: {}, base });
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

  test("no repository, and no directory at all", async () => {
    const folder = makeFolder();
    vi.stubEnv("GIT_CEILING_DIRECTORIES", join(folder, ".."));
    const inspection = await inspectWorktree({ directory: folder, environment: {} });
    expect(inspection).toMatchObject({ changes: { known: false, code: "not-a-repository" }, files: undefined });
    const missing = await detectChanges({ directory: join(folder, "missing"), environment: {} });
    expect(missing).toMatchObject({ known: false, code: "not-a-repository" });
  });

  test("a folder name with a newline", async () => {
    const repository = openRepository(join(makeFolder(), "odd\nfolder"));
    mkdirSync(repository.root);
    repository.git("init", "-q", "-b", "main");
    repository.write("in\nner/x");
    repository.commit();
    repository.write("in\nner/y");
    const set = await detectChanges({ directory: join(repository.root, "in\nner"), environment: {} });
    expect(set).toMatchObject({ known: true, root: repository.root, prefix: "in\nner/" });
    expect(set.known && lines(set)).toEqual(["untracked in\nner/y [untracked]"]);
  });

  test("no git binary is 'git-missing'", async () => {
    const repository = makeRepository();
    vi.stubEnv("PATH", makeFolder());
    expect(await unknownOf(repository)).toMatchObject({ code: "git-missing" });
  });

  function fakeGit(script: string): void {
    const folder = makeFolder();
    writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  }

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

  test("an abort rejects with its reason", async () => {
    const repository = makeRepository();
    fakeGit("exec sleep 600");
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = inspectWorktree({ directory: repository.root, environment: {}, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(
      detectChanges({ directory: repository.root, environment: {}, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  test("a corrupt index is 'git-failed' with git's own words, and no file list", async () => {
    const repository = makeRepository();
    repository.write(".git/index", "this is no index, but it is long enough to be read as one");
    const { changes, files } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(changes).toMatchObject({
      known: false,
      code: "git-failed",
      message: expect.stringMatching(/signature|index/),
    });
    expect(files).toBeUndefined();
  });

  test("a broken .git file and a missing object are named", async () => {
    const broken = makeRepository();
    broken.remove(".git");
    broken.write(".git", "nonsense");
    expect((await unknownOf(broken)).code).toMatch(/git-failed|not-a-repository/);
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "new\n");
    repository.commit();
    const tree = repository.git("rev-parse", `${base}^{tree}`);
    repository.remove(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`);
    expect(await unknownOf(repository, { base })).toMatchObject({ code: "git-failed" });
  });

  test("bad options are refused", async () => {
    await expect(detectChanges({ directory: "" })).rejects.toThrow(TypeError);
    await expect(detectChanges({ directory: ".", base: "" })).rejects.toThrow("`base` must be a revision");
    await expect(inspectWorktree({ directory: ".", head: "x\0" })).rejects.toThrow(TypeError);
    await expect(detectChanges({ directory: ".", timeoutMs: 0 })).rejects.toThrow(RangeError);
    await expect(detectChanges({ directory: ".", mode: "fast" as "exact" })).rejects.toThrow(RangeError);
  });
});

describe("settings and formats", () => {
  test("hostile user settings do not change the answer", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "é z.txt");
    repository.commit();
    repository.git("mv", "b.txt", "y.txt");
    repository.write("untracked/é.txt");
    for (const [key, value] of [
      ["status.showUntrackedFiles", "no"],
      ["core.quotePath", "true"],
      ["diff.renames", "false"],
      ["status.renames", "false"],
      ["diff.renameLimit", "1"],
      ["color.ui", "always"],
      ["status.short", "true"],
      ["status.branch", "false"],
      ["status.showStash", "true"],
      ["column.ui", "always"],
      ["core.abbrev", "5"],
      ["diff.noprefix", "true"],
      ["diff.external", "false"],
      ["core.pager", "false"],
      ["diff.orderFile", "/nowhere"],
      ["alias.status", "!false"],
    ] as const) {
      repository.git("config", key, value);
    }
    expect(await netOf(repository, { base })).toEqual([
      "untracked untracked/é.txt [untracked]",
      "renamed b.txt -> y.txt [staged]",
      "renamed a.txt -> é z.txt [committed]",
    ]);
  });

  test("phantom edits by line endings are nothing, real ones are found", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "*.txt text eol=crlf\n");
    repository.write("crlf.txt", "one\r\ntwo\r\n");
    repository.write("other.txt", "one\r\ntwo\r\n");
    repository.commit();
    repository.write("crlf.txt", "one\ntwo\n");
    repository.write("other.txt", "one\nthree\n");
    expect(await netOf(repository)).toEqual(["modified other.txt [unstaged]"]);
  });

  test("clean filters are applied before contents are compared", async () => {
    const repository = makeRepository();
    repository.git("config", "filter.upper.clean", "tr a-z A-Z");
    repository.write(".gitattributes", "*.up filter=upper\n");
    repository.write("x.up", "hello\n");
    repository.commit();
    repository.write("x.up", "HeLLo\n");
    expect(await netOf(repository)).toEqual([]);
    repository.write("x.up", "other\n");
    expect(await netOf(repository)).toEqual(["modified x.up [unstaged]"]);
  });

  test("a SHA-256 repository", async () => {
    const repository = makeRepository({ objectFormat: "sha256" });
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "z.txt");
    repository.commit();
    repository.write("b.txt", "new\n");
    repository.link("b.txt", "link");
    expect(await netOf(repository, { base })).toEqual([
      "modified b.txt [unstaged]",
      "untracked link [untracked]",
      "renamed a.txt -> z.txt [committed]",
    ]);
  });

  test("index version 4, split index and untracked cache", async () => {
    const repository = makeRepository();
    repository.git("update-index", "--index-version", "4");
    repository.git("update-index", "--split-index");
    repository.git("update-index", "--force-untracked-cache");
    repository.write("a.txt", "new\n");
    repository.write("new.txt");
    expect(await netOf(repository, { skipFiles: true })).toEqual([
      "modified a.txt [unstaged]",
      "untracked new.txt [untracked]",
    ]);
  });

  test("a sparse checkout does not report what is not checked out", async () => {
    const repository = makeRepository();
    repository.write("other/d.txt");
    repository.commit();
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "src");
    expect(existsSync(join(repository.root, "other/d.txt"))).toBe(false);
    repository.write("src/c.js", "new\n");
    const { changes, files } = await inspectWorktree({ directory: repository.root, environment: {} });
    expect(changes.known && lines(changes)).toEqual(["modified src/c.js [unstaged]"]);
    expect(files?.map(({ path }) => path)).toEqual(["a.txt", "b.txt", "src/c.js"]);
  });

  test("objects borrowed from another repository", async () => {
    const origin = makeRepository();
    const folder = makeFolder();
    origin.git("clone", "-q", "--shared", ".", folder);
    const repository = openRepository(folder);
    const base = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "new\n");
    repository.commit();
    expect(await netOf(repository, { base })).toEqual(["modified a.txt [committed]"]);
  });

  test("a partial clone is answered without fetching contents", async () => {
    const origin = makeRepository();
    const base = origin.git("rev-parse", "HEAD");
    origin.git("mv", "a.txt", "z.txt");
    origin.write("z.txt", `${readFileSync(join(origin.root, "z.txt"), "utf8")}more\n`);
    origin.commit();
    origin.git("config", "uploadpack.allowFilter", "true");
    const folder = makeFolder();
    origin.git("clone", "-q", "--filter=blob:none", `file://${origin.root}`, folder);
    rmSync(origin.root, { recursive: true });
    const set = await known(openRepository(folder), { base, skipFiles: true });
    expect(set.changes.map(({ path }) => path)).toContain("z.txt");
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "a file that cannot be read is listed and has an id (root can read everything)",
    async () => {
      const repository = makeRepository();
      repository.write("secret.txt");
      repository.chmod("secret.txt", 0);
      const { files } = await inspectWorktree({ directory: repository.root, environment: {} });
      expect(files?.find(({ path }) => path === "secret.txt")?.id).toMatch(/^unreadable:./);
    },
  );

  test("two thousand changed files of every kind", async () => {
    const repository = makeRepository();
    for (let index = 0; index < 1000; index += 1) repository.write(`many/${index}.txt`, `${index}\n`);
    repository.commit();
    for (let index = 0; index < 500; index += 1) repository.write(`many/${index}.txt`, `changed ${index}\n`);
    for (let index = 500; index < 1000; index += 1) repository.remove(`many/${index}.txt`);
    for (let index = 0; index < 1000; index += 1) repository.write(`more/${index}.txt`, `new ${index}\n`);
    const { changes } = await known(repository);
    const counts = new Map<string, number>();
    for (const { status } of changes) counts.set(status, (counts.get(status) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ modified: 500, deleted: 500, untracked: 1000 });
  });
});
