import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { walkFiles, type Walk } from "./walk-files.ts";

const environment = {
  PATH: process.env["PATH"],
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
  LC_ALL: "C",
};
const folders: string[] = [];

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "walk-files-")));
  folders.push(folder);
  return folder;
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, env: environment, encoding: "latin1", stdio: ["ignore", "pipe", "ignore"] });
}

function makeRepository(): string {
  const root = makeFolder();
  git(root, "init", "-q");
  return root;
}

function write(root: string, file: string, content = ""): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

afterAll(() => {
  // `rm` takes trees away that are deeper than a path can be long.
  for (const folder of folders) execFileSync("rm", ["-rf", folder]);
});

/** Names as git lists them, in its order. */
function listByGit(root: string, ...settings: readonly string[]): string[] {
  const listed = git(root, ...settings, "ls-files", "-z", "--others", "--exclude-standard");
  return listed.split("\0").slice(0, -1);
}

const rawNames = ({ entries }: Walk): string[] =>
  entries.map(({ name }) => Buffer.from(name.bytes ?? Buffer.from(name.path, "utf8")).toString("latin1"));

const paths = ({ entries }: Walk): string[] => entries.map(({ name }) => name.path);

describe("walkFiles()", () => {
  const name = fc.constantFrom("a", "b", "ab", "a.b", "a-b", "B", "é", "x.log", ".x", "d", "e");
  const treePath = fc.array(name, { minLength: 1, maxLength: 4 });
  const rule = fc.constantFrom(
    ..."a b /a a/ !a !b *.log !x.log /d/* !/d/a d/** **/e e/ ? .* !.x a/**/b é ** !*/ B *".split(" "),
  );
  const ruleFile = fc.array(rule, { minLength: 1, maxLength: 4 }).map((rules) => rules.join("\n"));

  test("lists what git lists, in its order, for any tree and any rule files", async () => {
    const root = makeRepository();
    await fc.assert(
      fc.asyncProperty(
        fc.array(treePath, { minLength: 1, maxLength: 25 }),
        fc.array(fc.tuple(fc.array(name, { maxLength: 2 }), ruleFile), { maxLength: 3 }),
        fc.option(ruleFile),
        fc.option(ruleFile),
        fc.boolean(),
        async (files, ruleFiles, infoExclude, globalExclude, ignoreCase) => {
          for (const one of readdirSync(root)) {
            if (one !== ".git") rmSync(path.join(root, one), { recursive: true });
          }
          for (const file of files) {
            try {
              write(root, file.join("/"));
            } catch {
              // A file stands where a folder is wanted, or the other way round.
            }
          }
          for (const [folder, rules] of ruleFiles) {
            try {
              write(root, [...folder, ".gitignore"].join("/"), rules);
            } catch {
              // As above.
            }
          }
          const [info, excludes] = [path.join(root, ".git/info/exclude"), path.join(root, ".git/excludes")];
          write(root, ".git/info/exclude", infoExclude ?? "");
          writeFileSync(excludes, globalExclude ?? "");
          const settings = ["-c", `core.excludesFile=${excludes}`, "-c", `core.ignoreCase=${ignoreCase}`];
          const walk = await walkFiles({ root, excludeFiles: [excludes, info], ignoreCase });
          expect(walk.problems).toEqual([]);
          expect(rawNames(walk)).toEqual(listByGit(root, ...settings));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("gives one entry for a nested repository of any kind and enters what is none, as git does", async () => {
    const root = makeRepository();
    for (const folder of ["empty", "filled", "bare-inside", "ignored", "deep/one"]) {
      mkdirSync(path.join(root, folder), { recursive: true });
      git(path.join(root, folder), "init", "-q", ...(folder === "bare-inside" ? ["--bare"] : []));
      write(root, `${folder}/file`);
    }
    git(path.join(root, "filled"), "add", "file");
    git(path.join(root, "filled"), "commit", "-q", "-m", "one");
    git(path.join(root, "filled"), "worktree", "add", "-q", "../linked");
    write(root, ".gitignore", "/ignored/\n");
    // A `.git` that means nothing: an empty folder, half a repository, files that lead nowhere, a pipe.
    mkdirSync(path.join(root, "not/empty/.git"), { recursive: true });
    write(root, "not/half/.git/HEAD", "ref: refs/heads/main\n");
    write(root, "not/text/.git", "something");
    write(root, "not/nowhere/.git", "gitdir: ../../missing\n");
    write(root, "not/blank/.git", "gitdir: ");
    mkdirSync(path.join(root, "not/pipe"));
    execFileSync("mkfifo", [path.join(root, "not/pipe/.git")]);
    for (const folder of ["empty", "half", "text", "nowhere", "blank", "pipe"]) write(root, `not/${folder}/file`);
    // A `.git` that leads to a repository elsewhere, by a link and by an absolute path.
    mkdirSync(path.join(root, "by-link"));
    symlinkSync("../filled/.git", path.join(root, "by-link/.git"));
    write(root, "by-path/.git", `gitdir: ${path.join(root, "filled/.git")}\n`);
    // A HEAD that is a link, one that is an id, one that is neither.
    for (const folder of ["head-link", "head-id", "not/head"]) {
      mkdirSync(path.join(root, folder), { recursive: true });
      git(path.join(root, folder), "init", "-q");
      write(root, `${folder}/file`);
      rmSync(path.join(root, folder, ".git/HEAD"));
    }
    symlinkSync("refs/heads/main", path.join(root, "head-link/.git/HEAD"));
    write(root, "head-id/.git/HEAD", `${"a".repeat(40)}\n`);
    write(root, "not/head/.git/HEAD", "main\n");

    const walk = await walkFiles({ root });
    expect(rawNames(walk)).toEqual(listByGit(root));
    expect(walk.problems).toEqual([]);
    const nested = walk.entries.filter(({ kind }) => kind === "nested-repository").map((entry) => entry.name.path);
    expect(nested).toEqual([
      "by-link/",
      "by-path/",
      "deep/one/",
      "empty/",
      "filled/",
      "head-id/",
      "head-link/",
      "linked/",
    ]);
  });

  test("takes links as they are, passes over what is no file, and leaves the root nowhere", async () => {
    const root = makeRepository();
    const outside = makeFolder();
    write(outside, "secret");
    write(root, "folder/file");
    symlinkSync(outside, path.join(root, "out"));
    symlinkSync("folder", path.join(root, "in"));
    symlinkSync("nowhere", path.join(root, "broken"));
    symlinkSync(".", path.join(root, "folder/circle"));
    mkdirSync(path.join(root, "empty/inner"), { recursive: true });
    execFileSync("mkfifo", [path.join(root, "pipe")]);
    // A rule for folders does not match a link to one; a rule file that is a link is not read.
    write(root, "rules", "file\n");
    symlinkSync("../rules", path.join(root, "folder/.gitignore"));
    write(root, ".gitignore", "in/\nout/\n");
    const walk = await walkFiles({ root });
    expect(rawNames(walk)).toEqual(listByGit(root));
    expect(walk.entries.map(({ name: { path: one }, kind }) => `${kind} ${one}`)).toEqual([
      "file .gitignore",
      "link broken",
      "link folder/.gitignore",
      "link folder/circle",
      "file folder/file",
      "link in",
      "link out",
      "file rules",
    ]);
  });

  test("keeps names as bytes where they are not UTF-8, in folders too", async () => {
    const root = makeRepository();
    const bad = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]);
    mkdirSync(bad);
    writeFileSync(Buffer.concat([bad, Buffer.from("/new\nline")]), "");
    writeFileSync(Buffer.concat([bad, Buffer.from("/hidden\u00e9")]), "");
    writeFileSync(Buffer.concat([bad, Buffer.from("/.gitignore")]), "hidden??\n");
    write(root, "é/\u{1f600}");
    write(root, String.raw`-q "\ $(x)`);
    const walk = await walkFiles({ root });
    expect(rawNames(walk)).toEqual(listByGit(root));
    expect(walk.entries.map(({ name: one }) => [one.path, one.bytes])).toEqual([
      [String.raw`-q "\ $(x)`, undefined],
      ["f\ufffd/.gitignore", Buffer.from("f\u00ff/.gitignore", "latin1")],
      ["f\ufffd/new\nline", Buffer.from("f\u00ff/new\nline", "latin1")],
      ["é/\u{1f600}", undefined],
    ]);
  });

  test("skips what it is told to skip, folders with all that is in them", async () => {
    const root = makeFolder();
    for (const file of ["a", "state/x", "state/y/z", "states/x", "b/state/x"]) write(root, file);
    const asked: string[] = [];
    const walk = await walkFiles({ root: `${root}/`, skip: (one) => asked.push(one) > 0 && one === "state" });
    expect(paths(walk)).toEqual(["a", "b/state/x", "states/x"]);
    expect(asked).toEqual(["a", "b", "b/state", "b/state/x", "state", "states", "states/x"]);
  });

  test("reports a directory that vanishes on the way, one that cannot be read, and a missing root", async () => {
    const root = makeFolder();
    for (const file of ["a/x", "gone/x", "locked/x", "rules/x", "z"]) write(root, file);
    write(root, "rules/.gitignore", "x\n");
    chmodSync(path.join(root, "locked"), 0o000);
    chmodSync(path.join(root, "rules/.gitignore"), 0o000);
    chmodSync(root, 0o777);
    // The superuser may read everything: look with the eyes of somebody else.
    const isSuperuser = process.geteuid?.() === 0;
    const skip = (one: string): boolean => {
      if (one === "gone") rmSync(path.join(root, "gone"), { recursive: true });
      return false;
    };
    if (isSuperuser) {
      chmodSync(path.join(root, "gone"), 0o777);
      process.seteuid?.(65_534);
    }
    let walk: Walk;
    try {
      walk = await walkFiles({ root, skip });
    } finally {
      if (isSuperuser) process.seteuid?.(0);
      chmodSync(path.join(root, "locked"), 0o700);
    }
    expect(paths(walk)).toEqual(["a/x", "rules/.gitignore", "rules/x", "z"]);
    expect(walk.problems).toEqual([
      { path: "gone", code: "ENOENT" },
      { path: "locked", code: "EACCES" },
      { path: "rules/.gitignore", code: "EACCES" },
    ]);
    const missing = path.join(root, "missing");
    expect(await walkFiles({ root: missing })).toEqual({ entries: [], problems: [{ path: "", code: "ENOENT" }] });
    expect(await walkFiles({ root: path.join(root, "z") })).toEqual({
      entries: [],
      problems: [{ path: "", code: "ENOTDIR" }],
    });
  });

  test("takes a rule file outside that is missing for one without rules, and reports one that cannot be read", async () => {
    const root = makeFolder();
    write(root, "a");
    const excludeFiles = [path.join(root, "missing"), path.join(root, "a/b"), root, `${root}/${"n".repeat(300)}`];
    const walk = await walkFiles({ root, excludeFiles });
    expect(paths(walk)).toEqual(["a"]);
    expect(walk.problems).toEqual([{ path: excludeFiles[3], code: "ENAMETOOLONG" }]);
  });

  test("goes down as deep as paths can be and reports where they end", async () => {
    const root = makeFolder();
    const build = `for (let i = 1; i <= 5000; i += 1) {
      fs.mkdirSync("d");
      process.chdir("d");
      if (i === 1000) fs.writeFileSync("file", "");
    }`;
    execFileSync(process.execPath, ["-e", build], { cwd: root });
    const walk = await walkFiles({ root });
    expect(paths(walk)).toEqual([`${"d/".repeat(1000)}file`]);
    expect(walk.problems.map(({ code }) => code)).toEqual(["ENAMETOOLONG"]);
  });

  test("lets the event loop turn and ends with the signal's reason", async () => {
    const root = makeFolder();
    for (let index = 0; index < 1100; index += 1) writeFileSync(path.join(root, String(index)), "");
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(walkFiles({ root, signal: controller.signal })).rejects.toThrow("enough");
    await expect(walkFiles({ root, signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });

  test("refuses a path that is none", async () => {
    await expect(walkFiles({ root: "" })).rejects.toThrow(
      new TypeError('Cannot walk files: `root` must be a path, got ""'),
    );
    await expect(walkFiles({ root: "a\0b" })).rejects.toThrow(TypeError);
    await expect(walkFiles({ root: ".", excludeFiles: [""] })).rejects.toThrow("`excludeFiles` must be a path");
  });
});

test("each folder that is entered is told of right before it is read, and no hidden one is", async () => {
  const root = makeFolder();
  mkdirSync(path.join(root, "empty"));
  mkdirSync(path.join(root, "node_modules", "inner"), { recursive: true });
  mkdirSync(path.join(root, "a"));
  writeFileSync(path.join(root, ".gitignore"), "node_modules\n");
  const told: string[] = [];
  const { entries } = await walkFiles({
    root,
    onFolder: (folder) => {
      told.push(folder);
      // What comes between being told and being read is found.
      if (folder === "a") writeFileSync(path.join(root, "a", "late.txt"), "");
    },
  });
  expect(told).toEqual(["", "a", "empty"]);
  expect(entries.map(({ name }) => name.path)).toEqual([".gitignore", "a/late.txt"]);
});
