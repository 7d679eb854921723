import { affectedUnits, readUnits, type FileEntry, type Tree } from "@ai-workflow/change-detection";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUnitLayout, type LaidUnit, type UnitLayout } from "./unit-layout.ts";

type Files = Readonly<Record<string, string>>;

const manifest = (name: string, more: object = {}): string => JSON.stringify({ name, ...more });
const needs = (...names: readonly string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, "workspace:*"])),
});

const treeOf = (files: Files): Tree => ({
  paths: async () => Object.keys(files),
  read: async (path) => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
});

async function layoutOf(files: Files, units: readonly string[] = []): Promise<UnitLayout> {
  return createUnitLayout(await readUnits(treeOf(files), { units }));
}

function unitOf(layout: UnitLayout, directory: string): LaidUnit {
  const unit = layout.units.get(directory);
  if (unit === undefined) throw new Error(`no unit in ${directory}`);
  return unit;
}

const entries = (files: Files): readonly FileEntry[] =>
  Object.keys(files).map((path) => ({ path, mode: "100644", id: path }));

/** Paths among `files` that a unit reads when it says nothing. */
function readBy(layout: UnitLayout, directory: string, files: Files): readonly string[] {
  const unit = unitOf(layout, directory);
  return layout
    .filesFor(entries(files), unit)
    .map(({ path }) => path)
    .filter((path) => layout.ownersOf(path).some((owner) => unit.reads.has(owner)) || layout.isShared(path, unit))
    .sort();
}

const SHOP: Files = {
  "package.json": manifest("shop"),
  "pnpm-workspace.yaml": "packages: ['packages/*']\n",
  "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
  "tsconfig.base.json": "{}",
  "README.md": "",
  "packages/ui/package.json": manifest("@shop/ui"),
  "packages/ui/src/button.ts": "",
  "packages/web/package.json": manifest("@shop/web", needs("@shop/ui")),
  "packages/web/src/page.ts": "",
  "packages/api/package.json": manifest("@shop/api"),
  "packages/api/src/serve.ts": "",
};

test("a unit reads its own files, those of what it needs, and those that decide for both", async () => {
  const layout = await layoutOf(SHOP);
  expect(readBy(layout, "packages/web", SHOP)).toEqual([
    "package.json",
    "packages/ui/package.json",
    "packages/ui/src/button.ts",
    "packages/web/package.json",
    "packages/web/src/page.ts",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "tsconfig.base.json",
  ]);
  expect(readBy(layout, "packages/api", SHOP).filter((path) => path.startsWith("packages/"))).toEqual([
    "packages/api/package.json",
    "packages/api/src/serve.ts",
  ]);
  expect(unitOf(layout, "packages/web").before).toEqual(["packages/ui"]);
});

test("the root of a workspace of packages is its frame, and that of a workspace of crates a crate", async () => {
  expect(unitOf(await layoutOf(SHOP), "").isFrame).toBe(true);
  const crates = await layoutOf({
    "Cargo.toml":
      '[package]\nname = "app"\n[workspace]\nmembers = ["core"]\n[dependencies]\ncore = { path = "core" }\n',
    "core/Cargo.toml": '[package]\nname = "core"\n',
  });
  expect(unitOf(crates, "")).toMatchObject({ name: "app", isFrame: false, before: ["core"] });
  expect(unitOf(await layoutOf({ "package.json": manifest("alone") }), "").isFrame).toBe(false);
});

test("the chain from a file to a unit names those between, and how they need each other", async () => {
  const layout = await layoutOf({
    ...SHOP,
    "packages/e2e/package.json": manifest("@shop/e2e", { devDependencies: { "@shop/web": "workspace:*" } }),
  });
  const e2e = unitOf(layout, "packages/e2e");
  expect(layout.chainTo("packages/ui/src/button.ts", e2e)).toBe(
    "packages/ui/src/button.ts -> @shop/ui -> @shop/web -> @shop/e2e (dev)",
  );
  expect(layout.chainTo("packages/e2e/a.ts", e2e)).toBeUndefined();
  expect(layout.chainTo("packages/api/src/serve.ts", e2e)).toBeUndefined();
});

test("a lock file decides for what is below it alone", async () => {
  const files = { "a/main.py": "", "a/poetry.lock": "", "b/main.py": "", "b/package-lock.json": "" };
  const layout = await layoutOf(files, ["*"]);
  expect(readBy(layout, "a", files)).toEqual(["a/main.py", "a/poetry.lock"]);
  expect(readBy(layout, "b", files)).toEqual(["b/main.py", "b/package-lock.json"]);
});

