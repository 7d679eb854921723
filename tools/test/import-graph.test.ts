import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/workspace.mjs";
import { checkImports, findCircles, readImports, readWorkspaceSources, type AllowedImports } from "../import-graph.ts";

const LIBRARIES = [
  "packages/ai-cache",
  "packages/ai-client",
  "packages/alerts",
  "packages/change-detection",
  "packages/ml-predictor",
  "packages/pipeline-stages",
  "packages/profiler",
  "packages/regression",
  "packages/scheduler",
];

/**
 * Who may import whom: the one place where the design's rule is written for the machine. The nine libraries import none of
 * each other; the engine introduces them; the steps and the command line tool stand on the engine and what is below it; the
 * dashboard has only data.
 */
const ALLOWED: AllowedImports = {
  ...Object.fromEntries(LIBRARIES.map((path) => [path, []])),
  "packages/engine": LIBRARIES,
  "packages/steps": ["packages/engine", ...LIBRARIES],
  "apps/cli": ["packages/steps", "packages/engine", ...LIBRARIES],
  "apps/dashboard": [],
};

/** Files that import what a user names, or a package that may not be there: the target is known only when they run. */
const COMPUTING = [
  "packages/engine/src/runners/module-worker.ts",
  "packages/ml-predictor/src/onnx/load-onnxruntime.ts",
  "packages/steps/src/files/import-module.ts",
];

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
}

function problemsOf(packages: Readonly<Record<string, Made>>, allowed: AllowedImports = ALLOWED): string[] {
  const directory = mkdtempSync(join(tmpdir(), "graph-"));
  folders.push(directory);
  writeFileSync(join(directory, "pnpm-workspace.yaml"), "packages:\n  - packages/*\n  - apps/*\n");
  for (const [path, { manifest, files }] of Object.entries(packages)) {
    const all = { "package.json": JSON.stringify({ name: `@x/${path.split("/")[1]}`, ...manifest }), ...files };
    for (const [file, text] of Object.entries(all)) {
      const absolute = join(directory, path, file);
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, text);
    }
  }
  return checkImports(readWorkspaceSources(directory), allowed);
}

describe("this workspace", () => {
  test("imports only what the table allows and what each package declares, without circles", () => {
    const sources = readWorkspaceSources(root);
    expect(sources.length).toBeGreaterThanOrEqual(9);
    expect(sources.filter(({ files }) => files.length === 0)).toEqual([]);
    expect(checkImports(sources, ALLOWED, COMPUTING)).toEqual([]);
  });
});

describe("readImports()", () => {
  test("sees every form of import and ignores what only looks like one", () => {
    const text = `import a from "a";
import type { B } from "b";
import "c";
export * from "d";
export { e } from "e";
export type { F } from "f";
const g = await import("g");
const h: import("h").H = require("h2");
// import i from "i";
const j = 'import k from "k"';
await import(\`l\`);
await import(name);
`;
    expect(readImports("x.ts", text)).toEqual([
      { specifier: "a", isType: false, line: 1 },
      { specifier: "b", isType: true, line: 2 },
      { specifier: "c", isType: false, line: 3 },
      { specifier: "d", isType: false, line: 4 },
      { specifier: "e", isType: false, line: 5 },
      { specifier: "f", isType: true, line: 6 },
      { specifier: "g", isType: false, line: 7 },
      { specifier: "h", isType: true, line: 8 },
      { specifier: "h2", isType: false, line: 8 },
      { specifier: "l", isType: false, line: 11 },
      { specifier: undefined, isType: false, line: 12 },
    ]);
  });

  test("refuses a file it cannot parse", () => {
    expect(() => readImports("x.ts", "import { from 'a'")).toThrow(SyntaxError);
  });
});

