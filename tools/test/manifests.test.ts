import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { isAtLeast } from "../../scripts/require-node.mjs";
import {
  listPublishablePackages,
  listWorkspacePackages,
  type Manifest,
  parseWorkspacePatterns,
  root,
} from "../../scripts/workspace.mjs";
import { checkManifest, type ManifestRules } from "../check-manifest.ts";

const rootManifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const all = listWorkspacePackages();
const names = new Set(all.map(({ manifest }) => manifest.name));

const RULES: ManifestRules = {
  node: (rootManifest["engines"] as { readonly node: string }).node,
  // The command line tool is bundled: the packages it is made of are inside it and not installed with it.
  devDependencies: {
    "apps/cli": listPublishablePackages()
      .filter(({ path }) => path.startsWith("packages/"))
      .map(({ manifest }) => manifest.name),
  },
};

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("this workspace", () => {
  test.each(listPublishablePackages().map((entry) => [entry.path, entry] as const))(
    "%s is ready to publish",
    (_path, entry) => {
      expect(checkManifest(entry, names, RULES)).toEqual([]);
    },
  );

  test("every package that is private says so on purpose", () => {
    expect(all.filter(({ manifest }) => manifest.private === true).map(({ path }) => path)).toEqual([
      "benchmarks",
      "tools",
    ]);
  });

  test("the tools depend on every published package, so that their tests run after its build", () => {
    const tools = all.find(({ path }) => path === "tools");
    expect(Object.keys(tools?.manifest.devDependencies ?? {})).toEqual(
      expect.arrayContaining(listPublishablePackages().map(({ manifest }) => manifest.name)),
    );
  });

  test("the versions of outside packages in the root come from the catalog", () => {
    const ranges = Object.values({ ...rootManifest.dependencies, ...rootManifest.devDependencies });
    expect(new Set(ranges)).toEqual(new Set(["catalog:"]));
  });
});

describe("checkManifest()", () => {
  const good = {
    name: "@ai-workflow/sample",
    version: "1.0.0",
    description: "A sample that has all that is asked for",
    license: "MIT",
    type: "module",
    repository: { url: "git+https://example.org/x.git", directory: "packages/sample" },
    publishConfig: { access: "public" },
    files: ["dist", "src", "!**/*.test.ts"],
    sideEffects: false,
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./package.json": "./package.json" },
    scripts: { build: "tsc -b", test: "vitest run" },
    dependencies: { "lru-cache": "catalog:", "@ai-workflow/other": "workspace:^" },
    engines: { node: ">=20.19" },
  };

  function check(
    change: Readonly<Record<string, unknown>>,
    files: readonly string[] = ["README.md", "LICENSE"],
  ): string[] {
    const directory = mkdtempSync(join(tmpdir(), "manifest-"));
    folders.push(directory);
    for (const file of files) writeFileSync(join(directory, file), "text\n");
    const manifest: Manifest = { ...good, ...change };
    const rules = { node: ">=20.19", devDependencies: { "packages/sample": ["@ai-workflow/allowed"] } };
    const house = new Set(["@ai-workflow/other", "@ai-workflow/allowed"]);
    return checkManifest({ path: "packages/sample", directory, manifest }, house, rules);
  }

  test("accepts a manifest that has everything", () => {
    expect(check({})).toEqual([]);
    expect(check({ devDependencies: { "@ai-workflow/allowed": "workspace:^" } })).toEqual([]);
  });

  test.each([
    [{ name: "@ai-workflow/else" }, "named after its folder"],
    [{ description: "" }, "no description"],
    [{ license: undefined }, "licence"],
    [{ engines: {} }, "Node >=20.19"],
    [{ repository: { url: "x", directory: "packages/else" } }, "repository.directory"],
    [{ files: ["dist"] }, "tests out of files"],
    [{ sideEffects: undefined }, "sideEffects"],
    [{ exports: { ".": "./dist/index.js", "./package.json": "./package.json" } }, "without types"],
    [{ exports: { ".": { default: "./a.js", types: "./a.d.ts" }, "./package.json": "./package.json" } }, "types first"],
    [{ dependencies: { zx: "^8.0.0" } }, "from the catalog"],
    [{ dependencies: { "@ai-workflow/other": "^1.0.0" } }, "from the workspace"],
    [{ devDependencies: { "@ai-workflow/other": "workspace:^" } }, "may not have @ai-workflow/other"],
    [{ scripts: { ...good.scripts, postinstall: "node x.js" } }, "when it is installed"],
  ])("names what is wrong with %j", (change, message) => {
    const problems = check(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  test("asks for a README and a licence file", () => {
    expect(check({}, [])).toEqual(["packages/sample has no README.md", "packages/sample has no LICENSE"]);
  });
});

describe("the scripts", () => {
  test.each([
    ["v20.19.0", true],
    ["v20.18.3", false],
    ["v18.20.8", false],
    ["v22.1.0", true],
    ["v26.0.0-nightly", true],
  ])("take Node %s for new enough: %s", (version, expected) => {
    expect(isAtLeast(version, ">=20.19")).toBe(expected);
  });

  test("read the patterns of the workspace file and nothing else from it", () => {
    const text = 'packages:\n  - packages/*  # all\n  - "tools"\n\ncatalog:\n  zx: ^8\nother:\n  - no\n';
    expect(parseWorkspacePatterns(text)).toEqual(["packages/*", "tools"]);
  });

  test("list packages in order of their paths, and no folder without a manifest", () => {
    const directory = mkdtempSync(join(tmpdir(), "workspace-"));
    folders.push(directory);
    writeFileSync(join(directory, "pnpm-workspace.yaml"), "packages:\n  - p/*\n  - gone\n  - a\n");
    for (const path of ["p/two", "p/one", "p/empty", "a"]) mkdirSync(join(directory, path), { recursive: true });
    for (const path of ["p/two", "p/one", "a"])
      writeFileSync(join(directory, path, "package.json"), `{"name":"${path}"}`);
    expect(listWorkspacePackages(directory).map(({ path }) => path)).toEqual(["a", "p/one", "p/two"]);
  });
});
