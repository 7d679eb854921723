import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import validateConfig from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository();
});
afterEach(() => repository.close());

const run = (options?: StepRunOptions) => repository.run("config_validation", validateConfig, options);

/** What it says of one file. */
async function judge(file: string, content: string | Uint8Array): Promise<readonly string[]> {
  repository.write({ [file]: content });
  const { findings } = await run();
  repository.remove(file);
  return linesOf(findings).map((line) => line.replace(` ${file}`, ""));
}

const WORKFLOW = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n";

describe("config_validation", () => {
  test("has nothing to say of files that are as they should be", async () => {
    repository.write({
      "package.json": '{ "name": "a", "version": "1.0.0", "scripts": { "test": "x" }, "custom": { "any": 1 } }',
      "tsconfig.json":
        '// why\n{ "extends": ["./a", "./b"], "compilerOptions": { "strict": true, "lib": ["ES2023"], }, }',
      "renovate.json5": "{ extends: ['config:recommended'], }",
      ".github/workflows/ci.yml": WORKFLOW,
      ".github/dependabot.yml":
        "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    schedule: { interval: weekly }\n",
      "compose.yaml": "services:\n  a:\n    image: x\n    environment: [A=b]\n    ports: ['80:80', 443]\n",
      "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n[tool.x]\nany = 1\n',
      "deploy.yaml": "a: &a { b: 1 }\n---\nc: !Ref d\ne:\n  <<: *a\n  <<: *a\n",
      "lines.json": '{"a":1}\n{"a":2}\n',
      ".workflow-config.yaml": "steps:\n  a: { run: make }\n",
    });
    expect(await run()).toMatchObject({ message: "10 files read", findings: [], spans: ["parsing"] });
  });

  test("reads maps of YAML with any number of keys", async () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: v\n`).join("");
    expect(await judge("many.yaml", `${keys}k7: w\n`)).toEqual([
      'warning duplicate-key:60001 the key "k7" is there twice, which many programs refuse',
    ]);
  });

  test.each([
    ["a.json", '{\n  "a": 1\n  "b": 2\n}', "error syntax:3 a comma is expected"],
    ["package.json", '{ "a": 1, }', "error syntax:1 a comma after the last value, which JSON does not have"],
    ["package.json", '// x\n{ "a": 1 }', "error syntax:1 a comment, which JSON does not have"],
    ["package.json", "", "error syntax the file is empty, which is no JSON"],
    ["b.json", '{\n// x\n"a": 1 }', "info dialect:2 a comment, which JSON does not have"],
    ["c.json", "{ a: 1 }", "info dialect:1 JSON5, which few programs read"],
    ["x.json5", "{ a: 'b\n", "error syntax:1 invalid character '\\n'"],
    [
      "d.json",
      '{ "a": 1,\n "a": 2 }',
      'warning duplicate-key:2 the key "a" is there twice, and only the last one counts',
    ],
    ["e.yaml", "a: 1\na: 2\n", 'warning duplicate-key:2 the key "a" is there twice, which many programs refuse'],
    ["compose.yml", "name: a\nname: b\n", 'error duplicate-key:2 the key "name" is there twice'],
    ["e.yml", "---\nusers: [\n", "error syntax:3 Flow sequence in block collection must be"],
    ["f.yaml", "a:\n\tb: 1\n", "error syntax:2 tabs are not allowed as indentation"],
    ["g.toml", "a = 1\na = 2\n", "error duplicate-key:2 trying to redefine an already defined table or value"],
    ["h.toml", "a = \n", "error syntax:1 "],
    [
      "i.yaml",
      "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n",
      "error conflict-marker:1 a conflict of a merge is not resolved",
    ],
  ])("%s with %j", async (file, content, told) => {
    const lines = await judge(file, content);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.toLowerCase()).toContain(told.toLowerCase());
  });

  test.each([
    ["package.json", '{\n  "version": 1 }', "error schema:2 `version` must be a text, not 1"],
    ["package.json", '{\n  "files": "dist" }', 'warning schema:2 `files` must be a list, not "dist"'],
    [
      "package.json",
      '{\n "licence": "MIT" }',
      'warning unknown-key:2 the file knows no key "licence": "license" is meant',
    ],
    [
      "package.json",
      '{ "scripts": {\n "dependencies": {} } }',
      "error schema:2 `scripts.dependencies` must be a text, not a map",
    ],
    [
      "tsconfig.json",
      '{\n "strict": true }',
      'warning unknown-key:2 "strict" belongs to `compilerOptions`, not to the file',
    ],
    [
      "tsconfig.base.json",
      '{ "compilerOptions": {\n "target": "es1999" } }',
      'error schema:2 `compilerOptions.target` cannot be "es1999"',
    ],
    [
      ".github/workflows/a.yml",
      WORKFLOW.replace("make\n", "make\n        evn: { A: b }\n"),
      'error unknown-key:7 `jobs.build.steps[0]` knows no key "evn": "env" is meant',
    ],
    [
      ".github/workflows/a.yml",
      WORKFLOW.replace("    runs-on: ubuntu-latest\n", ""),
      'error schema:3 `jobs.build` lacks "runs-on"',
    ],
    [
      ".github/workflows/a.yml",
      WORKFLOW.replace("run: make", "name: x"),
      'error schema:6 `jobs.build.steps[0]` must have "uses" or "run"',
    ],
    [
      ".github/workflows/a.yml",
      WORKFLOW.replace("    steps", "    timeout-minutes: abc\n    steps"),
      'error schema:5 `jobs.build.timeout-minutes` cannot be "abc"',
    ],
    [
      "action.yml",
      "name: a\nruns:\n  using: composite\n  steps:\n    - run: x\n",
      'error schema:5 `runs.steps[0]` lacks "shell"',
    ],
    [".github/dependabot.yml", "version: 1\nupdates: []\n", "error schema:1 `version` must be one of 2, not 1"],
    [
      "docker-compose.yml",
      "services:\n  a:\n    image: x\n    ports: 80\n",
      "error schema:4 `services.a.ports` must be a list, not 80",
    ],
    [
      "docker-compose.yml",
      "services:\n  a:\n    image: x\n    enviroment: []\n",
      'error unknown-key:4 `services.a` knows no key "enviroment": "environment" is meant',
    ],
    [
      "pyproject.toml",
      '[project]\nname = "a"\ndependencies = "x"\n',
      'error schema:3 `project.dependencies` must be a list, not "x"',
    ],
    ["pyproject.toml", '[build-system]\nbuild-backend = "x"\n', 'error schema:1 `build-system` lacks "requires"'],
    [
      "Cargo.toml",
      '[package]\nname = "a"\n[dependancies]\nx = "1"\n',
      'warning unknown-key:3 the file knows no key "dependancies": "dependencies" is meant',
    ],
    ["composer.json", '{\n"require": { "php": 8 } }', "error schema:2 `require.php` must be a text, not 8"],
    [
      "sub/.workflow-config.yaml",
      "steps:\n  a: { run: make, timeuot: 1s }\n",
      'error unknown-key:2 `steps.a` knows no key "timeuot"',
    ],
  ])("%s: %j", async (file, content, told) => {
    const lines = await judge(file, content);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(told), lines[0]).toBe(true);
  });

  test("leaves alone what is to be filled in first, what tests read, and what is not the repository's own", async () => {
    repository.write({
      "chart/templates/a.yaml": "{{- if .Values.a }}\na: 1\n{{- end }}\n",
      "a.json": '{ "a": {{ value }} }',
      "b.yml": "{% if x %}\na: [\n{% endif %}\n",
      "vendor/a.json": "{",
      "playground/has-error/tsconfig.json": '{\n  "compilerOptions": {\n    // nothing\n    "target":\n  }\n}\n',
      "examples/invalid-config/package.json": "{",
      "tasks/docker-compose.yml": "---\n- name: Check\n  command: docker-compose --version\n",
      "tooling/base.json": '{\n  // why\n  "compilerOptions": { "strict": true }\n}\n',
      "empty.json": "",
    });
    expect((await run()).findings).toEqual([]);
    expect(await judge("test/fixtures/a.json", "{")).toEqual([]);
    expect(await judge("src/invalid-config.json", "{")).toEqual([]);
    // Expressions of GitHub make no template of a workflow.
    expect(await judge(".github/workflows/a.yml", `${WORKFLOW}  - \${{ x }}\n`)).toHaveLength(1);
  });

  test("does not throw for what is odd", async () => {
    const deep = 100_000;
    repository.write({
      "a.json": "[".repeat(deep) + "]".repeat(deep),
      "b.yaml": "[".repeat(deep) + "]".repeat(deep),
      "c.toml": `a = ${"[".repeat(deep)}${"]".repeat(deep)}`,
      "d.yaml":
        "a: &a [1]\n" +
        [..."bcdefghij"]
          .map((key, index) => `${key}: &${key} [${`*${"abcdefghi"[index] ?? ""},`.repeat(9)}]\n`)
          .join(""),
      "e\n.json": "{",
      "f.json": new Uint8Array([0xff, 0xfe, 0, 1]),
      "g.yaml": "? [a, b]\n: c\n1: 2\nnull: 3\n",
    });
    const { findings } = await run();
    expect(linesOf(findings).filter((line) => line.startsWith("error"))).toEqual([
      "error syntax e\n.json:1 a closing brace is expected",
    ]);
  });

  test("judges the files that are due, and tells of up to 20 mistakes in one", async () => {
    const many = Array.from({ length: 30 }, (_, index) => `"a${index % 5}": 1`).join(",\n");
    repository.write({ "a.json": `{${many}}`, "b.json": "{" });
    expect((await run({ dueFiles: ["b.json"] })).findings.map(({ file }) => file)).toEqual(["b.json"]);
    const { findings } = await run({ dueFiles: ["a.json"] });
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ rule: "more", message: "5 more in this file" });
  });

  test("`max_file_kb` leaves larger files alone, and says so", async () => {
    repository.write({ "a.json": `{${" ".repeat(3000)}` });
    expect((await run()).findings).toHaveLength(1);
    expect(await run({ with: { max_file_kb: 2 } })).toMatchObject({
      message: "0 files read, 1 above `max_file_kb` left alone",
      findings: [],
    });
  });
});
