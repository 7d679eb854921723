import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { measureFunctions } from "./measure-functions.ts";
import * as outputs from "./parse-outputs.ts";
import checkCodeQuality from "./step.ts";
import { tokenise, type Token } from "./tokenise.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "src/a.js": "export const a = 1;\n", ".gitignore": "node_modules\n" });
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});
const run = (given: Readonly<Record<string, unknown>> = {}): ReturnType<StepRepository["run"]> =>
  repository.run("code_quality", checkCodeQuality, { with: given });

/** A tool of the repository's own that prints this. */
function install(name: string, prints: string, code = 0): void {
  const folder = path.join(repository.directory, "node_modules/.bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.txt`), prints);
  writeFileSync(path.join(folder, name), `#!/bin/sh\ncat "${folder}/${name}.txt"\nexit ${code}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

describe("code_quality", () => {
  test("measures where no tool is set up, and has nothing to say of simple code", async () => {
    expect(await run()).toMatchObject({ message: "no linter set up at the root: measured", findings: [] });
  });

  test("the compiler of the repository itself judges its types", async () => {
    repository.write({
      "tsconfig.json": '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }',
      "src/b.ts": "export const b: number = 1;\nexport const c: string = b;\n",
    });
    const compiler = path.resolve(import.meta.dirname, "../../../node_modules/.bin/tsc");
    install("tsc", "");
    writeFileSync(path.join(repository.directory, "node_modules/.bin/tsc"), `#!/bin/sh\nexec "${compiler}" "$@"\n`);
    const { message, findings } = await run();
    expect(message).toBe("judged by tsc");
    expect(linesOf(findings)).toEqual(["error TS2322 src/b.ts:2 Type 'number' is not assignable to type 'string'."]);
    repository.write({ "src/b.ts": "export const b: number = 1;\n" });
    expect((await run()).findings).toEqual([]);
  });

  test("what a linter reports is told at its place, and no more than `max_per_tool` of it", async () => {
    repository.write({ "eslint.config.js": "export default [];\n" });
    const messages = [
      { ruleId: "semi", severity: 1, message: "Missing semicolon.", line: 3, column: 4 },
      { ruleId: "no-undef", severity: 2, message: "'x' is not defined.", line: 1, column: 1 },
    ];
    install("eslint", JSON.stringify([{ filePath: path.join(repository.directory, "src/a.js"), messages }]), 1);
    expect(linesOf((await run()).findings)).toEqual([
      "error no-undef src/a.js:1 'x' is not defined.",
      "warning semi src/a.js:3 Missing semicolon.",
    ]);
    expect(linesOf((await run({ max_per_tool: 1 })).findings)).toEqual([
      "error no-undef src/a.js:1 'x' is not defined.",
      "warning more-problems 1 more problem of eslint",
    ]);
  });

  test("a tool that cannot be run is a note, and no pass where `tools` asks for it", async () => {
    repository.write({ ".oxlintrc.json": "{}" });
    const byDefault = await run();
    expect(byDefault.outcome).toBeUndefined();
    expect(byDefault.message).toBe("oxlint tells nothing: measured");
    expect(linesOf(byDefault.findings)).toEqual([
      "info tool-unavailable oxlint tells nothing: it is not installed in this repository",
    ]);
    expect((await run({ tools: ["oxlint"] })).outcome).toBe("inconclusive");
    install("oxlint", "no such option\n", 2);
    expect(linesOf((await run()).findings)).toEqual([
      "info tool-unavailable oxlint tells nothing: it ended with 2: no such option",
    ]);
    expect((await run({ tools: [] })).findings).toEqual([]);
    await expect(run({ tools: ["lint"] })).rejects.toThrow("tools");
  });

  test("a tool that hangs is ended with all that it started when its time is up, and said to be unknown", async () => {
    repository.write({ "eslint.config.js": "export default [];\n" });
    install("eslint", "");
    writeFileSync(path.join(repository.directory, "node_modules/.bin/eslint"), "#!/bin/sh\nsleep 600 & wait\n");
    expect(linesOf((await run({ tool_timeout_seconds: 1 })).findings)).toEqual([
      "info tool-unavailable eslint tells nothing: it did not end within 1 seconds (the option `tool_timeout_seconds`)",
    ]);
  });

  test.each([
    ["cargo", "clippy", "error: no matching package named `x` found\nhelp: you may use --offline\n", "cargo fetch"],
    ["go", "go vet", "a.go:1:1: module lookup disabled by GOPROXY=off\n", "go mod download"],
  ])("%s is kept from the network, and what lacks is said", async (program, name, says, mend) => {
    repository.write({
      "Cargo.toml": program === "cargo" ? "[lints.clippy]\nall = 'warn'\n" : "",
      "src/a.rs": "fn a() {}\n",
      ...(program === "go" ? { "go.mod": "module a\n", "a.go": "package a\n" } : {}),
    });
    const folder = path.join(repository.directory, "node_modules/.bin");
    mkdirSync(folder, { recursive: true });
    const script = `#!/bin/sh\nprintf '%s' "$CARGO_NET_OFFLINE$GOPROXY $*" > "${folder}/seen"\nprintf '${says.replaceAll("`", "")}' >&2\nexit 101\n`;
    writeFileSync(path.join(folder, program), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${folder}${path.delimiter}${process.env["PATH"] ?? ""}`);
    const { findings } = await run();
    expect(linesOf(findings.filter(({ rule }) => rule === "tool-unavailable"))).toEqual([
      `info tool-unavailable ${name} tells nothing: what it needs is not on this machine, and it is run without the network: \`${mend}\` brings it`,
    ]);
    expect(readFileSync(path.join(folder, "seen"), "utf8")).toMatch(/^true clippy --offline |^off vet /);
  });

  const branch = (count: number): string =>
    Array.from({ length: count }, (_, n) => `  if (a === ${n}) b();`).join("\n");

  test("`max_complexity` and `max_cognitive` are the limits of a function", async () => {
    repository.write({ "src/a.js": `\nfunction long(a) {\n${branch(12)}\n}\n` });
    expect((await run()).findings).toEqual([]);
    expect(linesOf((await run({ max_complexity: 10 })).findings)).toEqual([
      "warning complexity src/a.js:2 the function `long` has 13 ways through it (at most 10)",
    ]);
    expect(linesOf((await run({ max_cognitive: 10 })).findings)).toEqual([
      "warning complexity src/a.js:2 the function `long` has a cognitive complexity of 12 (at most 10)",
    ]);
  });

  test("copied code is told with the place of the other, from `min_duplicate_tokens` on", async () => {
    const body = Array.from({ length: 12 }, (_, n) => `  const value${n} = read(input.part${n}, ${n});`).join("\n");
    repository.write({
      "src/a.js": `function one(input) {\n${body}\n}\n`,
      "src/b.js": `\n\nfunction two(input) {\n${body}\n}\n`,
    });
    expect((await run()).findings).toEqual([]);
    expect(linesOf((await run({ min_duplicate_tokens: 60 })).findings)).toEqual([
      'warning duplication src/b.js:3 14 lines are the same as those from "src/a.js:1" on',
    ]);
    for (const head of [
      "// @generated",
      "/* This file is generated by a script */",
      '!function(e){if("object"==typeof exports)module.exports=e()}(0);',
    ]) {
      repository.write({ "src/b.js": `${head}\nfunction two(input) {\n${body}\n}\n` });
      expect((await run({ min_duplicate_tokens: 60 })).findings, head).toEqual([]);
    }
  });

  test("what a build has put together out of files that are there, and templates, are no copies", async () => {
    const part = (name: string): string =>
      `function ${name}(input) {\n${Array.from({ length: 12 }, (_, n) => `  const ${name}${n} = read(input.${name}, ${n});`).join("\n")}\n}\n`;
    repository.write({
      "all.js": `start();\n${part("one")}${part("two")}end();\n`,
      "lib/one.js": part("one"),
      "lib/two.js": part("two"),
      "template-a/x.js": part("x"),
      "template-b/x.js": part("x"),
    });
    expect((await run({ min_duplicate_tokens: 60 })).findings).toEqual([]);
    repository.write({ "lib/copy.js": part("two") });
    expect(linesOf((await run({ min_duplicate_tokens: 60 })).findings)).toEqual([
      'warning duplication lib/two.js:1 14 lines are the same as those from "lib/copy.js:1" on',
    ]);
  });
});