describe("findCircles()", () => {
  test("finds each circle once, with its shortest path, and none in a diamond", () => {
    const edges = (list: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> =>
      new Map(Object.entries(list).map(([from, to]) => [from, new Set(to)]));
    expect(findCircles(edges({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toEqual([]);
    expect(findCircles(edges({ a: ["b"], b: ["c", "a"], c: ["a"] }))).toEqual([["a", "b", "a"]]);
    expect(findCircles(edges({ a: ["a"], b: [] }))).toEqual([["a", "a"]]);
  });
});

describe("checkImports()", () => {
  const scheduler: Made = {
    files: { "src/index.ts": 'export { a } from "./a.ts";', "src/a.ts": "export const a = 1;" },
  };
  const house: Readonly<Record<string, Made>> = {
    "packages/scheduler": scheduler,
    "packages/engine": {
      manifest: { dependencies: { "@x/scheduler": "1" }, devDependencies: { vitest: "1" } },
      files: {
        "src/index.ts": 'import { join } from "node:path";\nexport { a } from "@x/scheduler";\nexport { join };',
        "src/index.test.ts": 'import { test } from "vitest";\nexport { test };',
      },
    },
  };

  test("accepts a tree that keeps the rules", () => {
    expect(problemsOf(house)).toEqual([]);
  });

  test("refuses an import that the table does not allow, also of types and in tests", () => {
    const manifest = { dependencies: { "@x/scheduler": "1" } };
    for (const file of ["src/index.ts", "src/index.test.ts"]) {
      const made = { manifest, files: { [file]: '\nimport type { A } from "@x/scheduler";' } };
      expect(problemsOf({ ...house, "packages/profiler": made })).toEqual([
        `packages/profiler/${file}:2 imports @x/scheduler; packages/profiler may import no package of the house`,
      ]);
    }
  });

  test("refuses a package that the table does not know", () => {
    expect(problemsOf({ ...house, "packages/helpers": { files: { "src/index.ts": "export {};" } } })).toEqual([
      "packages/helpers is not in the table of who may import whom",
    ]);
  });

  test("refuses an undeclared package, and a devDependency outside tests", () => {
    const files = {
      "src/index.ts": 'import "left-pad/deep";\nimport type { T } from "@types-only/t";\nawait import("dev");',
    };
    const made = { manifest: { devDependencies: { dev: "1" } }, files };
    expect(problemsOf({ "packages/profiler": made })).toEqual([
      "packages/profiler/src/index.ts:1 imports left-pad, which packages/profiler/package.json does not declare",
      "packages/profiler/src/index.ts:2 imports types of @types-only/t, which packages/profiler/package.json does not declare",
      "packages/profiler/src/index.ts:3 imports dev, which packages/profiler/package.json does not declare",
    ]);
  });

  test("takes peer and optional dependencies for declared", () => {
    const manifest = { peerDependencies: { p: "1" }, optionalDependencies: { o: "1" } };
    const made = { manifest, files: { "src/index.ts": 'import "p";\nimport "o";' } };
    expect(problemsOf({ "packages/profiler": made })).toEqual([]);
  });

  test("refuses a path into another package, relative or by name", () => {
    const files = { "src/index.ts": 'import "../../scheduler/src/a.ts";\nimport "@x/scheduler/src/a.ts";' };
    const made = { manifest: { dependencies: { "@x/scheduler": "1" } }, files };
    expect(problemsOf({ "packages/scheduler": scheduler, "packages/engine": made })).toEqual([
      "packages/engine/src/index.ts:1 reaches out of its package to packages/scheduler/src/a.ts; import the package by its name",
      'packages/engine/src/index.ts:2 reaches into the files of @x/scheduler: "@x/scheduler/src/a.ts"',
    ]);
  });

  test("refuses a circle between files, also one of types alone", () => {
    const files = {
      "src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;',
      "src/b.ts": 'import type { A } from "./a.ts";\nexport type B = A;',
    };
    expect(problemsOf({ "packages/profiler": { files } })).toEqual([
      "circle between files: packages/profiler/src/a.ts -> packages/profiler/src/b.ts -> packages/profiler/src/a.ts",
    ]);
  });

  test("refuses a circle between packages even where the table would allow it", () => {
    const importing = (name: string): Made => ({
      manifest: { dependencies: { [name]: "1" } },
      files: { "src/index.ts": `import ${JSON.stringify(name)};` },
    });
    const allowed = { "packages/a": ["packages/b"], "packages/b": ["packages/a"] };
    expect(problemsOf({ "packages/a": importing("@x/b"), "packages/b": importing("@x/a") }, allowed)).toEqual([
      "circle between packages: packages/a -> packages/b -> packages/a",
    ]);
  });

  test("refuses a missing file, a built-in without its prefix, a computed target and the package's own name", () => {
    const files = { "src/index.ts": 'import "./gone.ts";\nimport "fs";\nawait import(x);\nimport "@x/profiler";' };
    const problems = problemsOf({ "packages/profiler": { files } });
    expect(problems).toHaveLength(4);
    expect(problems.join("\n")).toMatch(
      /does not exist[^]*node:fs[^]*only known when it runs[^]*its own package by name/,
    );
  });
});
