import { createHash } from "node:crypto";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { useHermeticGit } from "../../test/hermetic-git.ts";
import { makeRepository, type TestRepository } from "../../test/repository.ts";
import { inspectWorktree } from "../inspect-worktree.ts";
import { contentOnDisk, type DiskContents, type DiskOptions } from "./content-on-disk.ts";

useHermeticGit();

async function look(
  { root }: TestRepository,
  options: Partial<DiskOptions> = {},
): Promise<DiskContents & { readonly idOf: (path: string) => string | undefined }> {
  const { files = [] } = await inspectWorktree({ directory: root, environment: {}, base: "HEAD" });
  const contents = await contentOnDisk(files, { root, ...options });
  return { ...contents, idOf: (path) => contents.files.find((file) => file.path === path)?.id };
}

const blobId = (content: string): string =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest("hex");

/** A repository in which `*.bin` goes through a filter that stores a pointer, as Git LFS does. */
function makeLargeFiles(): TestRepository {
  const repository = makeRepository();
  repository.git("config", "filter.lfs.clean", "sha256sum | cut -c -64");
  repository.write(".gitattributes", "*.bin filter=lfs -text\n");
  repository.write("big.bin", "content\n".repeat(1000));
  repository.commit();
  return repository;
}

describe("contentOnDisk()", () => {
  test("gives the very files back where neither attributes nor settings could convert anything", async () => {
    const repository = makeRepository();
    repository.write("a.txt", "edited\r\n");
    const { files = [] } = await inspectWorktree({ directory: repository.root, environment: {}, base: "HEAD" });
    for (const engine of ["native", "isomorphic"] as const) {
      const contents = await contentOnDisk(files, { root: repository.root, engine });
      expect(contents).toEqual({ files, conversions: [] });
      expect(contents.files).toBe(files);
    }
  });

  test("every line end that is rewritten changes an id: untracked, dirty, and clean by git's word", async () => {
    const repository = makeRepository();
    repository.write(".gitattributes", "*.sh text eol=lf\n");
    repository.write("clean.sh", "1\n2\n");
    repository.write("dirty.sh", "1\n2\n");
    repository.commit();
    repository.write("dirty.sh", "1\n3\n");
    repository.write("new.sh", "1\n");
    const names = ["clean.sh", "dirty.sh", "new.sh"];
    const before = await look(repository);
    const contentOf = (name: string): string => readFileSync(join(repository.root, name), "utf8");
    expect(names.map(before.idOf)).toEqual(names.map((name) => blobId(contentOf(name))));
    for (const name of names) repository.write(name, contentOf(name).replaceAll("\n", "\r\n"));
    const after = await look(repository);
    expect(names.map(after.idOf)).toEqual(names.map((name) => blobId(contentOf(name))));
    // git writes down that it has looked, and from then on the file is clean without a second look.
    repository.git("status");
    expect((await look(repository)).files).toEqual(after.files);
  });

  test("a pointer of Git LFS stands for its content where it is trusted, and what lies on the disk is told apart", async () => {
    const repository = makeLargeFiles();
    const pointer = repository.git("rev-parse", "HEAD:big.bin");
    const content = "content\n".repeat(1000);
    expect((await look(repository)).idOf("big.bin")).toBe(blobId(content));
    expect((await look(repository, { ids: "local" })).idOf("big.bin")).toBe(`${pointer}+content`);
    repository.write("big.bin", content.replace("content", "CONTENT"));
    const edited = (await look(repository, { ids: "local" })).idOf("big.bin");
    expect(edited).toBe(blobId(content.replace("content", "CONTENT")));
    // Without the filter git leaves the pointer on the disk.
    repository.git("config", "--unset", "filter.lfs.clean");
    repository.remove("big.bin");
    repository.git("checkout", "-q", "big.bin");
    expect((await look(repository, { ids: "local" })).idOf("big.bin")).toBe(pointer);
  });

  test("ids of SHA-256 stay where they need only be compared with others of the repository", async () => {
    const repository = makeRepository({ objectFormat: "sha256" });
    expect((await look(repository, { ids: "local" })).idOf("a.txt")).toBe(repository.git("rev-parse", "HEAD:a.txt"));
    expect((await look(repository)).idOf("a.txt")).toBe(blobId("a.txt\n".repeat(20)));
  });

  test("any other filter is not trusted", async () => {
    const repository = makeRepository();
    repository.git("config", "filter.upper.clean", "tr a-z A-Z");
    repository.write(".gitattributes", "*.up filter=upper\n");
    repository.write("x.up", "HELLO\n");
    repository.commit();
    repository.write("x.up", "hello\n");
    const { idOf, conversions } = await look(repository, { ids: "local" });
    expect(idOf("x.up")).toBe(blobId("hello\n"));
    expect(conversions).toEqual(["filter=upper"]);
  });
});
