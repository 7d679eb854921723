import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detectChanges, inspectWorktree } from "../src/index.ts";
import { affectedUnits, type AffectedUnits, type AffectedUnitsOptions } from "../src/units/affected-units.ts";
import { readUnits } from "../src/units/read-units.ts";
import { describeReason } from "../src/units/reason.ts";
import type { Tree } from "../src/trees/tree.ts";
import { json } from "./memory-tree.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { makeRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

const isLink = (mode: string): boolean => mode === "120000";

/** The files of a commit, links and submodules left out. */
function commitTree(repository: TestRepository, revision: string): Tree {
  const list = (): readonly string[] =>
    repository
      .gitWith({}, "ls-tree", "-r", "-z", revision)
      .toString()
      .split("\0")
      .slice(0, -1)
      .flatMap((line) => {
        const [info = "", path = ""] = line.split("\t");
        return info.startsWith("100") ? [path] : [];
      });
  const paths = list();
  return {
    paths: async () => paths,
    read: async (path) =>
      paths.includes(path) ? repository.gitWith({}, "cat-file", "blob", `${revision}:${path}`) : undefined,
  };
}

/** The files of the work tree that git does not ignore. */
async function workTree(repository: TestRepository): Promise<Tree> {
  const { files } = await inspectWorktree({ directory: repository.root, environment: {} });
  const paths = new Set(files?.filter(({ mode }) => !isLink(mode)).map(({ path }) => path));
  return {
    paths: async () => [...paths],
    read: async (path) => (paths.has(path) ? readFileSync(join(repository.root, path)) : undefined),
  };
}

/** What the work tree reaches, counted from a commit. */
async function affected(
  repository: TestRepository,
  base: string,
  options: Partial<AffectedUnitsOptions> = {},
): Promise<AffectedUnits> {
  const set = await detectChanges({ directory: repository.root, base, mode: "exact", environment: {} });
  if (!set.known) throw new Error(set.message);
  return affectedUnits({
    changes: set.changes,
    base: commitTree(repository, base),
    now: await workTree(repository),
    ...options,
  });
}

const lines = ({ units }: AffectedUnits): string[] =>
  units.map(({ unit, state, reasons: [reason] }) => `${state} ${unit.id}: ${describeReason(reason)}`);

const CARGO_LOCK = `version = 4

[[package]]
name = "core"
version = "0.1.0"
dependencies = ["serde"]

[[package]]
name = "serde"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "a"
`;