test("a folder inside another is no part of it; what is of another kind is part of both", async () => {
  const files = {
    "a/package.json": manifest("a"),
    "a/own.ts": "",
    "a/b/package.json": manifest("b"),
    "a/b/inner.ts": "",
    "a/native/Cargo.toml": '[package]\nname = "native"\n',
    "a/native/lib.rs": "",
    "package.json": manifest("root", { workspaces: ["a", "a/b"] }),
  };
  const layout = await layoutOf(files);
  expect(layout.ownersOf("a/own.ts")).toEqual(["a"]);
  expect(layout.ownersOf("a/b/inner.ts")).toEqual(["a/b"]);
  expect([...layout.ownersOf("a/native/lib.rs")].sort()).toEqual(["a", "a/native"]);
  expect(layout.ownersOf("README.md")).toEqual([""]);
});

test("units of two kinds in one folder are one, which needs what both need", async () => {
  const layout = await layoutOf({
    "package.json": manifest("root", { workspaces: ["native", "ui"] }),
    "Cargo.toml": '[workspace]\nmembers = ["native", "core"]\n',
    "native/package.json": manifest("@x/native", needs("@x/ui")),
    "native/Cargo.toml": '[package]\nname = "native_rs"\n[dependencies]\ncore = { path = "../core" }\n',
    "ui/package.json": manifest("@x/ui"),
    "core/Cargo.toml": '[package]\nname = "core"\n',
  });
  const native = unitOf(layout, "native");
  expect(native.label).toBe("@x/native");
  expect([...native.reads].sort()).toEqual(["core", "native", "ui"]);
});

describe("what cannot be understood", () => {
  test("a unit whose manifest is broken reads everything, and so does who may need it", async () => {
    const layout = await layoutOf({ ...SHOP, "packages/ui/package.json": "{ not json" });
    for (const directory of ["packages/ui", "packages/web", "packages/api"]) {
      expect([...unitOf(layout, directory).reads]).toEqual([...layout.units.keys()]);
    }
  });

  test("units that need each other in a circle read each other, and are told", async () => {
    const layout = await layoutOf({
      "package.json": manifest("root", { workspaces: ["*"] }),
      "a/package.json": manifest("a", needs("b")),
      "b/package.json": manifest("b", needs("a")),
    });
    expect(layout.circles).toEqual([["a", "b"]]);
    expect([...unitOf(layout, "a").reads].sort()).toEqual(["a", "b"]);
    expect(unitOf(layout, "a").before).toEqual([]);
  });
});

test("the key changes with what follows from manifests, and with nothing else", async () => {
  const { key } = await layoutOf(SHOP);
  expect((await layoutOf({ ...SHOP, "packages/ui/src/other.ts": "x" })).key).toBe(key);
  expect(
    (await layoutOf({ ...SHOP, "packages/api/package.json": manifest("@shop/api", needs("@shop/ui")) })).key,
  ).not.toBe(key);
});

test("a unit reads something else whenever change-detection says that a change reaches it", async () => {
  const names = ["a", "b", "c", "d"];
  const shop = fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.subarray(names)))).map((list): Files => {
    const packages = list.flatMap(([name, needed]) => [
      [`packages/${name}/package.json`, manifest(name, needs(...needed.filter((need) => need !== name)))],
      [`packages/${name}/src/main.ts`, "1"],
    ]);
    const rest = ["tsconfig.base.json", ".nvmrc", "README.md", "tools/run.ts"].map((path) => [path, "1"]);
    return Object.fromEntries([
      ["package.json", manifest("root", { workspaces: ["packages/*"] })],
      ["package-lock.json", JSON.stringify({ lockfileVersion: 3, packages: {} })],
      ...packages,
      ...rest,
    ]) as Files;
  });
  const edited = fc.uniqueArray(
    fc.constantFrom(
      ...names.flatMap((name) => [`packages/${name}/src/main.ts`, `packages/${name}/src/new.ts`]),
      "tsconfig.base.json",
      ".nvmrc",
      "README.md",
    ),
    { maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(shop, shop, edited, fc.boolean(), async (base, other, paths, rewires) => {
      const now: Files = {
        ...base,
        ...(rewires ? other : {}),
        ...Object.fromEntries(paths.map((path) => [path, "2"])),
      };
      const changes = Object.keys(now)
        .filter((path) => base[path] !== now[path])
        .map((path) => ({ path, status: base[path] === undefined ? ("added" as const) : ("modified" as const) }));
      const { units } = await affectedUnits({ changes, base: treeOf(base), now: treeOf(now) });
      const [before, after] = [await layoutOf(base), await layoutOf(now)];
      const seen = (layout: UnitLayout, directory: string, files: Files): unknown =>
        readBy(layout, directory, files).map((path) => [path, files[path]]);
      for (const { unit } of units) {
        if (unit.directory === "") continue;
        expect(seen(after, unit.directory, now)).not.toEqual(seen(before, unit.directory, base));
      }
    }),
    { numRuns: 60 },
  );
});
