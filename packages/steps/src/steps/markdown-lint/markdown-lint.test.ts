import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import lintMarkdown from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "README.md": "# Title\n\nText.\n" });
});
afterEach(() => repository.close());

const run = (options?: StepRunOptions) => repository.run("markdown_lint", lintMarkdown, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);
const read = (file: string): string => readFileSync(path.join(repository.directory, file), "utf8");

describe("markdown_lint without a configuration", () => {
  test("passes a document whose style is its own", async () => {
    repository.write({ "docs/ü b.md": "Title\n===\n* a\n- b\n\n\n\n<b>c</b>   \n```\nd\n```\nhttps://example.com" });
    expect(await run()).toEqual({
      message: "2 documents without a configuration: only what is surely a mistake",
      findings: [],
      spans: ["lint", "lint"],
    });
  });

  test("tells what is surely a mistake", async () => {
    repository.write({
      "docs/[a] *b.md":
        "##Install\n\n(docs)[https://example.com] and [empty]()\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n\nso **bold ** it is\n",
    });
    expect(await lines()).toEqual([
      'warning no-missing-space-atx docs/[a] *b.md:1 MD018: No space after hash on atx style heading, "##Install"',
      "warning no-reversed-links docs/[a] *b.md:3 MD011: Reversed link syntax, (docs)[https://example.com]",
      'warning no-empty-links docs/[a] *b.md:3 MD042: No empty links, "[empty]()"',
      "warning table-column-count docs/[a] *b.md:7 MD056: Table column count, Expected: 2; Actual: 3; Too many cells, extra data will be missing",
      'warning no-space-in-emphasis docs/[a] *b.md:9 MD037: Spaces inside emphasis markers, "d **"',
    ]);
  });

  test("knows what only looks like one, and leaves samples and others' texts alone", async () => {
    repository.write({
      "first.md": "#123\n",
      "a.md":
        "#123 is the issue\n\n#tag and #Tag #other\n\n#!/bin/sh\n\nf(x)[0] and (see)[^1]\n\n2 * 3 * 4 and a ** b, 2 ** 3 and 4 ** 5, **a** and **b**\n\n[^1]: note\n",
      "test/fixtures/bad.md": "##Title\n",
      "vendor/x/README.md": "##Title\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("tells the first hundred of many and counts the others", async () => {
    repository.write({ "a.md": "##Title\n\n".repeat(104), "b.md": "#all\n\n#tag\n" });
    const found = await lines();
    expect(found).toHaveLength(102);
    expect(found.at(-1)).toContain(" b.md:1 MD018:");
    expect(found.at(-2)).toBe("warning no-missing-space-atx a.md:201 4 more of MD018 in this file");
  });

  test("mends with `fix`, and only the documents that are due", async () => {
    repository.write({ "a.md": "\uFEFF##Title\r\n\r\n[x]()\r\n", "b.md": "##Other\n", "c.md": "no change\n" });
    const result = await run({ with: { fix: true }, dueFiles: ["a.md", "c.md"] });
    expect(result.message).toContain("mended 1 document");
    expect(linesOf(result.findings)).toEqual(['warning no-empty-links a.md:3 MD042: No empty links, "[x]()"']);
    expect(read("a.md")).toBe("\uFEFF## Title\r\n\r\n[x]()\r\n");
    expect(read("b.md")).toBe("##Other\n");
  });
});

describe("markdown_lint by the rules of the repository", () => {
  const LONG = `# Title\n\n${"long ".repeat(10)}x\n`;
  const forms: readonly (readonly [string, string])[] = [
    [".markdownlint.json", '{ "default": false, "line-length": { "line_length": 30 } }'],
    [".markdownlint.jsonc", '{ "default": false, /* short */ "MD013": { "line_length": 30 }, }'],
    [".markdownlint.yaml", "default: false\nMD013:\n  line_length: 30\n"],
    [".markdownlint.yml", "default: false\nMD013: { line_length: 30 }\n"],
    [".markdownlint.cjs", "module.exports = { default: false, MD013: { line_length: 30 } };"],
    [".markdownlint.mjs", "export default { default: false, MD013: { line_length: 30 } };"],
    [".markdownlint-cli2.jsonc", '{ "fix": true, "config": { "default": false, "MD013": { "line_length": 30 } } }'],
    [".markdownlint-cli2.yaml", "config:\n  default: false\n  MD013: { line_length: 30 }\n"],
    [".markdownlint-cli2.cjs", "module.exports = { config: { default: false, MD013: { line_length: 30 } } };"],
    [".markdownlint-cli2.mjs", "export default { config: { default: false, MD013: { line_length: 30 } } };"],
    [".markdownlintrc", '{ "default": false, "MD013": { "line_length": 30 } }'],
    [".markdownlint.toml", "default = false\n[MD013]\nline_length = 30\n"],
  ];
  test.each(forms)("reads %s", async (file, text) => {
    repository.write({ [file]: text, "a.md": LONG });
    expect(await lines()).toEqual(["warning line-length a.md:3 MD013: Line length, Expected: 30; Actual: 51"]);
    expect(read("a.md")).toBe(LONG);
  });

  test("a configuration of a folder counts there, the nearest wins, and what it ignores is left out", async () => {
    repository.write({
      ".markdownlint-cli2.jsonc":
        '{ "ignores": ["old/**"], "config": { "default": false, "MD013": { "line_length": 30 } } }',
      "docs/.markdownlint.json": '{ "default": false, "MD047": true }',
      "docs/a.md": `${LONG}no end of line`,
      "old/a.md": LONG,
      "a.md": LONG,
    });
    expect(await lines()).toEqual([
      "warning line-length a.md:3 MD013: Line length, Expected: 30; Actual: 51",
      "warning single-trailing-newline docs/a.md:4 MD047: Files should end with a single newline character",
    ]);
  });

  test("`globs` say which documents the repository lints; .markdownlintignore which it does not", async () => {
    repository.write({
      ".markdownlint-cli2.yaml":
        "globs: ['docs/**/*.md', '!docs/x.md']\nconfig: { default: false, MD013: { line_length: 30 } }\n",
      ".markdownlintignore": "docs/y.md\n",
      "docs/a.md": LONG,
      "docs/x.md": LONG,
      "docs/y.md": LONG,
      "b.md": LONG,
    });
    expect(await lines()).toEqual(["warning line-length docs/a.md:3 MD013: Line length, Expected: 30; Actual: 51"]);
    repository.write({ ".markdownlint-cli2.yaml": "globs: docs\nconfig: [" });
    expect(await lines()).toEqual([expect.stringContaining("error configuration")]);
  });

  test("problems are errors where the repository runs the linter itself, by the configuration that its script names", async () => {
    repository.write({
      "package.json":
        '{ "scripts": { "lint": "eslint . && markdownlint \'**/*.md\' --config \\"config/md rules.json\\"" } }',
      "config/md rules.json": '{ "default": false, "MD013": { "line_length": 30 } }',
      "a.md": LONG,
    });
    expect(await lines()).toEqual(["error line-length a.md:3 MD013: Line length, Expected: 30; Actual: 51"]);
  });

  test("the option `config` names a configuration", async () => {
    repository.write({ ".markdownlint.json": '{ "MD013": true }', "c/rules.yaml": "default: false\n", "a.md": LONG });
    expect(await lines({ with: { config: "c/rules.yaml" } })).toEqual([]);
    expect(await lines({ with: { config: "c/gone.yaml" } })).toEqual([
      expect.stringMatching(/^error configuration the documents could not be linted: .*gone\.yaml/),
    ]);
  });

  test("a configuration that is no good is an error, rules that are not installed leave it open", async () => {
    repository.write({ ".markdownlint-cli2.jsonc": '{ "config": ' });
    expect(await lines()).toEqual([expect.stringMatching(/^error configuration .*\.markdownlint-cli2\.jsonc/)]);
    repository.write({ ".markdownlint-cli2.jsonc": '{ "customRules": ["no-such-rule-here"] }' });
    expect(await run()).toMatchObject({ outcome: "inconclusive", findings: [{ rule: "configuration" }] });
  });

  const RULE = `module.exports = { names: ["no-todo"], description: "To do", tags: ["x"], parser: "none", function: (given, tell) => {
  for (const [index, line] of given.lines.entries()) if (line.includes("TODO")) tell({ lineNumber: index + 1 });
} };`;
  test("runs rules of the repository, and keeps no pass by what no input tells of", async () => {
    const config = (rule: string): string =>
      JSON.stringify({ config: { default: false, "no-todo": true }, customRules: [rule] });
    repository.write({ "scripts/todo.cjs": RULE, ".markdownlint-cli2.jsonc": config("./scripts/todo.cjs") });
    repository.write({ "a.md": "TODO\n" });
    const told = await run();
    expect(linesOf(told.findings)).toEqual(["warning no-todo a.md:1 no-todo: To do"]);
    expect(told.provisional).toBe(true);
    expect(told.message).toContain("looks again each time, for no input tells of changes of scripts/todo.cjs");
    repository.write({ ".markdownlint/todo.cjs": RULE, ".markdownlint-cli2.jsonc": config(".markdownlint/todo.cjs") });
    const kept = await run();
    expect(kept.findings).toHaveLength(1);
    expect(kept.provisional).toBeUndefined();
  });

  test.each([
    [{ ".markdownlint.json": '{ "extends": "./config/base.json" }', "config/base.json": "{}" }, "config/base.json"],
    [{ ".markdownlint.json": '{ "extends": "./.base.json" }', ".base.json": "{}" }, ".base.json"],
    [
      {
        ".markdownlint.json": '{ "extends": "./config/markdownlint.json" }',
        "config/markdownlint.json": '{ "extends": "../own.json" }',
        "own.json": "{}",
      },
      "own.json",
    ],
    [
      { "docs/.markdownlint.yaml": "extends: ../shared.yaml\n", "shared.yaml": "{}\n", "docs/a.md": "a\n" },
      "shared.yaml",
    ],
    [{ ".markdownlint.cjs": 'module.exports = require("./rules.cjs");', "rules.cjs": "" }, "rules.cjs"],
    [
      { ".markdownlint-cli2.mjs": 'export { default } from "./lib/rules.mjs";', "lib/rules.mjs": "export default {};" },
      "lib/rules.mjs",
    ],
    [{ "package.json": '{ "scripts": { "l": "markdownlint -c rules.yml ." } }', "rules.yml": "{}\n" }, "rules.yml"],
    [
      { ".markdownlint.json": '{ "extends": "./.markdownlint.base.json" }', ".markdownlint.base.json": "{}" },
      undefined,
    ],
    [{ ".markdownlint.json": '{ "extends": "@scope/rules" }' }, undefined],
    [{ ".markdownlint-cli2.yaml": "config: { default: true }\ncustomRules: []\n" }, undefined],
  ])("of %j no input tells of %s", async (files: Readonly<Record<string, string>>, unseen) => {
    repository.write(files);
    const { message, provisional } = await run();
    expect([provisional, /changes of (\S+)$/.exec(message ?? "")?.[1]]).toEqual([unseen && true, unseen]);
  });

  test("mends with `fix` by the repository's rules and tells what is left", async () => {
    repository.write({
      ".markdownlint.json": '{ "default": false, "MD009": true, "MD040": true }',
      "a.md": "text   \n\n```\nx\n```\n",
    });
    const result = await run({ with: { fix: true } });
    expect(linesOf(result.findings)).toEqual([
      'warning fenced-code-language a.md:3 MD040: Fenced code blocks should have a language specified, "```"',
    ]);
    expect(read("a.md")).toBe("text\n\n```\nx\n```\n");
  });

  test("uses the linter that the repository has installed, of either kind", async () => {
    const manifest = '{ "name": "markdownlint-cli2", "version": "9.9.9", "main": "main.cjs" }';
    repository.write({
      ".gitignore": "node_modules\n",
      "package-lock.json": "{}",
      ".markdownlint.json": "{}",
      "node_modules/markdownlint-cli2/package.json": manifest,
      "node_modules/markdownlint-cli2/main.cjs": `exports.main = async ({ argv, optionsOverride }) => {
  const results = argv.map((one) => ({ fileName: one.slice(1), lineNumber: 1, ruleNames: ["X1", "theirs"], ruleDescription: "D" }));
  optionsOverride.outputFormatters[0][0]({ results });
  return 1;
};`,
    });
    const result = await run();
    expect(result.message).toBe("1 document by the repository's rules with its markdownlint-cli2 9.9.9");
    expect(linesOf(result.findings)).toEqual(["warning theirs README.md:1 X1: D"]);

    repository.remove("package-lock.json");
    expect(await run()).toMatchObject({
      message: expect.stringContaining("for no input tells of changes of the linter's version"),
      provisional: true,
    });
    repository.remove("node_modules/markdownlint-cli2");
    repository.write({
      "node_modules/markdownlint-cli/package.json": '{ "version": "0.1.0", "bin": { "markdownlint": "cli.js" } }',
      "node_modules/markdownlint-cli/cli.js": `const [flag, dashes, file] = process.argv.slice(2);
console.error(JSON.stringify([{ fileName: file, lineNumber: 2, ruleNames: [flag, dashes], ruleDescription: "older" }]));
process.exitCode = 1;`,
    });
    expect(await lines()).toEqual(["warning -- README.md:2 --json: older"]);
    repository.write({
      "node_modules/markdownlint-cli/cli.js": "console.error('no such rule'); process.exitCode = 4;",
    });
    expect(await lines()).toEqual(["error configuration the documents could not be linted: no such rule"]);
  });
});

test("survives what is no text, is gone, too deep or leads out of the repository", async () => {
  repository.write({ "deep.md": `${">".repeat(3000)}x\n`, "nul.md": "a\0b", "list.md": `${"- ".repeat(300)}x\n` });
  mkdirSync(path.join(repository.directory, "folder.md"));
  writeFileSync(path.join(repository.directory, "latin.md"), Buffer.from("##caf\u00e9\n", "latin1"));
  symlinkSync("/etc/passwd", path.join(repository.directory, "link.md"));
  const result = await run({
    with: { fix: true },
    dueFiles: ["deep.md", "nul.md", "list.md", "latin.md", "link.md", "folder.md", "gone.md"],
  });
  expect(result.findings.map(({ file }) => file)).toEqual(["latin.md"]);
});

test("refuses options of another type", async () => {
  await expect(run({ with: { fix: "yes" } })).rejects.toThrow("`fix` must be true or false");
});
