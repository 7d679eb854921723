import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  makeFolder,
  makeRepository,
  openRepository,
  removeFolders,
  type TestRepository,
} from "../../test/repository.ts";
import type { FileEntry } from "../change.ts";
import { listPlainFiles } from "./list-plain-files.ts";
import { createDiskReader } from "../disk/read-disk-content.ts";

afterAll(removeFolders);

const lines = (files: readonly FileEntry[]): string[] =>
  files.map(
    ({ path, mode, id, pathBytes }) =>
      `${mode} ${id} ${Buffer.from(pathBytes ?? Buffer.from(path)).toString("latin1")}`,
  );

/** Git's own word on every file, once all of them are added. */
function listByGit(repository: TestRepository): string[] {
  repository.git("add", "-A");
  const records = repository.gitWith({}, "ls-files", "-s", "-z").toString("latin1").split("\0").slice(0, -1);
  return records.map((record) => record.replace(/^(\S+ \S+) \d\t/, "$1 "));
}

const idOf = (repository: TestRepository, path: string): string => repository.git("hash-object", "--no-filters", path);

describe("listPlainFiles()", () => {
  test("gives the names, modes, ids and order that git gives", async () => {
    const repository = makeRepository();
    const { root, write, link } = repository;
    write("empty", "");
    write("crlf.txt", "a\r\nb\r\n");
    write("big.bin", Buffer.alloc(9 * 1024 * 1024 + 7, "0123456789"));
    write("block.bin", Buffer.alloc(256 * 1024, 1));
    write("run.sh", "#!/bin/sh\n");
    repository.chmod("run.sh", 0o755);
    repository.chmod("b.txt", 0o655);
    for (const path of ["src-a", "src.a", "src/z", "é/\u{1f600}", "new\nline", "-q", String.raw`back\slash`])
      write(path);
    repository.writeBytes(Buffer.from("caf\u00e9", "latin1"), "latin1");
    link("/nowhere/at/all", "broken");
    link("src", "linked-folder");
    link("..", "src/up");
    write(".gitignore", "*.log\n/hidden/\n");
    write("x.log");
    write("hidden/x");
    expect(lines(await listPlainFiles({ root }))).toEqual(listByGit(repository));
  });

  test("gives one entry for a repository inside, which changes with its files and not with its .git", async () => {
    const { root, write } = makeRepository({ empty: true });
    write("before");
    mkdirSync(join(root, "inner"));
    const inner = openRepository(join(root, "inner"));
    inner.git("init", "-q");
    inner.write("file", "one");
    const first = await listPlainFiles({ root });
    expect(first.map(({ path, mode }) => `${mode} ${path}`)).toEqual(["100644 before", "160000 inner/"]);
    inner.commit();
    expect(await listPlainFiles({ root })).toEqual(first);
    inner.write("file", "two");
    expect((await listPlainFiles({ root }))[1]?.id).not.toBe(first[1]?.id);
  });

  test("reads only what is kept, and leaves out what vanishes before it is read", async () => {
    const { root, write } = makeRepository();
    write("fifo/x");
    const keep = (path: string): boolean => {
      if (path === "a.txt") rmSync(join(root, "a.txt"));
      if (path === "fifo/x") {
        rmSync(join(root, path));
        // Would hang a reader that waits for somebody to write.
        execFileSync("mkfifo", [join(root, path)]);
      }
      return path !== "b.txt";
    };
    expect((await listPlainFiles({ root, keep })).map(({ path }) => path)).toEqual(["src/c.js"]);
  });

  test("does not follow a link that takes the place of a file", async () => {
    const { root } = makeRepository();
    const keep = (path: string): boolean => {
      if (path === "a.txt") {
        rmSync(join(root, path));
        symlinkSync("/etc/passwd", join(root, path));
      }
      return path === "a.txt";
    };
    const [entry, ...more] = await listPlainFiles({ root, keep });
    expect(more).toEqual([]);
    expect(entry?.mode).toBe("120000");
    expect(entry?.id).toBe(execFileSync("git", ["hash-object", "--stdin"], { input: "/etc/passwd" }).toString().trim());
  });

  test("reads a file again that grows while being read, and never gives an id of half a file", async () => {
    const repository = makeRepository({ empty: true });
    const { root, write } = repository;
    write("growing", Buffer.alloc(20 * 1024 * 1024));
    const keep = (): boolean => {
      // The first turn of the event loop comes after 8 MiB.
      setImmediate(() => appendFileSync(join(root, "growing"), "more"));
      return true;
    };
    const [entry] = await listPlainFiles({ root, keep });
    expect(entry?.id).toBe(idOf(repository, "growing"));
  });

  test.runIf(existsSync("/proc/self/status"))("does not know a file whose length is never what it says", async () => {
    expect(await createDiskReader()("/proc/self/status", "file")).toEqual({ outcome: "unreadable" });
  });

  test("gives what cannot be read an id that equals no other", async () => {
    const { root, write } = makeRepository();
    write("locked/x");
    chmodSync(root, 0o755);
    chmodSync(join(root, "a.txt"), 0o000);
    chmodSync(join(root, "locked"), 0o000);
    let count = 0;
    const list = (): Promise<readonly FileEntry[]> => listPlainFiles({ root, nextId: () => `${(count += 1)}` });
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) process.seteuid?.(65_534);
    let unreadable: string[];
    try {
      const both = [await list(), await list()].flat();
      unreadable = lines(both).filter((line) => line.includes("unreadable"));
    } finally {
      if (isSuperuser) process.seteuid?.(0);
      chmodSync(join(root, "locked"), 0o700);
    }
    expect(unreadable).toEqual([
      "100644 unreadable:1 a.txt",
      "040000 unreadable:2 locked",
      "100644 unreadable:3 a.txt",
      "040000 unreadable:4 locked",
    ]);
  });

  test("takes a missing root for something unknown, not for no files", async () => {
    const root = join(makeFolder(), "missing");
    const [first, second] = [await listPlainFiles({ root }), await listPlainFiles({ root })];
    expect(first.map(({ path, mode }) => `${mode} "${path}"`)).toEqual(['040000 ""']);
    expect(first).not.toEqual(second);
  });

  test("ends with the signal's reason between two files", async () => {
    const root = makeFolder();
    for (let index = 0; index < 300; index += 1) writeFileSync(join(root, `${index}`), "");
    const controller = new AbortController();
    const keep = (path: string): boolean => {
      if (path === "0") controller.abort(new Error("enough"));
      return true;
    };
    await expect(listPlainFiles({ root, keep, signal: controller.signal })).rejects.toThrow("enough");
  });
});