describe("measureFunctions()", () => {
  test("ends where more braces close than open", () => {
    expect(measureFunctions("}}} fn f(a: u8) { if a { b() } } }} fn g(a: u8) { a }", "braces")).toMatchObject([
      { name: "f", cyclomatic: 2, cognitive: 1 },
      { name: "g", cyclomatic: 1, cognitive: 0 },
    ]);
    const parts = fc.array(fc.constantFrom("{", "}", "(", ")", "fn a()", "if", "else", "x", ";", "'", '"', "=>"));
    fc.assert(fc.property(parts, (all) => void measureFunctions(all.join(" "), "braces")));
  });

  test.each([
    ["braces", "function f(a) { if (a && b || c) { for (;;) { while (x) {} } } else if (d) {} else {} }", 7, 10],
    ["braces", "const f = async (a: string): Promise<void> => { try { g(); } catch (e) { h(); } };", 2, 1],
    ["braces", "class A { f(a) { switch (a) { case 1: return 2; case 2: return 3; } } }", 2, 1],
    ["braces", "func (s *Server) f(a int) error { if a > 0 { return nil } return nil }", 2, 1],
    ["braces", "fn f(a: u8) -> Option<u8> { match a { 1 => Some(1), _ => None } }", 2, 1],
    ["braces", "public int f(int a) throws E { return a.if + b.for; }", 1, 0],
    ["braces", 'function f() { return "if (a) {" + /if [{]/.source; // if (x) {\n }', 1, 0],
    [
      "python",
      "def f(a):\n    if a and b:\n        for x in a:\n            pass\n    elif c:\n        pass\n    else:\n        pass\n",
      5,
      6,
    ],
    [
      "python",
      "class A:\n  async def f(self):\n    '''if x: for'''\n    try:\n      pass\n    except E:\n      pass\n",
      2,
      1,
    ],
  ] as const)("%s: %s", (syntax, source, cyclomatic, cognitive) => {
    expect(measureFunctions(source, syntax)).toEqual([expect.objectContaining({ name: "f", cyclomatic, cognitive })]);
  });

  test("takes any text", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom("{", "}", "def f():", "function f(", ")", "\n", "if", "'''", "/", "`"),
    );
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom("braces" as const, "python" as const), (parts, syntax) => {
        for (const { cyclomatic } of measureFunctions(parts.join(" "), syntax)) expect(cyclomatic).toBeGreaterThan(0);
      }),
    );
  });
});

