import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { useHermeticGit } from "../../test/hermetic-git.ts";
import { makeFolder, makeRepository, type TestRepository } from "../../test/repository.ts";
import { fingerprintFiles } from "./fingerprint-files.ts";
import { fingerprintGlobs, type GlobsFingerprint } from "./fingerprint-globs.ts";

useHermeticGit();

const everything = ["**"];
const all = (directory: string, globs: readonly string[] = everything): Promise<GlobsFingerprint> =>
  fingerprintGlobs({ directory, globs });

/** The same files without the repository. */
function copyOf(root: string): string {
  const copy = join(makeFolder(), "copy");
  execFileSync("cp", ["-R", root, copy]);
  rmSync(join(copy, ".git"), { recursive: true });
  return copy;
}

/** Expects that checkout and copy agree, and gives the answer of the checkout. */
async function expectSameWithoutGit(root: string, globs: readonly string[] = everything): Promise<GlobsFingerprint> {
  const [checkout, copy] = [await all(root, globs), await all(copyOf(root), globs)];
  expect(checkout.source).toBe("git");
  expect(copy.source).toBe("plain");
  expect(checkout.files).toEqual(copy.files);
  expect(checkout.fingerprint).toBe(copy.fingerprint);
  expect(checkout.fingerprint).toBe(fingerprintFiles(checkout.files));
  return checkout;
}

/** A repository with a bit of everything: staged, edited, deleted, untracked, ignored, links, modes, odd names. */
function makeBusyRepository(): TestRepository {
  const repository = makeRepository();
  const { write, writeBytes, link, chmod, git, remove } = repository;
  write(".gitignore", "*.log\n/out/\n");
  write("src/tool.sh", "#!/bin/sh\n");
  chmod("src/tool.sh", 0o755);
  link("tool.sh", "src/link");
  link("/nowhere", "broken");
  link("src", "folder-link");
  for (const path of ["-q", "new\nline", "é/\u{1f600}", 'qu"ote', String.raw`back\slash`]) write(path);
  writeBytes(Buffer.from("caf\u00e9", "latin1"), "latin1");
  repository.commit();
  write("a.txt", "edited");
  write("staged", "staged");
  git("add", "staged");
  write("staged", "edited again");
  remove("b.txt");
  write("untracked/deep/file");
  write("x.log");
  write("out/x");
  return repository;
}

