import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { findEntries } from "./find-entries.ts";
import { scanEcmascript } from "./scan-ecmascript.ts";
import { scanGo, scanRust } from "./scan-lines.ts";
import checkApiCoverage from "./step.ts";

const FILES = {
  ".gitignore": "node_modules\n",
  "package.json": '{ "name": "a", "exports": { ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" } } }',
  "src/index.ts": 'export { add, hidden as shown } from "./add.ts";\nexport * from "./types.ts";\n',
  "src/add.ts":
    "/** Adds. */\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n\nexport const hidden = 1;\nexport const inner = 2;\n",
  "src/types.ts": "/** A shape. */\nexport interface Shape {}\n\nexport type Bare = string;\n",
};

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository(FILES);
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});
const run = (given: Readonly<Record<string, unknown>> = {}): ReturnType<StepRepository["run"]> =>
  repository.run("api_coverage", checkApiCoverage, { with: given });

/** Installs a compiler of version 5, which this repository has for its own tests of types. */
function installCompiler(): void {
  const folder = path.join(repository.directory, "node_modules");
  mkdirSync(folder);
  symlinkSync(path.resolve(import.meta.dirname, "../../../node_modules/typescript-5"), path.join(folder, "typescript"));
}

describe("api_coverage", () => {
  test("counts what entries export, also through other modules, by the text where there is no compiler", async () => {
    const { message, findings } = await run();
    expect(message).toBe(
      "50 % of 4 public names documented; JavaScript and TypeScript by their text, for lack of a compiler of version 5 or 6",
    );
    expect(linesOf(findings)).toEqual([
      "info undocumented src/add.ts:6 public without documentation: `shown`",
      "info undocumented src/types.ts:4 public without documentation: `Bare`",
    ]);
  });

  test("of packages that nobody publishes tells only what is new, as a note, whatever is published beside them", async () => {
    repository.write({
      "package.json": FILES["package.json"].replace("{", '{ "private": true,'),
      "packages/b/package.json": '{ "name": "b", "main": "index.js" }',
      "packages/b/index.js": "export const old = 1;\n",
      "crates/c/Cargo.toml": "[package]\npublish = false\n",
      "crates/c/src/lib.rs": "pub fn old() {}\n",
      "py/pyproject.toml": '[project]\nclassifiers = ["Private :: Do Not Upload"]\n',
      "py/d/__init__.py": "def old(): pass\n",
    });
    repository.commit();
    expect(linesOf((await run()).findings)).toEqual([
      "info undocumented packages/b/index.js:1 public without documentation: `old`",
    ]);
    repository.write({
      "src/add.ts": FILES["src/add.ts"].replace("hidden = 1", "hidden = 1;\nexport function hiddenToo(): void {}"),
      "src/index.ts": 'export { add, hiddenToo } from "./add.ts";\n',
      "packages/b/index.js": "export const old = 1;\nexport const other = 2;\n",
    });
    expect(linesOf((await run()).findings)).toEqual([
      "warning undocumented-new packages/b/index.js:2 new and public without documentation: `other`",
      "info undocumented packages/b/index.js:1 public without documentation: `old`",
      "info undocumented-new src/add.ts:7 new and public without documentation: `hiddenToo`",
    ]);
  });

  test("asks the compiler of the repository where it is of version 5 or 6", async () => {
    installCompiler();
    repository.write({
      "src/types.ts": "/** A shape. */\nexport interface Shape {}\n\ntype Bare = string;\nexport type { Bare };\n",
    });
    const { message, findings } = await run();
    expect(message).toBe("50 % of 4 public names documented");
    expect(linesOf(findings)).toEqual([
      "info undocumented src/add.ts:6 public without documentation: `shown`",
      "info undocumented src/types.ts:4 public without documentation: `Bare`",
    ]);
  });

  test("warns of what is new since the base and has no documentation", async () => {
    repository.write({ "src/types.ts": `${FILES["src/types.ts"]}export type Later = number;\n` });
    const { message, findings } = await run();
    expect(message).toContain("1 new since the base, 0 of them documented");
    expect(linesOf(findings)).toContain(
      "warning undocumented-new src/types.ts:5 new and public without documentation: `Later`",
    );
    repository.write({ "src/types.ts": `${FILES["src/types.ts"]}/** Later. */\nexport type Later = number;\n` });
    expect((await run()).findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("tells new names one by one, up to `max_per_file`", async () => {
    repository.write({ "src/types.ts": "export type One = 1;\nexport type Two = 2;\nexport type Three = 3;\n" });
    const told = async (given = {}): Promise<readonly string[]> =>
      linesOf((await run(given)).findings.filter(({ rule }) => rule === "undocumented-new")).map((line) =>
        line.replace("warning undocumented-new ", "").replace("new and public without documentation: ", ""),
      );
    expect(await told()).toEqual(["src/types.ts:1 `One`", "src/types.ts:2 `Two`", "src/types.ts:3 `Three`"]);
    expect(await told({ max_per_file: 2 })).toEqual(["src/types.ts:1 `One`", "src/types.ts:2 `Two` (and 1 more)"]);
    await expect(run({ max_per_file: 0 })).rejects.toThrow("max_per_file");
  });

  test("what is nobody's but the module's own, generated, or documented elsewhere, is no gap, by either way", async () => {
    repository.write({
      "src/index.ts": `import { listed } from "./listed.ts";
import whole from "./whole.ts";
/** Told where it is passed on. */
export { bare } from "./bare.ts";
export { /** Told too. */ other, third } from "./bare.ts";
export { listed, whole };
export * from "./generated.ts";
export * as space from "./bare.ts";
/** @internal */
export const inner = 1;
export const _own = 1;
/** For compilers and linters there is more. */
/*#__PURE__*/
// eslint-disable-next-line
export function pure(): void {}
interface Call {
  (a: string): void;
  /** Does it. */
  (a: number): void;
}
export declare const call: Call;
/** Undoes it. */
interface Undo {
  <T>(a: T): void;
}
export declare const undo: Undo;
export function late(a: string): void;
/** The second says it. */
export function late(a: number): void;
export function late(): void {}
/*
export const commented = 1;
*/
export const text = "/* is no comment";
export default { pure };
`,
      "src/bare.ts": "export const bare = 1;\nexport const other = 1;\nexport const third = 1;\n",
      "src/listed.ts": "/** Listed. */\nexport const listed = 1;\n",
      "src/whole.ts": "const whole = 1;\nexport default whole;\n",
      "src/generated.ts": "// Code generated by a program. DO NOT EDIT.\nexport const generated = 1;\n",
    });
    repository.commit();
    const expected = [
      "info undocumented src/bare.ts:3 public without documentation: `third`",
      "info undocumented src/index.ts:34 public without documentation: `text`",
      "info undocumented src/whole.ts:1 public without documentation: `whole`",
    ];
    expect(linesOf((await run()).findings)).toEqual(expected);
    installCompiler();
    expect(linesOf((await run()).findings)).toEqual(expected);
  });

  test("fails below `min_percent`", async () => {
    expect(linesOf((await run({ min_percent: 60 })).findings)[0]).toBe(
      "error coverage 50 % of the public names are documented, less than 60 %",
    );
    expect((await run({ min_percent: 50 })).findings.every(({ severity }) => severity === "info")).toBe(true);
    await expect(run({ min_percent: "all" })).rejects.toThrow("min_percent");
  });

  test("Python by its own parser, Go and Rust by their lines", async () => {
    repository.write({
      "package.json": "{}",
      "pkg/__init__.py":
        '__all__ = ["Open"]\nclass Open:\n    """Open."""\n    def bare(self): pass\n    def _own(self): pass\ndef other(): pass\n',
      "pkg/broken.py": "def (\n",
      "tool.py": "def bare(): pass\n",
      "go/a.go":
        "package a\n\n// Add adds.\nfunc Add() {}\n\nfunc (s *Server) Run() {}\n\nfunc (s *server) Run() {}\n\ntype Bare struct{}\n",
      "go/a_test.go": "package a\n\nfunc TestA() {}\n",
      "cmd/main.go": "package main\n\nfunc Bare() {}\n",
      "r/src/lib.rs":
        "/// Adds.\n#[inline]\npub fn add() {}\n\npub struct Bare;\nfn own() {}\npub(crate) fn within() {}\npub mod x;\n",
      "pkg/more.py":
        'from . import Base\nclass Base:\n    def told(self):\n        """Told."""\n    def bare(self): pass\nclass More(Base):\n    """More."""\n    def told(self): pass\n    def bare(self): pass\nclass Odd(Odd):\n    """Odd."""\n    def bare(self): pass\n',
      "r/src/more.rs":
        '#[doc(hidden)]\n#[inline]\npub fn hidden() {}\n\n#[doc = include_str!("a.md")]\npub fn told() {}\n\n#[cfg(test)]\nmod tests {\n    pub fn helps() {}\n}\n',
      "bin/src/main.rs": "pub fn bare() {}\n",
    });
    repository.commit();
    expect(linesOf((await run()).findings)).toEqual([
      "info undocumented go/a.go:6 public without documentation: `Server.Run`, `Bare`",
      "info undocumented pkg/__init__.py:4 public without documentation: `Open.bare`",
      "info undocumented pkg/more.py:2 public without documentation: `Base`, `Base.bare`, `More.bare`, `Odd.bare`",
      "info undocumented r/src/lib.rs:5 public without documentation: `Bare`",
    ]);
  });

  test("without python3 it says so, and where a share is asked for that is no pass", async () => {
    repository.write({ "package.json": "{}", "pkg/__init__.py": "def bare(): pass\n" });
    vi.stubEnv("PATH", "/nonexistent");
    const context = { directory: repository.directory, files: ["pkg/__init__.py"] };
    const { createContext } = await import("../../../test/step-repository.ts");
    const result = await checkApiCoverage(createContext({ ...context, with: { min_percent: 1 } }));
    expect(result).toMatchObject({ outcome: "inconclusive", message: expect.stringContaining("for lack of python3") });
    expect((await checkApiCoverage(createContext(context))).outcome).toBeUndefined();
  });

  test("nothing public, nothing to say", async () => {
    repository.write({ "package.json": "{ not json" });
    expect(await run()).toMatchObject({ message: "nothing public found", findings: [] });
  });
});

test("findEntries() finds the sources of built files", () => {
  const files = new Set(["p/src/a.ts", "p/src/index.tsx", "p/lib/b.js", "p/types/c.d.ts"]);
  const entries = (manifest: object): readonly string[] => findEntries("p/package.json", manifest, files);
  expect(entries({ main: "dist/esm/a.js", types: "./dist/a.d.ts" })).toEqual(["p/src/a.ts"]);
  expect(
    entries({ exports: { ".": { import: ["./dist/index.mjs"] }, "./b": "./lib/b.js", "./x/*": "./x/*.js" } }),
  ).toEqual(["p/src/index.tsx", "p/lib/b.js"]);
  expect(entries({ types: "types/c.d.ts" })).toEqual(["p/types/c.d.ts"]);
  expect(entries({ main: "dist/bundle.js", types: "dist/bundle.d.ts" })).toEqual(["p/src/index.tsx"]);
  expect(entries({ exports: { types: "./types/c.d.ts", default: "./types/c.js" } })).toEqual(["p/types/c.d.ts"]);
  expect(entries({ exports: { ".": { source: "./src/a.ts", default: "./lib/b.js" } } })).toEqual(["p/src/a.ts"]);
  expect(entries({ exports: "./style.css", main: "../../etc/passwd" })).toEqual([]);
});

test("scanEcmascript() sees comments behind decorators, overloads once, and names of lists", () => {
  const { names } = scanEcmascript(
    "a.ts",
    "/** A. */\n@tag({ a: 1 })\nexport abstract class A {}\n/* no */\nexport default function b() {}\n/** C. */\nexport function c(a: string): void;\nexport function c(a: unknown): void {}\nconst $d = 1;\nexport { $d as d };\n",
  );
  expect(names.map(({ name, line, isDocumented }) => [name, line, isDocumented])).toEqual([
    ["A", 3, true],
    ["b", 5, false],
    ["c", 7, true],
    ["d", 9, false],
  ]);
});

test("scanners take any text", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string(), fc.constantFrom("export", "{", "}", "pub fn x", "func X", "\n", "/**", "*/", "@a(")),
      ),
      (parts) => {
        const text = parts.join(" ");
        for (const one of [...scanEcmascript("a", text).names, ...scanGo("a", text), ...scanRust("a", text)]) {
          expect(one.line).toBeGreaterThan(0);
          expect(one.line).toBeLessThanOrEqual(text.split("\n").length);
        }
      },
    ),
  );
});