/** pnpm, Cargo and Go in one repository: web needs ui, ui has a native part that needs the crate core. */
function makeMonorepo(): { readonly repository: TestRepository; readonly base: string } {
  const repository = makeRepository({ empty: true });
  const files: Readonly<Record<string, string>> = {
    "package.json": json({ name: "shop", private: true }),
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n  - apps/*\n  - '!packages/legacy'\n",
    "packages/ui/package.json": json({ name: "@shop/ui" }),
    "packages/ui/src/button.ts": "export const button = 1;\n".repeat(10),
    "packages/ui/src/button.test.ts": "test\n",
    "packages/ui/native/Cargo.toml": `[package]\nname = "native"\n[dependencies]\ncore = { path = "../../../crates/core" }\n`,
    "packages/legacy/package.json": json({ name: "legacy" }),
    "apps/web/package.json": json({ name: "web", dependencies: { "@shop/ui": "workspace:*" } }),
    "apps/web/main.ts": "main\n",
    "Cargo.toml": `[workspace]\nmembers = ["crates/*", "packages/ui/native"]\n`,
    "Cargo.lock": CARGO_LOCK,
    "crates/core/Cargo.toml": `[package]\nname = "core"\n[dependencies]\nserde = "1"\n`,
    "crates/core/src/lib.rs": "fn main() {}\n",
    "go.work": "go 1.22\nuse (\n\t./services/api\n\t./services/lib\n)\n",
    "services/api/go.mod": "module shop/api\nrequire shop/lib v0.0.0\n",
    "services/lib/go.mod": "module shop/lib\n",
    "services/lib/lib.go": "package lib\n",
  };
  for (const [path, content] of Object.entries(files)) repository.write(path, content);
  return { repository, base: repository.commit() };
}

describe("affectedUnits() on a repository of git", () => {
  test("finds all units of the repository, and nothing where nothing changed", async () => {
    const { repository, base } = makeMonorepo();
    const { units, problems } = await readUnits(commitTree(repository, base));
    expect(units.map(({ id }) => id)).toEqual([
      "cargo:crates/core",
      "cargo:packages/ui/native",
      "go:services/api",
      "go:services/lib",
      "js:.",
      "js:apps/web",
      "js:packages/ui",
    ]);
    expect(problems).toEqual([]);
    expect(lines(await affected(repository, base))).toEqual([]);
  });

  test("committed, staged, unstaged and untracked changes reach their units and the dependents", async () => {
    const { repository, base } = makeMonorepo();
    repository.write("services/lib/lib.go", "package lib // committed\n");
    repository.commit();
    repository.write("apps/web/main.ts", "staged\n");
    repository.git("add", "-A");
    repository.write("crates/core/src/lib.rs", "fn main() { unstaged }\n");
    repository.write("packages/legacy/new.ts", "untracked\n");
    expect(lines(await affected(repository, base))).toEqual([
      "present cargo:crates/core: crates/core/src/lib.rs -> core",
      "present cargo:packages/ui/native: crates/core/src/lib.rs -> core -> native",
      "present go:services/api: services/lib/lib.go -> shop/lib -> shop/api",
      "present go:services/lib: services/lib/lib.go -> shop/lib",
      "present js:.: packages/legacy/new.ts -> shop",
      "present js:apps/web: apps/web/main.ts -> web",
    ]);
  });

  test("a file renamed from one package to another reaches both, as git tells the rename", async () => {
    const { repository, base } = makeMonorepo();
    repository.move("packages/ui/src/button.ts", "services/lib/button.ts");
    repository.commit();
    const set = await detectChanges({ directory: repository.root, base, mode: "exact", environment: {} });
    expect(set.known && set.changes).toMatchObject([{ status: "renamed", previousPath: "packages/ui/src/button.ts" }]);
    expect(lines(await affected(repository, base))).toEqual([
      "present go:services/api: services/lib/button.ts -> shop/lib -> shop/api",
      "present go:services/lib: services/lib/button.ts -> shop/lib",
      "present js:apps/web: packages/ui/src/button.ts -> @shop/ui -> web",
      "present js:packages/ui: packages/ui/src/button.ts -> @shop/ui",
    ]);
  });

  test("a package that is deleted is gone and reaches those that needed it", async () => {
    const { repository, base } = makeMonorepo();
    repository.remove("crates/core");
    repository.commit();
    const result = await affected(repository, base);
    expect(result.units.map(({ unit, state }) => `${state} ${unit.id}`)).toEqual([
      "gone cargo:crates/core",
      "present cargo:packages/ui/native",
    ]);
  });

  test("a line of a lock file reaches what resolves it, a merge conflict in it everything it is for", async () => {
    const { repository, base } = makeMonorepo();
    repository.write("Cargo.lock", CARGO_LOCK.replace('"a"', '"b"'));
    expect(lines(await affected(repository, base))).toEqual([
      "present cargo:crates/core: Cargo.lock (serde 1.0.0 resolves differently) -> core",
      "present cargo:packages/ui/native: Cargo.lock (serde 1.0.0 resolves differently) -> core -> native",
    ]);
    repository.write("Cargo.lock", `<<<<<<< HEAD\n${CARGO_LOCK}`);
    const [first] = lines(await affected(repository, base));
    expect(first).toMatch(/^present cargo:crates\/core: Cargo\.lock \(cannot be parsed as toml: .*\) -> core$/);
  });

  test("tests reach no dependents; a global file that is deleted reaches everything", async () => {
    const { repository, base } = makeMonorepo();
    repository.write("packages/ui/src/button.test.ts", "another test\n");
    expect(lines(await affected(repository, base))).toEqual([
      "present js:packages/ui: packages/ui/src/button.test.ts -> @shop/ui",
    ]);
    repository.write(".gitattributes", "* text=auto\n");
    const withAttributes = repository.commit();
    repository.remove(".gitattributes");
    expect(await affected(repository, withAttributes)).toMatchObject({
      all: true,
      because: { kind: "global", path: ".gitattributes" },
    });
  });

  test("names with newlines, quotes, leading dashes and bytes that are no UTF-8 find their owners", async () => {
    const { repository, base } = makeMonorepo();
    repository.write('packages/ui/a\n"b".ts', "1");
    repository.write("apps/web/-rf $(x);.ts", "1");
    repository.writeBytes(Buffer.from("services/lib/caf\xe9.go", "latin1"), "1");
    expect(lines(await affected(repository, base))).toEqual([
      "present go:services/api: services/lib/caf\ufffd.go -> shop/lib -> shop/api",
      "present go:services/lib: services/lib/caf\ufffd.go -> shop/lib",
      "present js:apps/web: apps/web/-rf $(x);.ts -> web",
      String.raw`present js:packages/ui: "packages/ui/a\n\"b\".ts" -> @shop/ui`,
    ]);
  });

  test("links that lead in a circle or out of the repository are no members", async () => {
    const { repository, base } = makeMonorepo();
    repository.link("..", "packages/loop");
    repository.link("/", "packages/away");
    repository.link("../ui/package.json", "apps/manifest");
    expect(lines(await affected(repository, base))).toEqual(["present js:.: apps/manifest -> shop"]);
  });

  test("before the first commit the base is the empty tree, and everything is new", async () => {
    const repository = makeRepository({ empty: true });
    repository.write("package.json", json({ name: "first", workspaces: ["a"] }));
    repository.write("a/package.json", json({ name: "a" }));
    const set = await detectChanges({ directory: repository.root, environment: {} });
    const empty: Tree = { paths: async () => [], read: async () => undefined };
    const changes = set.known ? set.changes : "unknown";
    expect(lines(await affectedUnits({ changes, base: empty, now: await workTree(repository) }))).toEqual([
      "new js:.: package.json -> first",
      "new js:a: a/package.json -> a",
    ]);
  });

  test("a repository whose changes are unknown is affected as a whole", async () => {
    const { repository } = makeMonorepo();
    const set = await detectChanges({ directory: repository.root, base: "no-such-branch", environment: {} });
    const now = await workTree(repository);
    const result = await affectedUnits({ changes: set.known ? set.changes : "unknown", base: undefined, now });
    expect(result.all).toBe(true);
    expect(result.units).toHaveLength(7);
  });
});
