import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  ChangeDetectionError,
  describeReason,
  detectAffectedUnits,
  inspectWorktree,
  openCommitTree,
  openGitCache,
  openWorkTree,
  type CommitTreeOptions,
  type DetectAffectedOptions,
  type DetectedUnits,
  type Tree,
} from "../src/index.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { makeFolder, makeRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

async function textOf(tree: Tree, path: string): Promise<string | undefined> {
  const content = await tree.read(path);
  return content === undefined ? undefined : Buffer.from(content).toString("utf8");
}

describe.each(["native", "isomorphic"] as const)("openCommitTree() with the %s engine", (engine) => {
  const open = (repository: TestRepository, options: Partial<CommitTreeOptions> = {}): Tree =>
    openCommitTree({ directory: repository.root, engine, oid: repository.git("rev-parse", "HEAD"), ...options });

  test("gives paths and contents as they were committed, not as they are now", async () => {
    const repository = makeRepository();
    repository.write('odd\nname "é', "with\0zero\n");
    repository.write("empty", "");
    repository.write("deep/er/file", "deep\n");
    repository.link("a.txt", "link");
    repository.commit();
    const tree = open(repository, { directory: join(repository.root, "deep") });
    repository.write("a.txt", "edited\n");
    repository.remove("deep/er/file");
    expect((await tree.paths()).toSorted()).toEqual(
      ["a.txt", "b.txt", "deep/er/file", "empty", "link", 'odd\nname "é', "src/c.js"].toSorted(),
    );
    expect(await textOf(tree, "a.txt")).toBe("a.txt\n".repeat(20));
    expect(await textOf(tree, "deep/er/file")).toBe("deep\n");
    expect(await textOf(tree, "empty")).toBe("");
    expect(await textOf(tree, 'odd\nname "é')).toBe("with\0zero\n");
  });

  test("has no content for links, submodules, folders and what is not there", async () => {
    const repository = makeRepository();
    repository.link("a.txt", "link");
    repository.git("submodule", "--quiet", "add", makeRepository().root, "sub");
    repository.commit();
    const tree = open(repository);
    for (const path of ["link", "sub", "src", "gone", "", "../a.txt", "HEAD:a.txt"]) {
      expect(await tree.read(path), path).toBeUndefined();
    }
  });

  test("many reads at once are all answered, each with its own content", async () => {
    const repository = makeRepository({ empty: true });
    const names = Array.from({ length: 300 }, (_, index) => `many/${index}.txt`);
    for (const name of names) repository.write(name, `${name}\n`.repeat(50));
    repository.commit();
    const tree = open(repository);
    const contents = await Promise.all([...names, "gone"].map((name) => textOf(tree, name)));
    expect(contents).toEqual([...names.map((name) => `${name}\n`.repeat(50)), undefined]);
  });

  test("the empty tree has no files", async () => {
    const tree = open(makeRepository(), { oid: null });
    expect(await tree.paths()).toEqual([]);
    expect(await tree.read("a.txt")).toBeUndefined();
  });

  test("a commit that is not there, a missing object and a folder that is none are errors, never an empty tree", async () => {
    const repository = makeRepository();
    const gone = open(repository, { oid: "1".repeat(40) });
    await expect(gone.paths()).rejects.toThrow(ChangeDetectionError);
    await expect(gone.read("a.txt")).rejects.toMatchObject({ code: "CHANGE_DETECTION_UNREADABLE_TREE" });
    const blob = repository.git("rev-parse", "HEAD:a.txt");
    repository.remove(`.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
    await expect(open(repository).read("a.txt")).rejects.toMatchObject({ code: "CHANGE_DETECTION_UNREADABLE_TREE" });
    await expect(open(repository, { directory: join(repository.root, "none") }).paths()).rejects.toMatchObject({
      unknownCode: "not-a-repository",
    });
  });

  test("an abort rejects with its reason", async () => {
    const reason = new Error("enough");
    const tree = open(makeRepository(), { signal: AbortSignal.abort(reason) });
    await expect(tree.paths()).rejects.toBe(reason);
  });
});

describe("openCommitTree()", () => {
  test("asks the other engine where there is no git", async () => {
    const repository = makeRepository();
    const oid = repository.git("rev-parse", "HEAD");
    vi.stubEnv("PATH", makeFolder());
    const tree = openCommitTree({ directory: repository.root, oid });
    expect(await textOf(tree, "b.txt")).toBe("b.txt\n".repeat(20));
    expect(await tree.paths()).toHaveLength(3);
    const native = openCommitTree({ directory: repository.root, oid, engine: "native" });
    await expect(native.paths()).rejects.toMatchObject({ unknownCode: "git-missing" });
  });

  test.each(["ls-tree", "cat-file"])(
    "a git %s that prints something else makes an unreadable tree",
    async (command) => {
      const repository = makeRepository();
      const oid = repository.git("rev-parse", "HEAD");
      const folder = makeFolder();
      const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
      const script = `case "$*" in *${command}*) echo what is this;; *) exec '${real}' "$@";; esac`;
      writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
      const reading = openCommitTree({ directory: repository.root, oid, engine: "native" }).read("a.txt");
      await expect(reading).rejects.toMatchObject({ code: "CHANGE_DETECTION_UNREADABLE_TREE" });
    },
  );

  test("keeps the list of a commit in the cache, and gives the same from there", async () => {
    const repository = makeRepository();
    const cache = openGitCache({ directory: makeFolder() });
    const oid = repository.git("rev-parse", "HEAD");
    const paths = await openCommitTree({ directory: repository.root, oid, cache }).paths();
    expect(cache.get("tree", [oid])).toBeDefined();
    expect(await openCommitTree({ directory: repository.root, oid, cache }).paths()).toEqual(paths);
  });

  test.each(["HEAD", "", "--help", 7 as unknown as string])("refuses %j for an id", (oid) => {
    expect(() => openCommitTree({ directory: ".", oid })).toThrow("`oid` must be an object id");
  });
});

describe("openWorkTree()", () => {
  test("reads listed regular files as they are now and nothing else", async () => {
    const repository = makeRepository();
    repository.write("new.txt");
    repository.link("/etc/hostname", "link");
    const { files = [], root = "" } = await inspectWorktree({ directory: repository.root, environment: {} });
    const tree = openWorkTree(root, files);
    repository.write("a.txt", "edited later\n");
    repository.remove("b.txt");
    rmSync(join(root, "new.txt"));
    symlinkSync("/etc/hostname", join(root, "new.txt"));
    expect(await tree.paths()).toEqual(["a.txt", "b.txt", "link", "new.txt", "src/c.js"]);
    expect(await textOf(tree, "a.txt")).toBe("edited later\n");
    for (const path of ["b.txt", "link", "new.txt", "src", ".git/config", "../x"]) {
      expect(await tree.read(path), path).toBeUndefined();
    }
  });
});

describe.each(["native", "isomorphic"] as const)("detectAffectedUnits() with the %s engine", (engine) => {
  function makeMonorepo(): TestRepository {
    const repository = makeRepository({ empty: true });
    const manifest = (name: string, dependencies: Readonly<Record<string, string>> = {}): string =>
      JSON.stringify({ name, version: "1.0.0", dependencies });
    repository.write("package.json", JSON.stringify({ name: "shop", private: true, workspaces: ["packages/*"] }));
    repository.write("packages/ui/package.json", manifest("@shop/ui"));
    repository.write("packages/ui/src/button.ts");
    repository.write("packages/web/package.json", manifest("@shop/web", { "@shop/ui": "^1.0.0" }));
    repository.write("packages/api/package.json", manifest("@shop/api"));
    repository.write("packages/api/src/server.ts");
    repository.commit();
    return repository;
  }

  const detect = (directory: string, options: Partial<DetectAffectedOptions> = {}): Promise<DetectedUnits> =>
    detectAffectedUnits({ directory, engine, environment: {}, ...options });

  const told = ({ units }: DetectedUnits): string[] => units.map(({ reasons: [reason] }) => describeReason(reason));

  test("from an edit in the work tree to the dependents of its unit", async () => {
    const repository = makeMonorepo();
    repository.write("packages/ui/src/button.ts", "edited\n");
    const detected = await detect(repository.root);
    expect(told(detected)).toEqual([
      "packages/ui/src/button.ts -> @shop/ui",
      "packages/ui/src/button.ts -> @shop/ui -> @shop/web",
    ]);
    expect(detected).toMatchObject({ all: false, changes: { known: true, engine } });
    expect((await detect(join(repository.root, "packages/api"))).units).toHaveLength(2);
  });

  test("a unit that is gone since the base is told, and what needed it there", async () => {
    const repository = makeMonorepo();
    const base = repository.git("rev-parse", "HEAD");
    repository.git("rm", "-rq", "packages/ui");
    repository.commit();
    const detected = await detect(repository.root, { base });
    expect(detected.units.map(({ unit, state }) => `${unit.name} ${state}`)).toEqual([
      "@shop/ui gone",
      "@shop/web present",
    ]);
  });

  test("between two commits the work tree does not count", async () => {
    const repository = makeMonorepo();
    const base = repository.git("rev-parse", "HEAD");
    repository.write("packages/api/src/server.ts", "edited\n");
    repository.commit();
    repository.remove("packages");
    expect(told(await detect(repository.root, { base, head: "HEAD" }))).toEqual([
      "packages/api/src/server.ts -> @shop/api",
    ]);
  });

  test("nothing changed reaches nothing", async () => {
    expect((await detect(makeMonorepo().root)).units).toEqual([]);
  });

  test("before the first commit every unit is new", async () => {
    const repository = makeRepository({ empty: true });
    repository.write("package.json", '{"name":"one"}');
    const { units } = await detect(repository.root);
    expect(units.map(({ unit, state }) => `${unit.name} ${state}`)).toEqual(["one new"]);
  });

  test("where it is not known what changed, every unit is affected and says why", async () => {
    const repository = makeMonorepo();
    const detected = await detect(repository.root, { base: "gone" });
    expect(detected.all).toBe(true);
    expect(detected.units).toHaveLength(4);
    expect(detected.because).toMatchObject({ kind: "unknown" });
    expect(JSON.stringify(detected.because)).toContain("is not a commit");
    expect(told(detected)[0]).toContain('"gone" is not a commit');
  });
});

describe("detectAffectedUnits() outside of a repository", () => {
  test("gives all units of the folder with the reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-repository-"));
    try {
      vi.stubEnv("GIT_CEILING_DIRECTORIES", join(folder, ".."));
      mkdirSync(join(folder, "pkg"));
      writeFileSync(join(folder, "package.json"), '{"name":"root","workspaces":["pkg"]}');
      writeFileSync(join(folder, "pkg/package.json"), '{"name":"pkg"}');
      const { all, units, changes } = await detectAffectedUnits({ directory: folder, environment: {} });
      expect(all).toBe(true);
      expect(units.map(({ unit }) => unit.name)).toEqual(["root", "pkg"]);
      expect(changes).toMatchObject({ known: false, code: "not-a-repository" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