describe("findDuplicates()", () => {
  const token = (text: string, index: number): Token => ({ text, line: index + 1, indent: 0 });
  const words = fc.array(fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"), { minLength: 20, maxLength: 60 });

  test("finds what was put into two sources, and nothing that is not equal", () => {
    fc.assert(
      fc.property(words, words, words, (one, other, copied) => {
        fc.pre(new Set(copied.slice(0, 20)).size >= 15);
        const sources = [
          { file: "one", tokens: [...one, "<", ...copied, ">"].map(token) },
          { file: "other", tokens: [...other, "(", ...copied, ")"].map(token) },
        ];
        const found = findDuplicates(sources, 20);
        expect(found.some(({ file, tokens }) => file === "other" && tokens >= copied.length)).toBe(true);
        for (const { file, line, otherFile, otherLine, tokens } of found) {
          const [here, there] = [file, otherFile].map(
            (name) => sources.find((source) => source.file === name)?.tokens ?? [],
          );
          const cut = (all: readonly Token[] | undefined, from: number) =>
            all?.slice(from - 1, from - 1 + tokens).map(({ text }) => text);
          expect(cut(here, line)).toEqual(cut(there, otherLine));
        }
      }),
    );
  });

  test("tables of data are no copies", () => {
    const table = "[1, 2, 3, 4], ".repeat(200);
    expect(findDuplicates([{ file: "a", tokens: tokenise(table, "braces") }], 100)).toEqual([]);
  });
});

test.each([
  [
    "oxlint",
    outputs.parseOxlint,
    JSON.stringify({
      diagnostics: [
        {
          message: "m",
          code: "eslint(no-debugger)",
          severity: "warning",
          filename: "a.js",
          labels: [{ span: { line: 2, column: 3 } }],
        },
      ],
    }),
    "",
    "warning eslint(no-debugger) a.js:2 m",
  ],
  [
    "biome",
    outputs.parseGithub,
    "::error title=lint/a/b,file=a.js,line=2,endLine=2,col=3::one%2C two",
    "",
    "error lint/a/b a.js:2 one, two",
  ],
  [
    "ruff",
    outputs.parseRuff,
    JSON.stringify([{ code: "F401", message: "m", filename: "a.py", location: { row: 2, column: 1 } }]),
    "",
    "error F401 a.py:2 m",
  ],
  ["flake8", outputs.parseFlake8, "./a.py:2:1: E501 m", "", "error E501 ./a.py:2 m"],
  [
    "mypy",
    outputs.parseMypy,
    'a.py:2:1: error: Name "x" is not defined  [name-defined]',
    "",
    'error name-defined a.py:2 Name "x" is not defined',
  ],
  ["go vet", outputs.parseGoVet, "", "# x\n./a.go:2:1: m", "error vet a.go:2 m"],
  [
    "clippy",
    outputs.parseClippy,
    JSON.stringify({
      reason: "compiler-message",
      message: {
        level: "warning",
        message: "m",
        code: { code: "clippy::x" },
        spans: [{ is_primary: true, file_name: "a.rs", line_start: 2, column_start: 1 }],
      },
    }),
    "",
    "warning clippy::x a.rs:2 m",
  ],
  [
    "rubocop",
    outputs.parseRubocop,
    JSON.stringify({
      files: [
        {
          path: "a.rb",
          offenses: [{ severity: "convention", cop_name: "Style/X", message: "m", location: { line: 2, column: 1 } }],
        },
      ],
    }),
    "",
    "warning Style/X a.rb:2 m",
  ],
  [
    "phpstan",
    outputs.parsePhpstan,
    JSON.stringify({ totals: {}, files: { "a.php": { messages: [{ message: "m", line: 2, identifier: "x.y" }] } } }),
    "",
    "error x.y a.php:2 m",
  ],
  [
    "shellcheck",
    outputs.parseShellcheck,
    JSON.stringify([{ file: "a.sh", line: 2, column: 1, level: "warning", code: 2086, message: "m" }]),
    "",
    "warning SC2086 a.sh:2 m",
  ],
] as const)("reads what %s writes, and knows what it did not write", (_, parse, stdout, stderr, line) => {
  expect(linesOf(parse(stdout, stderr) ?? [])).toEqual([line]);
  expect(parse("Traceback: no", "no module") ?? []).toEqual([]);
});

const isInstalled = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;

test.skipIf(!isInstalled("shellcheck", "--version"))("reads what an installed shellcheck really says", async () => {
  repository.write({ ".shellcheckrc": "", "a.sh": "#!/bin/sh\necho $1\n" });
  expect(linesOf((await run({ tools: ["shellcheck"] })).findings)).toContainEqual(
    expect.stringMatching(/^(?:info|warning) SC2086 a\.sh:2 Double quote/i),
  );
});

test.skipIf(!isInstalled("go", "version"))("reads what an installed go vet really says", async () => {
  repository.write({
    "go.mod": "module example.com/a\n\ngo 1.19\n",
    "a.go": 'package a\n\nimport "fmt"\n\nfunc A() { fmt.Printf("%d", "a") }\n',
  });
  expect(linesOf((await run({ tools: ["go vet"] })).findings)).toContainEqual(
    expect.stringMatching(/^error vet a\.go:5 .*Printf/),
  );
});
