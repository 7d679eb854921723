import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, makeRepository, openRepository } from "../repository.ts";
import { asRecords, contract, filesByGit, lines } from "./contract.ts";

contract("settings and formats", ({ engine, isUnsupported, known, netOf, unknownOf, inspect }) => {
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

  test("a file system monitor that is wrong, or is none, changes nothing", async () => {
    const repository = makeRepository();
    const monitor = join(makeFolder(), "monitor");
    writeFileSync(monitor, "#!/bin/sh\nprintf 'nothing has changed\\0'\n", { mode: 0o755 });
    repository.git("config", "core.fsmonitor", monitor);
    repository.git("config", "core.fsmonitorHookVersion", "2");
    repository.git("update-index", "--fsmonitor");
    repository.git("status");
    repository.write("a.txt", "edited\n");
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["modified a.txt [unstaged]"]);
    const { files } = await inspect({ directory: repository.root });
    expect(files?.find(({ path }) => path === "a.txt")?.id).toBe(repository.git("hash-object", "a.txt"));
    repository.git("config", "core.fsmonitor", join(monitor, "missing"));
    expect(await netOf(repository, { skipFiles: true })).toEqual(["modified a.txt [unstaged]"]);
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
    // git goes by whole seconds and by the content within one.
    utimesSync(join(repository.root, "x.up"), 1_000_000_000, 1_000_000_000);
    repository.commit();
    repository.write("x.up", "HeLLo\n");
    if (await isUnsupported(repository, { reason: '"x.up" has to be read through its filter "upper"' })) return;
    expect(await netOf(repository, { skipFiles: true })).toEqual([]);
    // What the filter hides is no change, and counts by its bytes.
    const { files } = await inspect({ directory: repository.root });
    const hidden = repository.git("hash-object", "--no-filters", "x.up");
    expect(asRecords(files ?? [])).toEqual(
      filesByGit(repository).map((one) => (one.endsWith(" x.up") ? `100644 ${hidden} x.up` : one)),
    );
    repository.write("x.up", "other\n");
    expect(await netOf(repository)).toEqual(["modified x.up [unstaged]"]);
  });

  test("a filter does not matter as long as none of its files has to be read", async () => {
    const repository = makeRepository();
    repository.git("config", "filter.upper.clean", "tr a-z A-Z");
    repository.write(".gitattributes", "*.up filter=upper\n");
    repository.write("x.up", "hello\n");
    // Old enough for the index to vouch for it.
    utimesSync(join(repository.root, "x.up"), 1e9, 1e9);
    repository.commit();
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  test("a filter that is named and not set up is none", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "* filter=nowhere\n");
    repository.commit();
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  test("an encoding of the work tree", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "*.u16 working-tree-encoding=UTF-16LE\n");
    repository.write("x.u16", Buffer.from("hello\n", "utf16le"));
    repository.commit();
    utimesSync(join(repository.root, "x.u16"), 1, 1);
    if (await isUnsupported(repository, { reason: 'its working-tree-encoding "UTF-16LE"' })) return;
    expect(await netOf(repository, { skipFiles: true })).toEqual([]);
  });

  test("core.autocrlf, ident and macros of attributes: contents are compared as git would store them", async () => {
    const repository = makeRepository();
    repository.git("config", "core.autocrlf", "true");
    repository.write(".gitattributes", "[attr]raw -text\n*.id ident\n*.raw raw\n*.bin binary\n");
    repository.write("x.id", "$Id$\n");
    repository.write("x.raw", "one\n");
    repository.write("x.bin", "one\n");
    repository.write("deep/x.txt", "one\ntwo\n");
    repository.commit();
    repository.write("x.id", "$Id: 0123 $\n");
    repository.write("deep/x.txt", "one\r\ntwo\r\n");
    expect(await netOf(repository, { skipFiles: true })).toEqual([]);
    repository.write("x.raw", "one\r\n");
    repository.write("x.bin", "one\r\n");
    expect(await netOf(repository, { skipFiles: true })).toEqual([
      "modified x.bin [unstaged]",
      "modified x.raw [unstaged]",
    ]);
  });

  test.each([
    ["line ends", "*.sh text\n", "echo 1\necho 2\n", "echo 1\r\necho 2\r\n"],
    ["$Id$", "*.sh ident\n", "# $Id$\n", "# $Id: something $\n"],
  ])(
    "an edit that only conversions hide is no change, and counts by its bytes: %s",
    async (_, rules, before, after) => {
      const repository = makeRepository();
      repository.write(".gitattributes", rules);
      repository.write("x.sh", before);
      repository.commit();
      repository.write("x.sh", after);
      utimesSync(join(repository.root, "x.sh"), 1, 1);
      const { changes, files } = await inspect({ directory: repository.root });
      expect(changes).toMatchObject({ known: true, changes: [] });
      const id = repository.git("hash-object", "--no-filters", "x.sh");
      expect(files?.find(({ path }) => path === "x.sh")?.id).toBe(id);
      // The same bytes as git has, however often they are written, count by the id that git has.
      repository.write("x.sh", before);
      utimesSync(join(repository.root, "x.sh"), 2, 2);
      expect(await netOf(repository)).toEqual([]);
    },
  );

  test("attributes that are only in the index count where the file is not on the disk", async () => {
    const repository = makeRepository();
    repository.write("src/.gitattributes", "*.txt text\n");
    repository.write("src/x.txt", "one\n");
    repository.commit();
    repository.remove("src/.gitattributes");
    repository.write("src/x.txt", "one\r\n");
    // `git hash-object`, which the native engine asks, reads no attributes from the index; `git add` does.
    expect(await netOf(repository, { skipFiles: true })).toEqual([
      "deleted src/.gitattributes [unstaged]",
      ...(engine === "native" ? ["modified src/x.txt [unstaged]"] : []),
    ]);
  });

  test("a SHA-256 repository", async () => {
    const repository = makeRepository({ objectFormat: "sha256" });
    const base = repository.git("rev-parse", "HEAD");
    repository.git("mv", "a.txt", "z.txt");
    repository.commit();
    repository.write("b.txt", "new\n");
    repository.link("b.txt", "link");
    if (await isUnsupported(repository, { base, reason: "its object ids are SHA256" })) return;
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
    const { changes, files } = await inspect({ directory: repository.root });
    expect(changes.known && lines(changes)).toEqual(["modified src/c.js [unstaged]"]);
    expect(files?.map(({ path }) => path)).toEqual(["a.txt", "b.txt", "src/c.js"]);
  });

  test("a file outside of a sparse checkout that is there all the same is compared", async () => {
    const repository = makeRepository();
    repository.write("other/d.txt");
    repository.write("other/e.txt");
    repository.commit();
    repository.git("sparse-checkout", "set", "--cone", "src");
    repository.write("other/d.txt", "edited\n");
    expect(await netOf(repository, { skipFiles: true })).toEqual(["modified other/d.txt [unstaged]"]);
  });

  test("index versions 2, 3 and 4", async () => {
    for (const version of ["2", "3", "4"]) {
      const repository = makeRepository();
      repository.git("update-index", "--index-version", version);
      repository.write("src/deep/er/x.txt");
      repository.git("add", "-N", "src/deep/er/x.txt");
      repository.write("a.txt", "new\n");
      expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]", "added src/deep/er/x.txt [unstaged]"]);
    }
  });

  test("commits that are replaced, and parents that are grafted", async () => {
    const repository = makeRepository();
    const first = repository.git("rev-parse", "HEAD");
    repository.write("two.txt");
    const second = repository.commit();
    repository.write("three.txt");
    const third = repository.commit();
    expect(await netOf(repository, { base: "HEAD~1" })).toEqual(["added three.txt [committed]"]);
    repository.git("replace", "--graft", third, first);
    expect(await netOf(repository, { base: "HEAD~1" })).toEqual([
      "added three.txt [committed]",
      "added two.txt [committed]",
    ]);
    expect(await netOf(repository, { base: second })).not.toEqual(["added three.txt [committed]"]);
  });

  test("settings that are included, for this repository or for others", async () => {
    const repository = makeRepository();
    repository.chmod("a.txt", 0o755);
    const settings = join(makeFolder(), "settings");
    writeFileSync(settings, "[core]\n\tfileMode = false\n");
    repository.git("config", "includeIf.gitdir:/somewhere/else/.path", settings);
    expect(await netOf(repository)).toEqual(["mode-change a.txt [unstaged]"]);
    repository.git("config", `includeIf.gitdir:${repository.root}/.path`, settings);
    expect(await netOf(repository)).toEqual([]);
  });

  test("an extension of the repository that nobody knows is refused", async () => {
    const repository = makeRepository();
    repository.git("config", "core.repositoryFormatVersion", "1");
    repository.git("config", "extensions.fromTheFuture", "true");
    if (await isUnsupported(repository, { reason: "fromthefuture" })) return;
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
  });

  test.skipIf(process.platform !== "linux")(
    "core.ignoreCase: a tracked name in other letters is not untracked",
    async () => {
      const repository = makeRepository();
      repository.git("config", "core.ignoreCase", "true");
      repository.write(".gitignore", "*.LOG\n");
      repository.write("A.TXT", "other\n");
      repository.write("x.log");
      repository.write("SRC/d.js");
      expect(await netOf(repository, { skipFiles: true })).toEqual([
        "untracked .gitignore [untracked]",
        "untracked SRC/d.js [untracked]",
      ]);
    },
  );

  test("core.trustctime and core.checkStat change nothing but the work", async () => {
    const repository = makeRepository();
    repository.git("config", "core.trustctime", "false");
    repository.git("config", "core.checkStat", "minimal");
    repository.write("b.txt", "new\n");
    utimesSync(join(repository.root, "a.txt"), 1, 1);
    expect(await netOf(repository)).toEqual(["modified b.txt [unstaged]"]);
  });

  test("packs with a multi-pack index, a commit graph and a reverse index", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("repack", "-q", "-d");
    repository.write("two.txt");
    repository.commit();
    repository.git("repack", "-q", "-d");
    repository.git("multi-pack-index", "write");
    repository.git("commit-graph", "write", "--reachable");
    expect(await netOf(repository, { base })).toEqual(["added two.txt [committed]"]);
  });

  test("objects borrowed over two other repositories", async () => {
    const origin = makeRepository();
    const [one, two] = [makeFolder(), makeFolder()];
    origin.git("clone", "-q", "--shared", ".", one);
    openRepository(one).git("clone", "-q", "--shared", ".", two);
    const repository = openRepository(two);
    repository.write("b.txt", "new\n");
    repository.commit();
    expect(await netOf(repository, { base: "HEAD~1" })).toEqual(["modified b.txt [committed]"]);
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
      const { files } = await inspect({ directory: repository.root });
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