describe("fingerprintGlobs()", () => {
  test("gives a checkout the fingerprint of the same files without .git, without reading clean ones", async () => {
    const { root } = makeBusyRepository();
    const { files, conversions, plainBecause } = await expectSameWithoutGit(root);
    expect(files.map(({ path }) => path)).toContain("untracked/deep/file");
    expect(files.map(({ path }) => path)).not.toContain("b.txt");
    expect(files.map(({ path }) => path)).not.toContain("x.log");
    expect({ conversions, plainBecause }).toEqual({ conversions: [], plainBecause: undefined });
    expect((await all(copyOf(root))).plainBecause).toMatch(/not a git repository/);
  });

  test("counts the files that the globs choose, relative to the directory, in a subdirectory too", async () => {
    const { root, write } = makeBusyRepository();
    write("src/.gitignore", "generated\n");
    write("src/generated");
    const below = await all(join(root, "src"), ["**", "!*.js"]);
    expect(below.files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      "100644 .gitignore",
      "120000 link",
      "100755 tool.sh",
    ]);
    expect(await all(join(copyOf(root), "src"), ["**", "!*.js"])).toMatchObject({
      source: "plain",
      fingerprint: below.fingerprint,
    });
    expect((await all(root, ["src/c.js", "nothing/"])).files).toHaveLength(1);
    expect((await all(root, [])).fingerprint).toBe(fingerprintFiles([]));
  });

  test.each([
    ["text=auto", "* text=auto\n", {}, ["text=auto"]],
    ["eol=crlf", "*.txt eol=crlf\n", {}, ["eol=crlf"]],
    ["text by its old name", "*.txt crlf\n", {}, ["crlf"]],
    ["a macro and a deeper file", "[attr]prose text eol=crlf\n*.txt prose\nraw.txt binary\n", {}, ["text"]],
    ["ident", "*.txt ident\n", {}, ["ident"]],
    [
      "a filter",
      "*.txt filter=upper\n",
      { "filter.upper.clean": "tr a-z A-Z", "filter.upper.smudge": "tr A-Z a-z" },
      ["filter=upper"],
    ],
    ["an encoding", "raw.txt working-tree-encoding=UTF-16LE\n", {}, ["working-tree-encoding=UTF-16LE"]],
    ["core.autocrlf=true", "", { "core.autocrlf": "true" }, ["core.autocrlf=true"]],
    ["core.autocrlf=input", "a.txt -text\n", { "core.autocrlf": "input" }, ["core.autocrlf=input"]],
  ])("sees the bytes on the disk where git keeps others: %s", async (_, attributes, settings, reasons) => {
    const repository = makeRepository();
    const { root, git, write } = repository;
    for (const [name, value] of Object.entries(settings)) git("config", name, value);
    git("config", "core.safecrlf", "false");
    if (attributes !== "") write(".gitattributes", attributes);
    write("mixed.txt", "one\r\ntwo\n$Id$\n");
    write("raw.txt", Buffer.from("one\ntwo\n", attributes.includes("UTF-16") ? "utf16le" : "utf8"));
    repository.commit();
    // Written anew by git, as in a fresh clone.
    for (const path of ["mixed.txt", "raw.txt", "a.txt"]) {
      rmSync(join(root, path));
      git("checkout", "-q", "--", path);
    }
    const clean = await expectSameWithoutGit(root);
    expect(git("status", "--porcelain")).toBe("");

    // An edit that git's conversion takes away again: git sees nothing, a step does.
    const isEncoded = attributes.includes("UTF-16");
    if (isEncoded) write("raw.txt", Buffer.from("one\ntwo\n!", "utf16le"));
    else if (attributes.includes("filter")) write("mixed.txt", "ONE\r\ntwo\n$id$\n");
    else write("mixed.txt", attributes.includes("ident") ? "one\r\ntwo\n$Id: x $\n" : "one\r\ntwo\n$Id$\n");
    expect(git("diff", "--name-only")).toBe(isEncoded ? "raw.txt" : "");
    const edited = await expectSameWithoutGit(root);
    expect(edited.fingerprint).not.toBe(clean.fingerprint);
    expect(edited.conversions).toEqual(reasons);
    const withoutBinary = await fingerprintGlobs({ directory: root, globs: everything, engine: "isomorphic" });
    expect(withoutBinary.files).toEqual(edited.files);

    // Edits and new files whose content git does not have yet.
    write("a.txt", "other\r\n");
    write("new.txt", "new\r\nfile\n");
    await expectSameWithoutGit(root);
  });

  test("does not read what conversions left alone", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "* text=auto ident\n");
    repository.commit();
    expect((await expectSameWithoutGit(repository.root)).conversions).toEqual([]);
  });

  test("finds attributes wherever git looks for them", async () => {
    const repository = makeRepository();
    const { root, write, git } = repository;
    write(".git/info/attributes", "a.txt filter=x\n");
    write(".git/own", "b.txt ident\n");
    git("config", "core.attributesFile", join(root, ".git/own"));
    write("src/.gitattributes", "c.js text\n");
    write("b.txt", "$Id: here $\n");
    write("src/c.js", "one\r\n");
    repository.commit();
    // Gone from the disk, still in the index: git goes on minding it.
    repository.remove("src/.gitattributes");
    expect((await expectSameWithoutGit(root)).conversions).toEqual(["filter=x", "ident", "text"]);
  });

  test("gives the same where objects are SHA-256", async () => {
    const [one, other] = [makeRepository(), makeRepository({ objectFormat: "sha256" })];
    for (const { link, commit } of [one, other]) {
      link("a.txt", "link");
      commit();
    }
    const answer = await expectSameWithoutGit(other.root);
    expect(answer.fingerprint).toBe((await all(one.root)).fingerprint);
    expect(answer.conversions).toEqual(["objects are SHA-256"]);
  });

  test("gives the same where no git can be started", async () => {
    const { root } = makeBusyRepository();
    const { fingerprint } = await all(root);
    const engine = "isomorphic";
    expect((await fingerprintGlobs({ directory: root, globs: everything, engine })).fingerprint).toBe(fingerprint);
    vi.stubEnv("PATH", makeFolder());
    expect((await fingerprintGlobs({ directory: root, globs: everything })).fingerprint).toBe(fingerprint);
  });

  test("reads a repository that git refuses by the rules above the directory too", async () => {
    const { root, write } = makeRepository();
    write(".gitignore", "*.log\n");
    write(".git/info/exclude", "secret\n");
    for (const path of ["src/x.log", "src/secret", "src/y", "other/z"]) write(path);
    const before = await all(join(root, "src"));
    write(".git/HEAD", "nonsense");
    const after = await all(join(root, "src"));
    expect(after).toEqual({ ...before, source: "plain", plainBecause: expect.any(String) });
    expect(after.files.map(({ path }) => path)).toEqual(["c.js", "y"]);
  });

  test("differs after every edit that somebody can see, and only then", async () => {
    const { root, git } = makeBusyRepository();
    const seen = new Set([(await all(root)).fingerprint]);
    const edits: readonly (() => void)[] = [
      () => writeFileSync(join(root, "a.txt"), "edited!"),
      () => renameSync(join(root, "a.txt"), join(root, "A.txt")),
      () => chmodSync(join(root, "A.txt"), 0o755),
      () => {
        rmSync(join(root, "broken"));
        symlinkSync("/elsewhere", join(root, "broken"));
      },
      () => {
        rmSync(join(root, "broken"));
        writeFileSync(join(root, "broken"), "/elsewhere");
      },
      () => renameSync(Buffer.from(`${root}/caf\u00e9`, "latin1"), Buffer.from(`${root}/caf\u00e8`, "latin1")),
      () => writeFileSync(join(root, "src/new"), ""),
      () => rmSync(join(root, "-q")),
    ];
    for (const edit of edits) {
      edit();
      const { fingerprint } = await expectSameWithoutGit(root);
      expect(seen).not.toContain(fingerprint);
      seen.add(fingerprint);
      // Neither the index nor ignored files nor empty folders matter.
      git("add", "-A");
      writeFileSync(join(root, `${seen.size}.log`), "");
      mkdirSync(join(root, `empty-${seen.size}`));
      expect((await all(root)).fingerprint).toBe(fingerprint);
    }
  });

  test("follows no link: what a link leads to does not matter", async () => {
    const { root, link } = makeRepository();
    const outside = makeFolder();
    writeFileSync(join(outside, "file"), "one");
    link(outside, "out");
    link("nowhere", "broken");
    const before = await expectSameWithoutGit(root);
    writeFileSync(join(outside, "file"), "two");
    writeFileSync(join(outside, "more"), "");
    expect((await all(root)).fingerprint).toBe(before.fingerprint);
    expect(before.files.filter(({ mode }) => mode === "120000").map(({ path }) => path)).toEqual(["broken", "out"]);
  });

  test("leaves out what is excluded, with git and without", async () => {
    const { root } = makeBusyRepository();
    const options = { globs: everything, exclude: ["./src/", "untracked"] };
    const [checkout, copy] = [
      await fingerprintGlobs({ directory: root, ...options }),
      await fingerprintGlobs({ directory: copyOf(root), ...options }),
    ];
    expect(copy.files).toEqual(checkout.files);
    expect(copy.files.some(({ path }) => /^(?:src|untracked)\//.test(path))).toBe(false);
  });

  test("takes a directory that is not there for something unknown", async () => {
    const directory = join(makeFolder(), "missing");
    expect((await all(directory)).fingerprint).not.toBe((await all(directory)).fingerprint);
  });

  test("refuses bad options and ends with the signal's reason", async () => {
    const { root } = makeRepository();
    await expect(all("")).rejects.toThrow(TypeError);
    await expect(all(root, [""])).rejects.toThrow(TypeError);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fingerprintGlobs({ directory: root, globs: everything, signal })).rejects.toThrow("enough");
  });
});
