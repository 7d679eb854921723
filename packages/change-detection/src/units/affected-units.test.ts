import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json, memoryTree, type MemoryTree } from "../../test/memory-tree.ts";
import { affectedUnits, type AffectedUnits, type AffectedUnitsOptions } from "./affected-units.ts";
import { DEFAULT_GLOBAL_FILES } from "./global-files.ts";
import { readUnits } from "./read-units.ts";
import { describeReason, reasonChain } from "./reason.ts";
import type { Tree } from "../trees/tree.ts";

type Files = Readonly<Record<string, string>>;
type Change = Exclude<AffectedUnitsOptions["changes"], "unknown">[number];

/** The changes between two sets of files, as git would list them without renames. */
function changesBetween(base: Files, now: Files): readonly Change[] {
  return [...new Set([...Object.keys(base), ...Object.keys(now)])]
    .filter((path) => base[path] !== now[path])
    .map((path) => ({
      path,
      status: base[path] === undefined ? "added" : now[path] === undefined ? "deleted" : "modified",
    }));
}

type Options = Partial<Omit<AffectedUnitsOptions, "base" | "now">>;

function compare(base: Files, now: Files, options: Options = {}): Promise<AffectedUnits> {
  return affectedUnits({
    changes: changesBetween(base, now),
    base: memoryTree(base),
    now: memoryTree(now),
    ...options,
  });
}

