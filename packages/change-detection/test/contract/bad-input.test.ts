import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, makeRepository } from "../repository.ts";
import { contract, lines } from "./contract.ts";

contract("bad input", ({ engine, inspect, netOf, unknownOf }) => {
  test("an index that is none is 'git-failed', and there is no file list", async () => {
    const repository = makeRepository();
    repository.write(".git/index", "this is no index, but it is long enough to be read as one");
    const { changes, files } = await inspect({ directory: repository.root });
    expect(changes).toMatchObject({
      known: false,
      code: "git-failed",
      message: expect.stringMatching(/signature|index/),
    });
    expect(files).toBeUndefined();
  });

  // git itself does not look at the checksum and takes what is there: see verify_hdr() in its read-cache.c.
  test.each(engine === "native" ? [0.1] : [0.1, 0.5, 0.9, 0.99])(
    "an index that was cut at %d of its length is 'git-failed'",
    async (share) => {
      const repository = makeRepository();
      const index = readFileSync(join(repository.root, ".git", "index"));
      repository.write(".git/index", index.subarray(0, Math.floor(index.length * share)));
      const { changes, files } = await inspect({ directory: repository.root });
      expect(changes).toMatchObject({ known: false, code: "git-failed" });
      expect(files).toBeUndefined();
    },
  );

  test("a place that is no directory of a repository, or a `.git` that leads nowhere, is 'not-a-repository'", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "file"), "");
    const [loop, self, long] = ["loop", "self", "long"].map((name) => join(folder, name)) as [string, string, string];
    for (const one of [loop, self, long]) mkdirSync(one);
    symlinkSync(".git", join(loop, ".git"));
    writeFileSync(join(self, ".git"), "gitdir: .git\n");
    writeFileSync(join(long, ".git"), `gitdir: ${"x".repeat(5000)}\n`);
    const places = ["file", "missing", "file/below", "n".repeat(300), "n/".repeat(3000)].map((one) =>
      join(folder, one),
    );
    for (const directory of [...places, loop, self, long]) {
      const { changes, files } = await inspect({ directory });
      expect(changes, directory.slice(0, 100)).toMatchObject({ known: false, code: "not-a-repository" });
      expect(files).toBeUndefined();
    }
  });

  test("an unknown extension of the index that must be understood is refused", async () => {
    const repository = makeRepository();
    const index = readFileSync(join(repository.root, ".git", "index"));
    // Without a checksum (index.skipHash), so that only the extension is wrong.
    const extension = Buffer.concat([Buffer.from("zzzz"), Buffer.alloc(4)]);
    repository.write(".git/index", Buffer.concat([index.subarray(0, -20), extension, Buffer.alloc(20)]));
    const problem = await unknownOf(repository);
    expect(problem.code).toBe(engine === "native" ? "git-failed" : "unsupported");
    expect(problem.message).toContain("zzzz");
  });

  test("a .git file that is none, and one that leads nowhere", async () => {
    const repository = makeRepository();
    repository.remove(".git");
    repository.write(".git", "nonsense");
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
    repository.write(".git", "gitdir: ../nowhere\n");
    expect(await unknownOf(repository)).toMatchObject({ code: "not-a-repository" });
  });

  test("a missing tree is 'git-failed'", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "new\n");
    repository.commit();
    const tree = repository.git("rev-parse", `${base}^{tree}`);
    repository.remove(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`);
    expect(await unknownOf(repository, { base })).toMatchObject({ code: "git-failed" });
  });

  test("a damaged object is 'git-failed'", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "new\n");
    repository.commit();
    const tree = repository.git("rev-parse", `${base}^{tree}`);
    const file = join(repository.root, ".git", "objects", tree.slice(0, 2), tree.slice(2));
    chmodSync(file, 0o644);
    writeFileSync(file, "no object");
    expect(await unknownOf(repository, { base })).toMatchObject({ code: "git-failed" });
  });

  test("a pack that was cut in half is never an empty list", async () => {
    const repository = makeRepository();
    const base = repository.git("rev-parse", "HEAD");
    for (let index = 0; index < 50; index += 1) repository.write(`many/${index}.txt`, `${index}\n`.repeat(index));
    repository.commit();
    repository.git("repack", "-q", "-a", "-d");
    const folder = join(repository.root, ".git", "objects", "pack");
    const pack = join(folder, readdirSync(folder).find((name) => name.endsWith(".pack")) ?? "");
    const content = readFileSync(pack);
    chmodSync(pack, 0o644);
    writeFileSync(pack, content.subarray(0, content.length / 2));
    const { changes } = await inspect({ directory: repository.root, base });
    expect(changes.known).toBe(false);
  });

  test("a reference that holds nothing is never an empty list", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "new\n");
    repository.write(".git/refs/heads/main", "");
    if (engine === "native") {
      // To git the branch has no commit yet, so that everything is new.
      expect(await netOf(repository, { skipFiles: true })).toHaveLength(3);
    } else {
      expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
    }
  });

  test("a HEAD that points at nothing that exists is 'git-failed'", async () => {
    const repository = makeRepository();
    repository.write(".git/refs/heads/main", `${"1".repeat(40)}\n`);
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
  });

  test("a configuration that is none is 'git-failed'", async () => {
    const repository = makeRepository();
    repository.write(".git/config", `${readFileSync(join(repository.root, ".git", "config"), "utf8")}\n[core\n`);
    expect(await unknownOf(repository)).toMatchObject({ code: "git-failed" });
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "a folder that cannot be read (root can read everything)",
    async () => {
      const repository = makeRepository();
      repository.write("untracked/x.txt");
      repository.chmod("src", 0);
      repository.chmod("untracked", 0);
      const { changes, files } = await inspect({ directory: repository.root });
      repository.chmod("src", 0o755);
      repository.chmod("untracked", 0o755);
      if (!changes.known) throw new Error(changes.message);
      // git warns and takes what it cannot see for unchanged, though it may be anything.
      expect(lines(changes)).toEqual(["modified src/c.js [unstaged]"]);
      expect(files?.find(({ path }) => path === "src/c.js")?.id).toMatch(/^unreadable:/);
      expect(files?.map(({ path }) => path)).toEqual(["a.txt", "b.txt", "src/c.js"]);
    },
  );

  test.each(["--assume-unchanged", "--skip-worktree"])(
    "nothing is read through a link in place of a folder (%s)",
    async (flag) => {
      const repository = makeRepository();
      const outside = makeFolder();
      writeFileSync(join(outside, "c.js"), "outside\n");
      repository.git("update-index", flag, "src/c.js");
      repository.remove("src");
      repository.link(outside, "src");
      const { files, hiddenEdits } = await inspect({ directory: repository.root });
      expect(files?.map(({ path, mode }) => `${mode} ${path}`)).toEqual(["100644 a.txt", "100644 b.txt", "120000 src"]);
      expect(hiddenEdits).toEqual([]);
    },
  );

  test("a file is gone where the folder above it is a link to itself", async () => {
    const repository = makeRepository();
    repository.remove("src");
    repository.link("src", "src");
    expect(await netOf(repository)).toEqual(["untracked src [untracked]", "deleted src/c.js [unstaged]"]);
    repository.write("moved.js", "src/c.js\n".repeat(20));
    expect(await netOf(repository)).toEqual([
      "renamed src/c.js -> moved.js [unstaged untracked]",
      "untracked src [untracked]",
    ]);
  });

  test("names that look like options or shell code are names", async () => {
    const repository = makeRepository();
    repository.write("--exec=touch pwned");
    repository.write("$(touch pwned)");
    repository.write("; touch pwned");
    expect(await netOf(repository)).toEqual([
      "untracked $(touch pwned) [untracked]",
      "untracked --exec=touch pwned [untracked]",
      "untracked ; touch pwned [untracked]",
    ]);
    expect(existsSync(join(repository.root, "pwned"))).toBe(false);
  });

  test("hostile attributes: endless wildcards, negative patterns, broken quotes, huge lines", async () => {
    const repository = makeRepository();
    repository.write(
      ".gitattributes",
      [
        `${"*a".repeat(200)}b text`,
        "!a.txt text",
        '"broken text',
        `${"x".repeat(5000)} text`,
        "\\ text",
        "[ text",
        "a.txt -text=x !text =y",
        "",
      ].join("\n"),
    );
    repository.write("a".repeat(200), "one\r\n");
    repository.commit();
    repository.write("a.txt", "one\r\n");
    repository.write("a".repeat(200), "two\r\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]", `modified ${"a".repeat(200)} [unstaged]`]);
  });

  test("settings that name programs start none", async () => {
    const repository = makeRepository();
    const mark = join(repository.root, ".git", "pwned");
    for (const key of ["core.sshCommand", "core.pager", "core.editor", "diff.external", "core.askPass"]) {
      repository.git("config", key, `touch ${mark}`);
    }
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
    expect(existsSync(mark)).toBe(false);
  });

  test.skipIf(process.platform === "win32")("files that come and go while they are read do no harm", async () => {
    const repository = makeRepository();
    for (let index = 0; index < 300; index += 1) repository.write(`many/${index}.txt`, `${index}\n`);
    repository.commit();
    for (let index = 0; index < 300; index += 1) repository.write(`many/${index}.txt`, `changed ${index}\n`);
    const pending = inspect({ directory: repository.root });
    execFileSync("rm", ["-rf", join(repository.root, "many")]);
    const { changes } = await pending;
    if (!changes.known) throw new Error(changes.message);
    expect(changes.changes).toHaveLength(300);
    expect(changes.changes.every(({ status }) => status === "deleted" || status === "modified")).toBe(true);
    expect(statSync(repository.root).isDirectory()).toBe(true);
  });
});
