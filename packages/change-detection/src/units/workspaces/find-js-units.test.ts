import { describe, expect, test } from "vitest";
import { json, memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";

const read = (files: Readonly<Record<string, string | Uint8Array>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const ids = ({ units }: UnitGraph): string[] => units.map(({ id }) => id);
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));

describe("readUnits() in JavaScript workspaces", () => {
  test("takes the members of pnpm-workspace.yaml, `!` taking out again wherever it stands", async () => {
    const graph = await read({
      "package.json": json({ name: "shop" }),
      "pnpm-workspace.yaml": "packages:\n  - '!packages/old'\n  - packages/*\n  - ./apps/**\n  - '!**/test/**'\n",
      "packages/a/package.json": json({ name: "@s/a" }),
      "packages/old/package.json": json({ name: "@s/old" }),
      "packages/a/deep/package.json": json({ name: "@s/deep" }),
      "packages/.hidden/package.json": json({ name: "@s/hidden" }),
      "apps/x/y/package.json": json({ name: "@s/y" }),
      "apps/x/test/z/package.json": json({ name: "@s/z" }),
      "packages/a/node_modules/b/package.json": json({ name: "b" }),
    });
    expect(ids(graph)).toEqual(["js:.", "js:apps/x/y", "js:packages/a"]);
    expect(graph.workspaces).toEqual([{ kind: "js", directory: "", definition: "pnpm-workspace.yaml" }]);
    expect(graph.problems).toEqual([]);
  });

  test.each([
    ["npm's list", ["packages/*"]],
    ["yarn's object", { packages: ["packages/*"], nohoist: ["**/x"] }],
    ["a list that takes out", ["packages/**", "!packages/b"]],
    ["plain folders", ["./packages/a/"]],
  ])("takes the members of `workspaces`: %s", async (_name, workspaces) => {
    const graph = await read({
      "package.json": json({ name: "root", workspaces }),
      "packages/a/package.json": json({ name: "a" }),
      "other/b/package.json": json({ name: "b" }),
    });
    expect(ids(graph)).toEqual(["js:.", "js:packages/a"]);
  });

  test("a pnpm-workspace.yaml goes before `workspaces`", async () => {
    const graph = await read({
      "package.json": json({ workspaces: ["b"] }),
      "pnpm-workspace.yaml": "packages: [a]\n",
      "a/package.json": json({ name: "a" }),
      "b/package.json": json({ name: "b" }),
    });
    expect(ids(graph)).toEqual(["js:.", "js:a"]);
  });

  test("reads edges of all kinds by name, and leaves out what plainly leads elsewhere", async () => {
    const graph = await read({
      "package.json": json({ name: "root", workspaces: ["*"] }),
      "a/package.json": json({ name: "@s/a" }),
      "b/package.json": json({
        name: "b",
        dependencies: { "@s/a": "workspace:^" },
        devDependencies: { c: "^1.0.0" },
        peerDependencies: { d: "*" },
        optionalDependencies: { e: "link:../e" },
      }),
      "c/package.json": json({
        name: "c",
        dependencies: {
          "@s/a": "npm:other@1",
          b: "github:user/b",
          d: "git+https://example.com/d.git",
          e: "https://example.com/e.tgz",
          f: "user/f",
        },
      }),
      "d/package.json": json({ name: "d", dependencies: { alias: "workspace:@s/a@*", tar: "file:../e/x.tgz" } }),
      "e/package.json": json({ name: "e", dependencies: { whatever: "workspace:../f", "@s/a": "catalog:" } }),
      "f/package.json": json({ name: "f", dependencies: { "@s/a": "99.0.0" } }),
    });
    expect(edges(graph)).toEqual([
      "js:b runtime js:a",
      "js:b dev js:c",
      "js:b peer js:d",
      "js:b optional js:e",
      "js:d runtime js:a",
      "js:d runtime js:e",
      "js:e runtime js:f",
      "js:e runtime js:a",
      "js:f runtime js:a",
    ]);
  });

  test("packages that stand alone or are named by path are units, those of fixtures and build results are not", async () => {
    const graph = await read({
      "frontend/package.json": json({ name: "frontend", dependencies: { lib: "file:../lib" } }),
      "frontend/esm/package.json": json({ type: "module" }),
      "lib/package.json": json({ name: "lib" }),
      "lib/examples/x/package.json": json({ name: "x" }),
      "lib/examples/x/package-lock.json": "{}",
      "test/fixtures/p/package.json": json({ name: "p" }),
    });
    expect(ids(graph)).toEqual(["js:frontend", "js:lib", "js:lib/examples/x", "root:."]);
    expect(edges(graph)).toEqual(["js:frontend runtime js:lib"]);
  });

  test("a workspace in a folder has members of its own, one inside a member has not", async () => {
    const graph = await read({
      "web/package.json": json({ workspaces: ["p/*"] }),
      "web/p/a/package.json": json({ name: "a" }),
      "web/p/a/inner/package.json": json({ workspaces: ["*"] }),
      "web/p/a/inner/x/package.json": json({ name: "x" }),
    });
    expect(ids(graph)).toEqual(["js:web", "js:web/p/a", "root:."]);
  });

  test("members take over catalog entries and shared settings", async () => {
    const { units } = await read({
      "package.json": json({ packageManager: "pnpm@10.0.0" }),
      "pnpm-workspace.yaml":
        "packages: [a]\ncatalog:\n  react: 18.0.0\ncatalogs:\n  old:\n    vue: 2.0.0\nnodeLinker: hoisted\n",
      "a/package.json": json({ name: "a", dependencies: { react: "catalog:", vue: "catalog:old" } }),
    });
    const own = units
      .find(({ id }) => id === "js:a")
      ?.inherits.map(({ path, what, value }) => `${path} ${what} ${value}`);
    expect(own).toEqual(
      expect.arrayContaining([
        'package.json `packageManager` "pnpm@10.0.0"',
        'pnpm-workspace.yaml settings {"nodeLinker":"hoisted"}',
        'pnpm-workspace.yaml catalog entry "react" "18.0.0"',
        'pnpm-workspace.yaml catalog entry "vue" "2.0.0"',
      ]),
    );
  });

  test("a broken member is a unit that any change affects, a broken root makes everything unknown", async () => {
    const member = await read({
      "package.json": json({ workspaces: ["*"] }),
      "a/package.json": "{ not json",
      "b/package.json": json({ name: "b" }),
    });
    expect(ids(member)).toEqual(["js:.", "js:a", "js:b"]);
    expect(member.problems).toMatchObject([{ path: "a/package.json", affects: "unit-and-dependents", unit: "js:a" }]);
    const root = await read({ "package.json": "[]", "a/package.json": json({ name: "a" }) });
    expect(root.problems).toContainEqual({
      path: "package.json",
      reason: "does not hold an object, so its members are unknown",
      affects: "everything",
    });
    const pnpm = await read({ "pnpm-workspace.yaml": "packages: [a\nb: }", "a/package.json": "{}" });
    expect(pnpm.problems).toMatchObject([{ path: "pnpm-workspace.yaml", affects: "everything" }]);
  });

  test("names of the prototype, duplicate names, patterns out of the repository and cycles are taken as they come", async () => {
    const graph = await read({
      "w/package.json": `{ "workspaces": ["../../*", "*", "__proto__"], "__proto__": { "name": "evil" } }`,
      "w/a/package.json": json({ name: "same", dependencies: { constructor: "*", b: "*" } }),
      "w/b/package.json": json({ name: "b", dependencies: { same: "*", toString: "*" } }),
      "w/c/package.json": `{ "name": "same", "dependencies": { "__proto__": "*", "same": "*" } }`,
      "w/__proto__/package.json": json({ name: "__proto__" }),
      "outside/package.json": json({ name: "outside" }),
    });
    expect(edges(graph)).toEqual([
      "js:w/a runtime js:w/b",
      "js:w/b runtime js:w/a",
      "js:w/b runtime js:w/c",
      "js:w/c runtime js:w/__proto__",
      "js:w/c runtime js:w/a",
    ]);
    expect(graph.problems.map(({ path, affects }) => [path, affects])).toEqual([
      ["w/package.json", "nothing"],
      ["w/c/package.json", "nothing"],
    ]);
  });

  test("a manifest that is huge, not UTF-8 or cannot be read is a problem and no exception", async () => {
    const files = {
      "package.json": json({ workspaces: ["*"] }),
      "a/package.json": `{"name":"${"x".repeat(5_000_000)}"}`,
      "b/package.json": Buffer.from([0xff, 0xfe, 0x7b]),
      "c/package.json": "{}",
    };
    const tree = memoryTree(files);
    const graph = await readUnits({
      ...tree,
      read: (path) => (path === "c/package.json" ? Promise.reject(new Error("EACCES")) : tree.read(path)),
    });
    expect(graph.problems.map(({ path, reason, unit }) => `${path} ${reason} ${unit}`)).toEqual([
      "a/package.json is larger than 4194304 bytes js:a",
      "b/package.json is not UTF-8 js:b",
      "c/package.json cannot be read: EACCES js:c",
    ]);
  });

  test("YAML that multiplies itself is refused in time", async () => {
    const bomb = `a0: &a0 [x, x]\n${Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join("\n")}\n`;
    const graph = await read({ "pnpm-workspace.yaml": `packages: [a]\n${bomb}`, "a/package.json": "{}" });
    expect(graph.problems).toMatchObject([{ path: "pnpm-workspace.yaml", affects: "everything" }]);
  });

  test("reads manifests and nothing else", async () => {
    const tree = memoryTree({
      "package.json": json({ workspaces: ["*"] }),
      "pnpm-lock.yaml": "x",
      "a/package.json": "{}",
      "a/index.js": "",
      "a/tsconfig.json": "{}",
    });
    await readUnits(tree);
    expect(tree.reads.sort()).toEqual(["a/package.json", "package.json"]);
  });
});
