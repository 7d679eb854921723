import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRepository, openRepository, type TestRepository } from "../repository.ts";
import { contract } from "./contract.ts";

/** Every file and folder below a folder with its times and its content. */
function snapshot(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    const { mtimeNs, ctimeNs, mode, size } = lstatSync(file, { bigint: true });
    const content = entry.isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "";
    found.push(`${file} ${mode} ${size} ${mtimeNs} ${ctimeNs} ${content}`);
  }
  return found.sort();
}

/** A repository in which everything happens at once. */
function everything(): { readonly repository: TestRepository; readonly base: string } {
  const repository = makeRepository();
  repository.git("submodule", "--quiet", "add", makeRepository().root, "sub");
  for (let index = 0; index < 20; index += 1) repository.write(`many/${index}.txt`, `${index}\n`.repeat(30));
  const base = repository.commit();
  repository.git("repack", "-q", "-a", "-d");
  repository.git("checkout", "-q", "-b", "side");
  repository.write("b.txt", "side\n");
  repository.commit();
  repository.git("checkout", "-q", "main");
  repository.write("b.txt", "main\n");
  repository.commit();
  expect(() => repository.git("merge", "side")).toThrow();
  repository.write("many/0.txt", "edited\n");
  repository.write("many/1.txt", "staged\n");
  repository.git("add", "many/1.txt");
  repository.git("mv", "many/2.txt", "moved.txt");
  repository.write("moved.txt", `${"2\n".repeat(30)}more\n`);
  repository.git("rm", "-q", "--cached", "many/3.txt");
  repository.remove("many/4.txt");
  repository.chmod("many/5.txt", 0o755);
  repository.remove("many/6.txt");
  repository.link("a.txt", "many/6.txt");
  repository.write("intended.txt");
  repository.git("add", "-N", "intended.txt");
  repository.write("untracked/new.txt");
  utimesSync(join(repository.root, "many/7.txt"), 1, 1);
  openRepository(join(repository.root, "sub")).write("a.txt", "dirty\n");
  return { repository, base };
}

contract("a repository is only read", ({ inspect, detect }) => {
  test("nothing in .git changes, neither contents nor times, whatever there is to find", async () => {
    const { repository, base } = everything();
    const before = snapshot(repository.root);
    const { changes } = await inspect({ directory: repository.root, base });
    await detect({ directory: repository.root, base });
    await detect({ directory: repository.root, base: "side", head: "main" });
    expect(snapshot(repository.root)).toEqual(before);
    if (!changes.known) throw new Error(changes.message);
    expect(new Set(changes.changes.map(({ status }) => status))).toEqual(
      new Set([
        "added",
        "modified",
        "deleted",
        "renamed",
        "type-change",
        "mode-change",
        "submodule",
        "unmerged",
        "untracked",
      ]),
    );
  });
});
