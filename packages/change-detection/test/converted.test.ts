import { utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inspectWorktree, type FileEntry } from "../src/index.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { makeRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

/** Changed paths and the entry of one file. */
async function look(
  { root }: TestRepository,
  path: string,
): Promise<{ readonly changed: readonly string[]; readonly file: FileEntry | undefined }> {
  const { changes, files } = await inspectWorktree({ directory: root, environment: {}, base: "HEAD" });
  if (!changes.known) throw new Error(changes.message);
  return {
    changed: changes.changes.map((change) => change.path),
    file: files?.find((file) => file.path === path),
  };
}

const withTime = ({ root }: TestRepository, path: string, seconds: number): void =>
  utimesSync(join(root, path), seconds, seconds);

describe("a file whose edit git's conversions hide", () => {
  test.each<[what: string, attributes: string, committed: string, edited: string]>([
    ["line ends", "*.sh text eol=lf\n", "echo 1\necho 2\n", "echo 1\r\necho 2\r\n"],
    ["$Id$", "*.sh ident\n", "# $Id$\n", "# $Id: something $\n"],
    ["a filter", "*.sh filter=upper\n", "ECHO\n", "echo\n"],
  ])("is no change, and counts by its bytes: %s", async (_, attributes, committed, edited) => {
    const repository = makeRepository();
    repository.git("config", "filter.upper.clean", "tr a-z A-Z");
    repository.write(".gitattributes", attributes);
    repository.write("run.sh", committed);
    // git goes by whole seconds and by the content within one.
    withTime(repository, "run.sh", 1_000_000_000);
    repository.commit();
    const clean = await look(repository, "run.sh");
    expect(clean.file?.id).toBe(repository.git("rev-parse", "HEAD:run.sh"));
    repository.write("run.sh", edited);
    const hidden = await look(repository, "run.sh");
    expect(hidden.changed).toEqual([]);
    expect(hidden.file).toEqual({ ...clean.file, id: repository.git("hash-object", "--no-filters", "run.sh") });
    expect(hidden.file?.id).not.toBe(clean.file?.id);
  });

  test.each<[where: string, path: string, ignored: string]>([
    ["not tracked", ".gitattributes", "nothing"],
    ["ignored", ".gitattributes", ".gitattributes"],
    ["not tracked, further down", "src/.gitattributes", "nothing"],
    ["ignored, further down", "src/.gitattributes", ".gitattributes"],
  ])("counts by its bytes where the attributes are %s", async (_, attributes, ignored) => {
    const repository = makeRepository();
    repository.write(".git/info/exclude", `${ignored}\n`);
    const clean = await look(repository, "src/c.js");
    repository.write(attributes, "*.js text\n");
    repository.write("src/c.js", "src/c.js\r\n".repeat(20));
    const hidden = await look(repository, "src/c.js");
    expect(hidden.changed).toEqual(ignored === "nothing" ? [attributes] : []);
    expect(hidden.file?.id).toBe(repository.git("hash-object", "--no-filters", "src/c.js"));
    expect(hidden.file?.id).not.toBe(clean.file?.id);
  });

  test("is seen with core.autocrlf, too, and a file that was only touched is as before", async () => {
    const repository = makeRepository();
    repository.git("config", "core.autocrlf", "input");
    const before = await look(repository, "a.txt");
    withTime(repository, "a.txt", 1_000_000_000);
    withTime(repository, "b.txt", 1_000_000_000);
    repository.chmod("b.txt", 0o755);
    repository.git("config", "core.fileMode", "false");
    expect((await look(repository, "a.txt")).file).toEqual(before.file);
    expect((await look(repository, "b.txt")).file?.mode).toBe("100644");
    repository.write("a.txt", "a.txt\r\n".repeat(20));
    const hidden = await look(repository, "a.txt");
    expect(hidden.changed).toEqual([]);
    expect(hidden.file?.id).not.toBe(before.file?.id);
  });
});