/** Applies an edit: `undefined` takes a file away. */
function edit(files: Files, changes: Readonly<Record<string, string | undefined>>): Files {
  const entries = Object.entries({ ...files, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const ids = ({ units }: AffectedUnits): string[] => units.map(({ unit }) => unit.id);
const reasons = ({ units }: AffectedUnits): string[] =>
  units.map(({ reasons: [first] }) => (first === undefined ? "none" : describeReason(first)));

const PNPM_LOCK = `lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      typescript: {specifier: ^5, version: 5.0.0}
  packages/a:
    dependencies:
      react: {specifier: 'catalog:', version: 18.2.0}
  packages/b:
    dependencies:
      a: {specifier: 'workspace:*', version: link:../a}
      lodash: {specifier: ^4, version: 4.17.20}
  packages/c:
    dependencies:
      vue: {specifier: ^3, version: 3.0.0}
packages:
  lodash@4.17.20: {resolution: {integrity: l}}
  react@18.2.0: {resolution: {integrity: r}}
  typescript@5.0.0: {resolution: {integrity: t}}
  vue@3.0.0: {resolution: {integrity: v}}
snapshots:
  lodash@4.17.20: {}
  react@18.2.0: {}
  typescript@5.0.0: {}
  vue@3.0.0: {}
`;

/** `b` needs `a`, `c` stands for itself. */
const SHOP: Files = {
  "package.json": json({ name: "shop", devDependencies: { typescript: "^5" }, packageManager: "pnpm@10.0.0" }),
  "pnpm-workspace.yaml": "packages: ['packages/*']\ncatalog: {react: ^18}\n",
  "pnpm-lock.yaml": PNPM_LOCK,
  "README.md": "shop",
  "packages/a/package.json": json({ name: "a", dependencies: { react: "catalog:" } }),
  "packages/a/src/index.ts": "1",
  "packages/a/src/index.test.ts": "1",
  "packages/b/package.json": json({ name: "b", dependencies: { a: "workspace:*", lodash: "^4" } }),
  "packages/b/src/index.ts": "1",
  "packages/c/package.json": json({ name: "c", dependencies: { vue: "^3" } }),
  "packages/c/src/index.ts": "1",
};
const ALL = ["js:.", "js:packages/a", "js:packages/b", "js:packages/c"];

describe("affectedUnits()", () => {
  test("maps a file to its unit and on to the dependents, with the chain", async () => {
    const result = await compare(SHOP, edit(SHOP, { "packages/a/src/index.ts": "2" }));
    expect(reasons(result)).toEqual(["packages/a/src/index.ts -> a", "packages/a/src/index.ts -> a -> b"]);
    expect(result.all).toBe(false);
    expect(result.because).toBeUndefined();
  });

  test("no changes reach nothing, and nothing is read for them", async () => {
    const trees = { base: memoryTree(SHOP), now: memoryTree(SHOP) };
    expect(await affectedUnits({ changes: [], ...trees })).toEqual({
      all: false,
      because: undefined,
      units: [],
      withoutEffect: [],
      problems: [],
    });
    expect([...trees.base.reads, ...trees.now.reads]).toEqual([]);
  });

  test("the base and lock files are left alone where only sources changed", async () => {
    const trees = { base: memoryTree(SHOP), now: memoryTree(SHOP) };
    await affectedUnits({ changes: [{ path: "packages/a/src/index.ts", status: "modified" }], ...trees });
    expect(trees.base.reads).toEqual([]);
    expect(trees.now.reads.filter((path) => path.endsWith("lock.yaml") || path.endsWith(".ts"))).toEqual([]);
  });

  test("changes that are not known and a base that is not known reach everything, and the result says why", async () => {
    const now = memoryTree(SHOP);
    const unknown = await affectedUnits({ changes: "unknown", base: now, now });
    expect(ids(unknown)).toEqual(ALL);
    expect(unknown).toMatchObject({ all: true, because: { kind: "unknown", what: "it is not known what changed" } });
    const noBase = await affectedUnits({ changes: [{ path: "README.md", status: "modified" }], base: undefined, now });
    expect(noBase).toMatchObject({ all: true, because: { what: "the files at the base are not known" } });
    const base: Tree = { paths: () => Promise.reject(new Error("no such commit")), read: async () => undefined };
    const broken = await affectedUnits({
      changes: [{ path: "packages/a/package.json", status: "modified" }],
      base,
      now,
    });
    expect(broken).toMatchObject({ all: true, because: { what: "the base cannot be read: no such commit" } });
    const late = await affectedUnits({ changes: [{ path: "tsconfig.json", status: "modified" }], base, now });
    expect(late).toMatchObject({ all: true, because: { what: "the base cannot be read: no such commit" } });
  });

  test("both ends of a rename count", async () => {
    const now = edit(SHOP, { "packages/c/src/index.ts": undefined, "packages/b/src/moved.ts": "1" });
    const changes = [
      { path: "packages/b/src/moved.ts", previousPath: "packages/c/src/index.ts", status: "renamed" as const },
    ];
    expect(ids(await compare(SHOP, now, { changes }))).toEqual(["js:packages/b", "js:packages/c"]);
  });

  test("a unit that is gone still maps, and so do those that needed it", async () => {
    const now = edit(SHOP, {
      "packages/a/package.json": undefined,
      "packages/a/src/index.ts": undefined,
      "packages/a/src/index.test.ts": undefined,
    });
    const result = await compare(SHOP, now);
    expect(result.units.map(({ unit, state }) => `${unit.id} ${state}`)).toEqual([
      "js:packages/a gone",
      "js:packages/b present",
    ]);
    expect(reasons(result)[1]).toMatch(/^packages\/a\/.* -> a -> b$/);
  });

  test("a folder that ceases to be a unit, or becomes one, counts for the unit around it too", async () => {
    const nested = edit(SHOP, {
      "pnpm-workspace.yaml": "packages: ['packages/**']\ncatalog: {react: ^18}\n",
      "packages/c/inner/package.json": json({ name: "inner" }),
      "packages/c/inner/x.ts": "1",
    });
    const flat = edit(nested, { "packages/c/inner/package.json": undefined, "packages/c/inner/x.ts": "2" });
    expect(ids(await compare(nested, flat))).toEqual(["js:packages/c", "js:packages/c/inner"]);
    expect(ids(await compare(flat, nested))).toEqual(["js:packages/c", "js:packages/c/inner"]);
  });

  test("a new unit is told from one that was there", async () => {
    const result = await compare(SHOP, edit(SHOP, { "packages/d/package.json": json({ name: "d" }) }));
    expect(result.units.map(({ unit, state }) => `${unit.id} ${state}`)).toEqual(["js:packages/d new"]);
  });

  test("a definition that takes in another member or drops one concerns that member", async () => {
    const wider = edit(SHOP, {
      "pnpm-workspace.yaml": "packages: ['packages/*', 'apps/*']\ncatalog: {react: ^18}\n",
    });
    const files = { "apps/x/package.json": json({ name: "x" }) };
    expect(reasons(await compare(edit(SHOP, files), edit(wider, files)))).toEqual([
      "pnpm-workspace.yaml (it is a new member) -> x",
    ]);
    expect(reasons(await compare(edit(wider, files), edit(SHOP, files)))).toEqual([
      "pnpm-workspace.yaml (it is no member any more) -> x",
    ]);
  });

  test("files at the root that nobody owns concern the root unit only", async () => {
    expect(reasons(await compare(SHOP, edit(SHOP, { "README.md": "2", "scripts/x.sh": "" })))).toEqual([
      "README.md -> shop",
    ]);
    const bare = await compare({ "a.txt": "1" }, { "a.txt": "2" });
    expect(reasons(bare)).toEqual(["a.txt -> root"]);
  });

  test("tests reach their own unit and no dependents, unless asked to", async () => {
    const now = edit(SHOP, { "packages/a/src/index.test.ts": "2" });
    expect(ids(await compare(SHOP, now))).toEqual(["js:packages/a"]);
    expect(ids(await compare(SHOP, now, { spreadTests: true }))).toEqual(["js:packages/a", "js:packages/b"]);
    const both = edit(now, { "packages/a/src/index.ts": "2" });
    const [own, dependent] = (await compare(SHOP, both)).units;
    expect(own?.reasons).toHaveLength(2);
    expect(dependent?.reasons.map(describeReason)).toEqual(["packages/a/src/index.ts -> a -> b"]);
  });

  test("a unit in a folder called tests is no test, helpers of tests spread, and rules of the user go first", async () => {
    const files: Files = {
      "package.json": json({ workspaces: ["tests/*", "app"] }),
      "tests/kit/package.json": json({ name: "kit" }),
      "tests/kit/src/index.ts": "1",
      "tests/kit/src/test-utils/fake.ts": "1",
      "tests/kit/checks/one.ts": "1",
      "app/package.json": json({ devDependencies: { kit: "*" } }),
    };
    const both = ["js:app", "js:tests/kit"];
    expect(ids(await compare(files, edit(files, { "tests/kit/src/index.ts": "2" })))).toEqual(both);
    expect(ids(await compare(files, edit(files, { "tests/kit/src/test-utils/fake.ts": "2" })))).toEqual(both);
    const now = edit(files, { "tests/kit/checks/one.ts": "2" });
    expect(ids(await compare(files, now))).toEqual(both);
    const rules = [{ category: "tests" as const, globs: ["**/checks/**"] }];
    expect(ids(await compare(files, now, { rules }))).toEqual(["js:tests/kit"]);
  });

  test("global files concern everything, also when they are deleted or renamed away", async () => {
    const files = edit(SHOP, { ".nvmrc": "20" });
    for (const now of [edit(files, { ".nvmrc": "22" }), edit(files, { ".nvmrc": undefined })]) {
      const result = await compare(files, now);
      expect(ids(result)).toEqual(ALL);
      expect(result).toMatchObject({ all: true, because: { kind: "global", path: ".nvmrc" } });
    }
    const changes = [{ path: "old-nvmrc", previousPath: ".nvmrc", status: "renamed" as const }];
    expect((await compare(files, files, { changes })).all).toBe(true);
  });

  test("the list of global files is the user's to edit", async () => {
    const files = edit(SHOP, { Makefile: "1", ".nvmrc": "20" });
    const now = edit(files, { Makefile: "2" });
    expect((await compare(files, now)).all).toBe(false);
    expect((await compare(files, now, { global: [...DEFAULT_GLOBAL_FILES, "Makefile"] })).all).toBe(true);
    expect((await compare(files, edit(files, { ".nvmrc": "22" }), { global: [] })).all).toBe(false);
  });

  test("a global file of a workspace in a folder concerns that workspace", async () => {
    const files: Files = {
      "web/package.json": json({ name: "web", workspaces: ["*"] }),
      "web/.npmrc": "1",
      "web/a/package.json": "{}",
      "api/go.mod": "module api\n",
    };
    expect(ids(await compare(files, edit(files, { "web/.npmrc": "2" })))).toEqual(["js:web", "js:web/a"]);
  });

  test("a tsconfig concerns those that extend it, through others, and not the rest", async () => {
    const files = edit(SHOP, {
      "tsconfig.base.json": "{ /* base */ }",
      "tsconfig.node.json": json({ extends: "./tsconfig.base" }),
      "packages/a/tsconfig.json": `{ "extends": ["../../tsconfig.node.json"], }`,
      "packages/c/tsconfig.json": json({ extends: "@tsconfig/node20" }),
    });
    const result = await compare(files, edit(files, { "tsconfig.base.json": "{ }" }));
    expect(reasons(result)).toEqual([
      "tsconfig.base.json -> shop",
      "tsconfig.base.json (extended by packages/a/tsconfig.json) -> a",
      "tsconfig.base.json (extended by packages/a/tsconfig.json) -> a -> b",
    ]);
    const gone = await compare(files, edit(files, { "tsconfig.base.json": undefined }));
    expect(ids(gone)).toEqual(ids(result));
    const broken = edit(files, { "packages/c/tsconfig.json": "{" });
    expect(ids(await compare(broken, edit(broken, { "tsconfig.base.json": "{ }" })))).toEqual(ALL);
  });

  test("a folder that became a submodule or a file takes the units in it along", async () => {
    const changes = [{ path: "packages/", status: "submodule" as const }];
    expect(ids(await compare(SHOP, SHOP, { changes }))).toEqual(ALL);
  });

  test("a broken manifest on either side counts for its unit and its dependents, a broken root for everything", async () => {
    const broken = edit(SHOP, { "packages/a/package.json": "{" });
    for (const [base, now] of [
      [SHOP, broken],
      [broken, SHOP],
      [broken, edit(broken, { "packages/c/src/index.ts": "2" })],
    ] as const) {
      const result = await compare(base, now);
      expect(ids(result)).toEqual(expect.arrayContaining(["js:packages/a", "js:packages/b"]));
      expect(result.problems).toHaveLength(1);
    }
    const root = await compare(SHOP, edit(SHOP, { "pnpm-workspace.yaml": "packages: [" }));
    expect(root).toMatchObject({ all: true, because: { kind: "unknown", path: "pnpm-workspace.yaml" } });
    expect(ids(root)).toEqual(ALL);
  });

  test("npm, cargo and go live side by side; a crate inside a package counts for both", async () => {
    const files: Files = {
      ...SHOP,
      "Cargo.toml": `[workspace]\nmembers = ["crates/*", "packages/c/native"]\n`,
      "crates/core/Cargo.toml": `[package]\nname = "core"\n`,
      "packages/c/native/Cargo.toml": `[package]\nname = "native"\n[dependencies]\ncore = { path = "../../../crates/core" }\n`,
      "go.work": "use ./svc\n",
      "svc/go.mod": "module svc\n",
    };
    expect(ids(await compare(files, edit(files, { "packages/c/native/lib.rs": "" })))).toEqual([
      "cargo:packages/c/native",
      "js:packages/c",
    ]);
    expect(ids(await compare(files, edit(files, { "crates/core/lib.rs": "" })))).toEqual([
      "cargo:crates/core",
      "cargo:packages/c/native",
    ]);
    expect(ids(await compare(files, edit(files, { "svc/main.go": "" })))).toEqual(["go:svc"]);
  });

  test("two manifests in one folder make two units that need each other", async () => {
    const files: Files = {
      "pkg/package.json": json({ name: "pkg" }),
      "pkg/Cargo.toml": `[package]\nname = "pkg-rs"\n[dependencies]\ncore = { path = "../core" }\n`,
      "core/Cargo.toml": `[package]\nname = "core"\n`,
    };
    expect(reasons(await compare(files, edit(files, { "core/lib.rs": "" })))).toEqual([
      "core/lib.rs -> core",
      "core/lib.rs -> core -> pkg-rs",
      "core/lib.rs -> core -> pkg-rs -> pkg (same-folder)",
    ]);
  });

  test("folders of the user's globs are units, also after their last file is gone", async () => {
    const files: Files = { "services/a/x.py": "1", "services/b/y.py": "1", "services/old/z.py": "1", "lib/l.py": "1" };
    const units = ["services/*", "!services/old"];
    expect(ids(await compare(files, edit(files, { "services/a/x.py": "2" }), { units }))).toEqual(["globs:services/a"]);
    expect(ids(await compare(files, edit(files, { "services/b/y.py": undefined }), { units }))).toEqual([
      "globs:services/b",
    ]);
    expect(ids(await compare(files, edit(files, { "services/old/z.py": "2" }), { units }))).toEqual(["root:."]);
  });

  test("a parent POM concerns its children, a README beside it does not", async () => {
    const child = (name: string): string =>
      `<project><parent><groupId>g</groupId><artifactId>p</artifactId></parent><artifactId>${name}</artifactId></project>`;
    const files: Files = {
      "pom.xml":
        "<project><groupId>g</groupId><artifactId>p</artifactId><modules><module>a</module></modules></project>",
      "README.md": "1",
      "a/pom.xml": child("a"),
    };
    expect(ids(await compare(files, edit(files, { "README.md": "2" })))).toEqual(["maven:."]);
    const pom = files["pom.xml"]?.replace("<modules>", "<properties><x>1</x></properties><modules>");
    expect(reasons(await compare(files, edit(files, { "pom.xml": pom })))).toEqual([
      "pom.xml -> p",
      "pom.xml (the parent POM) -> a",
    ]);
  });

  test("settings and the root script of a Gradle build concern all its projects, buildSrc too", async () => {
    const files: Files = {
      "settings.gradle": "include 'a'\n",
      "build.gradle": "1",
      "a/build.gradle": "",
      "buildSrc/build.gradle": "",
      "buildSrc/src/X.java": "1",
    };
    expect(ids(await compare(files, edit(files, { "build.gradle": "2" })))).toEqual(["gradle:.", "gradle:a"]);
    expect(ids(await compare(files, edit(files, { "buildSrc/src/X.java": "2" })))).toEqual([
      "gradle:.",
      "gradle:a",
      "gradle:buildSrc",
    ]);
  });

  test("Cargo: a workspace dependency concerns those that take it over, a profile everyone", async () => {
    const root = (serde: string, profile = ""): string =>
      `[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nserde = "${serde}"\n${profile}`;
    const files: Files = {
      "Cargo.toml": root("1"),
      "a/Cargo.toml": `[package]\nname = "a"\n[dependencies]\nserde.workspace = true\n`,
      "b/Cargo.toml": `[package]\nname = "b"\n`,
    };
    expect(reasons(await compare(files, edit(files, { "Cargo.toml": root("1.1") })))).toEqual([
      'Cargo.toml (workspace dependency "serde") -> a',
      "Cargo.toml -> root",
    ]);
    const profile = root("1", "[profile.release]\nlto = true\n");
    const result = await compare(files, edit(files, { "Cargo.toml": profile }));
    expect(ids(result)).toEqual(["cargo:a", "cargo:b", "root:."]);
    expect(result).toMatchObject({ all: true, because: { path: "Cargo.toml", what: "`profile`" } });
  });

  test("uv: a source at the root concerns those that require it, an override everyone", async () => {
    const root = (source: string, override = ""): string =>
      `[project]\nname = "root"\n[tool.uv]\noverride-dependencies = [${override}]\n[tool.uv.workspace]\nmembers = ["*"]\n[tool.uv.sources]\nx = { ${source} }\n`;
    const files: Files = {
      "pyproject.toml": root(`index = "one"`),
      "a/pyproject.toml": `[project]\nname = "a"\ndependencies = ["x"]\n`,
      "b/pyproject.toml": `[project]\nname = "b"\n`,
    };
    expect(reasons(await compare(files, edit(files, { "pyproject.toml": root(`index = "two"`) })))).toEqual([
      "pyproject.toml -> root",
      'pyproject.toml (the source of "x") -> a',
    ]);
    const override = edit(files, { "pyproject.toml": root(`index = "one"`, `"y==1"`) });
    expect(ids(await compare(files, override))).toEqual(["python:.", "python:a", "python:b"]);
  });

  test("Go: go.sum says nothing, go.mod decides, and a higher version in one module concerns those that share it", async () => {
    const files: Files = {
      "go.work": "go 1.22\nuse (\n./a\n./b\n./c\n)\n",
      "a/go.mod": "module a\nrequire x.org/x v1.0.0\n",
      "a/go.sum": "1",
      "b/go.mod": "module b\nrequire x.org/x v1.1.0\n",
      "c/go.mod": "module c\n",
    };
    const sum = await compare(files, edit(files, { "a/go.sum": "2" }));
    expect(sum).toMatchObject({
      units: [],
      withoutEffect: [{ path: "a/go.sum", why: "holds checksums only; go.mod decides" }],
    });
    const raised = await compare(files, edit(files, { "b/go.mod": "module b\nrequire x.org/x v1.2.0\n" }));
    expect(reasons(raised)).toEqual([
      "b/go.mod (the version of x.org/x) -> a",
      "b/go.mod (the version of x.org/x) -> b",
    ]);
    const lower = await compare(files, edit(files, { "a/go.mod": "module a\nrequire x.org/x v1.0.5\n" }));
    expect(ids(lower)).toEqual(["go:a"]);
  });

  test.each<[string, unknown, RegExp]>([
    ["no list", { changes: "all" }, /`changes` must be a list of changes or "unknown", got "all"/],
    ["no tree", { changes: [], now: {} }, /`now` must be a tree/],
    ["a boolean that is none", { changes: [], spreadTests: 1 }, /`spreadTests` must be a boolean, got 1/],
    [
      "an unknown word",
      { changes: [], rootDependencies: "some" },
      /`rootDependencies` must be "all" or "root", got "some"/,
    ],
  ])("refuses %s", async (_name, options, message) => {
    const all = { base: memoryTree({}), now: memoryTree({}), ...(options as object) };
    await expect(affectedUnits(all as unknown as AffectedUnitsOptions)).rejects.toThrow(message);
  });
});

describe("affectedUnits() on lock files, by the complaints of others", () => {
  const lock = (
    from: string | RegExp,
    to: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<AffectedUnits> => compare(SHOP, edit(SHOP, { "pnpm-lock.yaml": PNPM_LOCK.replaceAll(from, to), ...more }));

  test("nx#15234, nx#34742, turborepo#2862, turborepo#6030: one line concerns those that resolve it, not everything", async () => {
    expect(reasons(await lock("4.17.20", "4.17.21"))).toEqual(["pnpm-lock.yaml (lodash 4.17.20 -> 4.17.21) -> b"]);
  });

  test("turborepo#2162, turborepo#12900: a lock file that changes alone concerns someone", async () => {
    expect(reasons(await lock("integrity: r}", "integrity: s}"))).toEqual([
      "pnpm-lock.yaml (react 18.2.0 resolves differently) -> a",
      "pnpm-lock.yaml (react 18.2.0 resolves differently) -> a -> b",
    ]);
  });

  test("nx#36929: an edge that leads to another version is seen though all packages and hashes stay the same", async () => {
    const host = (version: string): string =>
      PNPM_LOCK.replace(
        "  packages/c:\n    dependencies:\n",
        "  packages/c:\n    dependencies:\n      host: {specifier: ^1, version: 1.0.0}\n",
      )
        .replace(
          "  packages/a:\n    dependencies:\n",
          "  packages/a:\n    dependencies:\n      dep: {specifier: ^1, version: 1.0.0}\n",
        )
        .replace(
          "  packages/b:\n    dependencies:\n",
          "  packages/b:\n    dependencies:\n      dep: {specifier: ^2, version: 2.0.0}\n",
        )
        .replace(
          "packages:\n  lodash",
          "packages:\n  dep@1.0.0: {resolution: {integrity: d1}}\n  dep@2.0.0: {resolution: {integrity: d2}}\n  host@1.0.0: {resolution: {integrity: h}}\n  lodash",
        )
        .concat(`  dep@1.0.0: {}\n  dep@2.0.0: {}\n  host@1.0.0:\n    dependencies: {dep: ${version}}\n`);
    const result = await compare(
      edit(SHOP, { "pnpm-lock.yaml": host("1.0.0") }),
      edit(SHOP, { "pnpm-lock.yaml": host("2.0.0") }),
    );
    expect(reasons(result)).toEqual(["pnpm-lock.yaml (host 1.0.0 resolves differently) -> c"]);
  });

  test("nx discussion 37529: a dependency that is removed concerns those that had it, not everything", async () => {
    const without = PNPM_LOCK.replace("      lodash: {specifier: ^4, version: 4.17.20}\n", "")
      .replace("  lodash@4.17.20: {resolution: {integrity: l}}\n", "")
      .replace("  lodash@4.17.20: {}\n", "");
    const now = edit(SHOP, {
      "pnpm-lock.yaml": without,
      "packages/b/package.json": json({ name: "b", dependencies: { a: "workspace:*" } }),
    });
    expect(ids(await compare(SHOP, now))).toEqual(["js:packages/b"]);
  });

  test("a dependency that is removed from the root concerns the root, one that is changed there all who can see it", async () => {
    const removed = PNPM_LOCK.replace(
      "    devDependencies:\n      typescript: {specifier: ^5, version: 5.0.0}\n",
      "    {}\n",
    )
      .replace("  typescript@5.0.0: {resolution: {integrity: t}}\n", "")
      .replace("  typescript@5.0.0: {}\n", "");
    const now = edit(SHOP, {
      "pnpm-lock.yaml": removed,
      "package.json": json({ name: "shop", packageManager: "pnpm@10.0.0" }),
    });
    expect(ids(await compare(SHOP, now))).toEqual(["js:."]);
    const changed = edit(SHOP, { "pnpm-lock.yaml": PNPM_LOCK.replaceAll("5.0.0", "5.1.0") });
    const result = await compare(SHOP, changed);
    expect(ids(result)).toEqual(ALL);
    expect(reasons(result)[3]).toBe("pnpm-lock.yaml (typescript 5.0.0 -> 5.1.0, of the root package) -> c");
    expect(ids(await compare(SHOP, changed, { rootDependencies: "root" }))).toEqual(["js:."]);
  });

  test("pnpm#8718, nx#29986, nx#35524: a catalog entry concerns those that use it, with and without a new resolution", async () => {
    const settings = (range: string): string => `packages: ['packages/*']\ncatalog: {react: ${range}}\n`;
    expect(reasons(await compare(SHOP, edit(SHOP, { "pnpm-workspace.yaml": settings("^18.2.0") })))).toEqual([
      'pnpm-workspace.yaml (catalog entry "react") -> a',
      'pnpm-workspace.yaml (catalog entry "react") -> a -> b',
    ]);
    expect(ids(await lock("18.2.0", "18.3.0", { "pnpm-workspace.yaml": settings("^18.3.0") }))).toEqual([
      "js:packages/a",
      "js:packages/b",
    ]);
  });

  test("turborepo#12635: a catalog of Yarn 4 does not concern everything", async () => {
    const files: Files = {
      "package.json": json({ name: "root", workspaces: ["*"] }),
      ".yarnrc.yml": "nodeLinker: node-modules\ncatalog:\n  react: ^18\n",
      "yarn.lock": "__metadata:\n  version: 8\n",
      "a/package.json": json({ name: "a", dependencies: { react: "catalog:" } }),
      "b/package.json": json({ name: "b" }),
    };
    const entry = await compare(
      files,
      edit(files, { ".yarnrc.yml": "nodeLinker: node-modules\ncatalog:\n  react: ^19\n" }),
    );
    expect(reasons(entry)).toEqual(['.yarnrc.yml (catalog entry "react") -> a']);
    const linker = await compare(files, edit(files, { ".yarnrc.yml": "nodeLinker: pnp\ncatalog:\n  react: ^18\n" }));
    expect(linker).toMatchObject({ all: true, because: { path: ".yarnrc.yml", what: "settings" } });
  });

  test("nx#29699: a configuration that is deleted concerns its package and the dependents, not everything", async () => {
    const files = edit(SHOP, { "packages/c/vite.config.ts": "1", "packages/a/.eslintrc.json": "{}" });
    expect(ids(await compare(files, edit(files, { "packages/c/vite.config.ts": undefined })))).toEqual([
      "js:packages/c",
    ]);
    expect(ids(await compare(files, edit(files, { "packages/a/.eslintrc.json": undefined })))).toEqual([
      "js:packages/a",
      "js:packages/b",
    ]);
  });

  test("turborepo#2862: white space in a lock file concerns nobody, and the result says so", async () => {
    for (const text of [`${PNPM_LOCK}# a comment\n`, `\n${PNPM_LOCK}\n\n`]) {
      const result = await compare(SHOP, edit(SHOP, { "pnpm-lock.yaml": text }));
      expect(result).toMatchObject({
        all: false,
        units: [],
        withoutEffect: [{ path: "pnpm-lock.yaml", why: "no unit resolves differently" }],
      });
    }
  });

  test("turborepo#8125: a new package with dependencies of its own concerns itself only", async () => {
    const result = await compare(
      SHOP,
      edit(SHOP, {
        "packages/d/package.json": json({ name: "d", dependencies: { ms: "^1" } }),
        "pnpm-lock.yaml": PNPM_LOCK.replace(
          "packages:\n  lodash",
          "  packages/d:\n    dependencies:\n      ms: {specifier: ^1, version: 1.0.0}\npackages:\n  ms@1.0.0: {resolution: {integrity: m}}\n  lodash",
        ).concat("  ms@1.0.0: {}\n"),
      }),
    );
    expect(ids(result)).toEqual(["js:packages/d"]);
  });

  test("turborepo#10869: a change of the root manifest that nobody takes over concerns the root only", async () => {
    const manifest = {
      name: "shop",
      devDependencies: { typescript: "^5" },
      packageManager: "pnpm@10.0.0",
      scripts: { x: "y" },
    };
    expect(ids(await compare(SHOP, edit(SHOP, { "package.json": json(manifest) })))).toEqual(["js:."]);
  });

  test("turborepo#2606: another package that moves what a range resolves to concerns those whose range it is", async () => {
    const files = (lock: string, more: Files = {}): Files => ({
      "package.json": json({ name: "root", workspaces: ["*"] }),
      "app/package.json": json({ name: "app", dependencies: { router: "^6.3.0" } }),
      "other/package.json": json({ name: "other", dependencies: { ms: "*" } }),
      "yarn.lock": `# yarn lockfile v1\n\n${lock}\n\n"ms@*":\n  version "1.0.0"\n`,
      ...more,
    });
    const base = files(`router@^6.3.0:\n  version "6.3.0"`);
    const now = files(`"router@*", router@^6.3.0:\n  version "6.4.3"`, {
      "components/package.json": json({ name: "components", dependencies: { router: "*" } }),
    });
    expect(reasons(await compare(base, now))).toEqual([
      "yarn.lock (router 6.3.0 -> 6.4.3) -> app",
      "components/package.json -> components",
    ]);
  });

  test("nx#15116, nx#35141: a package-lock.json that changes alone concerns those that resolve it", async () => {
    const lock = (version: string): string =>
      json({
        lockfileVersion: 3,
        packages: {
          "": { workspaces: ["*"] },
          a: { dependencies: { x: "^1" } },
          b: { dependencies: { y: "^1" } },
          "node_modules/a": { resolved: "a", link: true },
          "node_modules/b": { resolved: "b", link: true },
          "node_modules/x": { version },
          "node_modules/y": { version: "1.0.0" },
        },
      });
    const files: Files = {
      "package.json": json({ workspaces: ["*"] }),
      "package-lock.json": lock("1.0.0"),
      "a/package.json": json({ name: "a", dependencies: { x: "^1" } }),
      "b/package.json": json({ name: "b", dependencies: { y: "^1" } }),
    };
    expect(reasons(await compare(files, edit(files, { "package-lock.json": lock("1.0.1") })))).toEqual([
      "package-lock.json (x 1.0.0 -> 1.0.1) -> a",
    ]);
  });

  test("nx#35173: resolutions in the root manifest concern everything", async () => {
    const root = (resolutions: object): string => json({ name: "root", workspaces: ["*"], resolutions });
    const files: Files = { "package.json": root({}), "yarn.lock": "# yarn lockfile v1\n", "a/package.json": "{}" };
    expect(await compare(files, edit(files, { "package.json": root({ x: "1.0.0" }) }))).toMatchObject({
      all: true,
      because: { path: "package.json", what: "`resolutions`" },
    });
  });

  test("lage: packages/foo-x is not taken for packages/foo", async () => {
    const files: Files = {
      "package.json": json({ workspaces: ["packages/foo"] }),
      "packages/foo/package.json": json({ name: "foo" }),
    };
    expect(ids(await compare(files, edit(files, { "packages/foo-x/a.ts": "1" })))).toEqual(["js:."]);
  });

  test("lage: a global file that is deleted is seen", async () => {
    const files = edit(SHOP, { ".gitattributes": "* text=auto\n" });
    expect((await compare(files, SHOP)).because).toMatchObject({ kind: "global", path: ".gitattributes" });
  });

  test("turborepo#15007: a change of the package manager is not hidden by a lock file that can be read", async () => {
    const manifest = json({ name: "shop", devDependencies: { typescript: "^5" }, packageManager: "pnpm@11.0.0" });
    const result = await lock("4.17.20", "4.17.21", { "package.json": manifest });
    expect(result).toMatchObject({ all: true, because: { path: "package.json", what: "`packageManager`" } });
  });

  test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ["cannot be parsed", { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n<<<<<<< ours\n" }, "cannot be parsed as yaml"],
    [
      "has an unknown version",
      { "pnpm-lock.yaml": "lockfileVersion: '99.0'\n" },
      "lockfileVersion 99.0 is not one of 6 and 9",
    ],
    ["is gone", { "pnpm-lock.yaml": undefined }, "is gone"],
    [
      "changed its settings",
      { "pnpm-lock.yaml": `${PNPM_LOCK}settings: {autoInstallPeers: false}\n` },
      "`settings` changed",
    ],
    ["has new overrides", { "pnpm-lock.yaml": `${PNPM_LOCK}overrides: {x: '1'}\n` }, "`overrides` changed"],
    ["is binary", { "bun.lockb": "\0\u0001" }, "is new"],
  ])("a lock file that %s concerns everything and is named", async (_name, changes, what) => {
    const result = await compare(SHOP, edit(SHOP, changes));
    const [path] = Object.keys(changes);
    expect(result.all).toBe(true);
    expect(result.because).toMatchObject({ kind: "lock", path });
    expect(result.because?.kind === "lock" ? result.because.what : "").toContain(what);
    expect(ids(result)).toEqual(ALL);
  });

  test("a lock file of crates that cannot be read does not concern packages of npm", async () => {
    const files: Files = { ...SHOP, "rust/Cargo.toml": `[package]\nname = "r"\n`, "rust/Cargo.lock": "version = 4\n" };
    const result = await compare(files, edit(files, { "rust/Cargo.lock": "version = 99\n" }));
    expect(ids(result)).toEqual(["cargo:rust"]);
  });

  test("without a lock file the dependencies of the root concern all who can see them, unless told otherwise", async () => {
    const root = (range: string): string => json({ workspaces: ["*"], devDependencies: { typescript: range } });
    const files: Files = { "package.json": root("^5"), "a/package.json": json({ name: "a" }) };
    const now = edit(files, { "package.json": root("^6") });
    expect(ids(await compare(files, now))).toEqual(["js:.", "js:a"]);
    expect(ids(await compare(files, now, { rootDependencies: "root" }))).toEqual(["js:."]);
  });

  test("a gradle.lockfile concerns its project", async () => {
    const files: Files = {
      "settings.gradle": "include 'a', 'b'\n",
      "a/gradle.lockfile": "1",
      "a/build.gradle": "",
      "b/build.gradle": "",
    };
    expect(ids(await compare(files, edit(files, { "a/gradle.lockfile": "2" })))).toEqual(["gradle:a"]);
  });

  test("a poetry.lock concerns its project", async () => {
    const lock = (version: string): string =>
      `[[package]]\nname = "x"\nversion = "${version}"\n\n[metadata]\nlock-version = "2.1"\n`;
    const files: Files = {
      "a/pyproject.toml": `[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\nb = { path = "../b" }\n`,
      "a/poetry.lock": lock("1"),
      "b/pyproject.toml": `[tool.poetry]\nname = "b"\n`,
    };
    expect(reasons(await compare(files, edit(files, { "a/poetry.lock": lock("2") })))).toEqual([
      "a/poetry.lock (x 1 -> 2) -> a",
    ]);
  });

  test("patches concern everything", async () => {
    const files = edit(SHOP, { "patches/react.patch": "1" });
    expect((await compare(files, edit(files, { "patches/react.patch": "2" }))).all).toBe(true);
  });

  test("a manifest that changes without its lock file concerns its unit and the dependents", async () => {
    const now = edit(SHOP, {
      "packages/a/package.json": json({ name: "a", version: "2.0.0", dependencies: { react: "catalog:" } }),
    });
    expect(ids(await compare(SHOP, now))).toEqual(["js:packages/a", "js:packages/b"]);
  });

  test("a lock file of a fixture is a file like any other", async () => {
    const files = edit(SHOP, { "packages/c/test/fixtures/p/pnpm-lock.yaml": "garbage" });
    expect(ids(await compare(files, edit(files, { "packages/c/test/fixtures/p/pnpm-lock.yaml": "more" })))).toEqual([
      "js:packages/c",
    ]);
  });
});

const count = 6;
const name = fc.nat(count - 1).map((at) => `p${at}`);
const repository: fc.Arbitrary<Files> = fc
  .array(
    fc.option(
      fc.record({
        needs: fc.uniqueArray(name, { maxLength: 3 }),
        kind: fc.constantFrom("dependencies", "devDependencies", "peerDependencies"),
        nested: fc.boolean(),
      }),
    ),
    { minLength: count, maxLength: count },
  )
  .map((packages) => ({
    "package.json": json({ name: "root", workspaces: ["packages/**"] }),
    ...Object.fromEntries(
      packages.flatMap((one, at) => {
        if (one === null) return [];
        const folder = one.nested && at > 0 ? `packages/p${at - 1}/p${at}` : `packages/p${at}`;
        const needs = Object.fromEntries(one.needs.map((need) => [need, "workspace:*"]));
        return [[`${folder}/package.json`, json({ name: `p${at}`, [one.kind]: needs })]];
      }),
    ),
  }));
const changedPath = fc.oneof(
  fc
    .tuple(name, fc.constantFrom("src/x.ts", "src/x.test.ts", "package.json", "README.md"))
    .map((parts) => `packages/${parts.join("/")}`),
  fc
    .tuple(fc.integer({ min: 1, max: count - 1 }), fc.constantFrom("src/x.ts", "test/y.js", "package.json"))
    .map(([at, file]) => `packages/p${at - 1}/p${at}/${file}`),
  fc.constantFrom("README.md", "package.json", "packages/p1-x/file.ts", "packages"),
);
const change: fc.Arbitrary<Change> = fc.record(
  { path: changedPath, previousPath: changedPath, status: fc.constantFrom("modified", "renamed", "deleted", "added") },
  { requiredKeys: ["path", "status"] },
);

describe("affectedUnits() on random repositories", () => {
  const trees = fc.tuple(repository, repository);
  const find = (base: Files, now: Files, changes: readonly Change[], spreadTests = true): Promise<AffectedUnits> =>
    affectedUnits({ changes, base: memoryTree(base), now: memoryTree(now), spreadTests });

  test("the answer is closed under dependents of both sides and holds every owner of a changed path", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.array(change, { minLength: 1, maxLength: 4 }), async ([base, now], changes) => {
        const all = [...changes, { path: "packages/p0/package.json", status: "modified" as const }];
        const affected = new Set(ids(await find(base, now, all)));
        for (const graph of [await readUnits(memoryTree(base)), await readUnits(memoryTree(now))]) {
          for (const { id, dependencies } of graph.units) {
            if (dependencies.some(({ unit }) => affected.has(unit))) expect(affected).toContain(id);
          }
        }
        for (const { path, previousPath, status } of all) {
          const ends: (readonly [string, Files])[] = previousPath === undefined ? [] : [[previousPath, base]];
          if (status !== "deleted") ends.push([path, now]);
          if (status !== "added" && previousPath === undefined) ends.push([path, base]);
          for (const [end, files] of ends) {
            const [owner] = Object.keys(files)
              .map((file) => file.replace(/\/?package\.json$/, ""))
              .filter((one) => one === "" || end.split("/").slice(0, one.split("/").length).join("/") === one)
              .sort((a, b) => b.length - a.length);
            expect(affected).toContain(`js:${owner === "" ? "." : owner}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("more changes never reach less, and every chain is a way of the two graphs", async () => {
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.array(change, { maxLength: 3 }),
        fc.array(change, { maxLength: 2 }),
        fc.boolean(),
        async ([base, now], extra, more, spreads) => {
          // What differs between the trees is always listed: git does not forget a manifest.
          const few = [...changesBetween(base, now), ...extra];
          const result = await find(base, now, [...few, ...more], spreads);
          const reached = new Set(ids(result));
          expect(ids(await find(base, now, few, spreads)).filter((id) => !reached.has(id))).toEqual([]);
          const edges = new Set<string>();
          for (const files of [base, now]) {
            for (const { id, dependencies } of (await readUnits(memoryTree(files))).units) {
              for (const { unit, kind } of dependencies) edges.add(`${id} ${kind} ${unit}`);
            }
          }
          const ends = new Set([...few, ...more].flatMap(({ path, previousPath }) => [path, previousPath ?? path]));
          for (const { unit, reasons: own } of result.units) {
            expect(own.length).toBeGreaterThan(0);
            for (const reason of own) {
              const chain = reasonChain(reason);
              expect(chain.at(-1)?.unit).toBe(unit.id);
              if (reason.cause.kind !== "unknown") expect(ends).toContain(reason.cause.path);
              for (const [at, step] of chain.entries()) {
                if (at > 0) expect(edges).toContain(`${step.unit} ${step.dependency?.kind} ${chain[at - 1]?.unit}`);
              }
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("the order of changes and of files does not matter", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.array(change, { minLength: 1, maxLength: 4 }), async ([base, now], changes) => {
        const turn = (files: Files): MemoryTree => memoryTree(Object.fromEntries(Object.entries(files).reverse()));
        const one = await find(base, now, changes);
        const other = await affectedUnits({
          changes: changes.toReversed(),
          base: turn(base),
          now: turn(now),
          spreadTests: true,
        });
        expect(ids(other)).toEqual(ids(one));
        expect(other.all).toBe(one.all);
      }),
      { numRuns: 100 },
    );
  });
});
