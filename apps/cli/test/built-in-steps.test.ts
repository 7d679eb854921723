/** Built-in steps as users have them: one problem is found at its place, a clean repository passes, and what passed is replayed. */
import { expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

interface StepCase {
  readonly step: string;
  readonly clean: Readonly<Record<string, string>>;
  readonly problem: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Its result depends on more than files. */
  readonly isRunAgain?: boolean;
  /** Rule, file and line of what is found. */
  readonly found: readonly [rule: string, file: string, line: number | undefined];
}

// Put together here, so that no scanner finds a secret in this file.
const TOKEN = `ghp_${"q8Zr5Lw2Xn7Tc4Vb9Ks1Hd6Mf3Jp0GyQeRtUaSoPi".slice(0, 36)}`;

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>a</title></head>
<body></body></html>
`;

const CASES: readonly StepCase[] = [
  {
    step: "config_validation",
    clean: { "package.json": '{ "name": "a" }\n', "deploy.yaml": "a: 1\n", "a.toml": "a = 1\n" },
    problem: { "package.json": '{ "name": "a",\n "files": "dist" }\n' },
    found: ["schema", "package.json", 2],
  },
  {
    step: "script_references",
    clean: { "package.json": '{ "scripts": { "lint": "x" } }\n', "CONTRIBUTING.md": "# A\n\nRun `npm run lint`.\n" },
    problem: { "CONTRIBUTING.md": "# A\n\nRun `npm run format`.\n" },
    found: ["missing-script", "CONTRIBUTING.md", 3],
  },
  {
    step: "directory_structure",
    clean: { "README.md": "# A\n\n```text\n├── a.js\n├── b.js\n└── c.js\n```\n", "a.js": "", "b.js": "", "c.js": "" },
    problem: { "README.md": "# A\n\n```text\n├── a.js\n├── b.js\n├── d.js\n└── c.js\n```\n" },
    found: ["documented-layout", "README.md", 6],
  },
  {
    step: "secrets",
    clean: { "src/a.js": "export const token = process.env.TOKEN;\n" },
    problem: { "src/a.js": `export const a = 1;\nexport const token = "${TOKEN}";\n` },
    found: ["github-token", "src/a.js", 2],
  },
  {
    step: "markdown_lint",
    clean: {
      ".markdownlint-cli2.yaml": "config: { default: false, MD013: { line_length: 9 } }\n",
      "docs/a.md": "# A\n",
    },
    problem: { "docs/a.md": "# A\n\nfar too long to read\n" },
    found: ["line-length", "docs/a.md", 3],
  },
  {
    step: "consistency",
    clean: { "docs/a.md": "# A\n\n[up](../README.md) [here](#a)\n", "README.md": "# B\n" },
    problem: { "docs/a.md": "# A\n\n[up](../READ.md)\n" },
    found: ["dead-link", "docs/a.md", 3],
  },
  {
    step: "documentation_optimization",
    clean: { "README.md": "# A\n", "docs/a.md": "# B\n\nSee README.md.\n" },
    problem: { "README.md": "# A\n\nSee docs/a.md. It will be removed in June 2019.\n" },
    found: ["past-promise", "README.md", 3],
  },
  {
    step: "dependencies",
    clean: {
      "package.json": '{ "dependencies": { "a": "1.0.0" } }\n',
      "yarn.lock": "# yarn lockfile v1\n\na@1.0.0:\n",
    },
    problem: { "package.json": '{\n  "dependencies": { "a": "2.0.0" }\n}\n' },
    found: ["stale-lock-file", "package.json", 2],
    options: { audit: false },
  },
  {
    step: "test_execution",
    clean: {
      "package.json": '{ "scripts": { "test": "node --test" } }\n',
      "a.test.js": 'const test = require("node:test");\ntest("adds", () => {});\n',
    },
    problem: {
      "a.test.js": 'const test = require("node:test");\ntest("adds", () => { throw new Error("no"); });\n',
    },
    // On one line: of a failed test Node 20 names the place of the test, later ones that of the error.
    found: ["test-failed", "a.test.js", 2],
  },
  {
    step: "integration",
    clean: { "package.json": '{ "scripts": { "build": "node build.js" } }\n', "build.js": "", "src/a.ts": "\n" },
    problem: { "build.js": 'console.log("src/a.ts(1,5): error TS1: no"); process.exitCode = 2;\n' },
    found: ["compile-error", "src/a.ts", 1],
  },
  {
    step: "code_quality",
    clean: { "src/a.js": "export const a = 1;\n" },
    problem: { "src/a.js": `\nexport function long(a) {\n${"  if (a) a();\n".repeat(60)}}\n` },
    found: ["complexity", "src/a.js", 2],
  },
  {
    step: "api_coverage",
    clean: { "package.json": '{ "main": "a.js" }\n', "a.js": "/** One. */\nexport const one = 1;\n" },
    problem: { "a.js": "/** One. */\nexport const one = 1;\nexport const two = 2;\n" },
    found: ["undocumented", "a.js", 3],
    isRunAgain: true,
  },
  {
    step: "prompt_engineering",
    clean: { "prompts/a.md": "Answer.\n\n<question>\n{{user_input}}\n</question>\n" },
    problem: { "prompts/a.md": "Be kind.\nAnswer {{user_input}} now.\n" },
    found: ["undelimited-input", "prompts/a.md", 2],
  },
  {
    step: "test_planning",
    clean: { "src/a.ts": "export const a = 1;\n", "src/a.test.ts": "it('a', () => { expect(a).toBe(1); });\n" },
    problem: { "src/a.test.ts": "it('a', () => {\n  expect(true).toBe(true);\n});\n" },
    found: ["assertion-cannot-fail", "src/a.test.ts", 2],
    options: { all: true },
    isRunAgain: true,
  },
  {
    step: "frontend_analysis",
    clean: { "site/a.html": PAGE },
    problem: { "site/a.html": PAGE.replace("<title>a</title>", "") },
    found: ["document-title", "site/a.html", 2],
  },
  {
    step: "ux_analysis",
    clean: { "src/a.jsx": 'export const A = () => (\n  <img src="a.png" alt="A" />\n);\n' },
    problem: { "src/a.jsx": 'export const A = () => (\n  <img src="a.png" />\n);\n' },
    found: ["image-alt", "src/a.jsx", 2],
  },
];

test.each(CASES)("$step finds a problem at its place, passes without one, and is replayed", async (one) => {
  const { step, clean, problem, found, options = {}, isRunAgain = false } = one;
  const config = JSON.stringify({ steps: { [step]: { with: options } } });
  using workspace = createWorkspace({ files: { ".workflow-config.yaml": config, ...clean } });
  expectOutcomes(await runCli(workspace, ["run"]), { [step]: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { [step]: isRunAgain ? "passed" : "replayed" });
  workspace.commit(problem);
  await runCli(workspace, ["run"]);
  const findings = lastRecord(workspace).steps[0]?.findings ?? [];
  expect(findings.map(({ rule, file, line }) => [rule, file, line])).toContainEqual(found);
  workspace.commit(clean);
  const { stdout } = await runCli(workspace, ["run"]);
  expect(stdout).not.toContain(found[0]);
});

test("analyze sums up the change, and context_analysis tells of what failed before it", async () => {
  const config = "base: { ref: main }\npipeline: ci\n";
  using workspace = createWorkspace({ files: { ".workflow-config.yaml": config, "package.json": "{}\n" } });
  workspace.git("switch", "--quiet", "--create", "topic");
  workspace.commit({ "src/a.js": `export const token = "${TOKEN}";\n` });
  await runCli(workspace, ["run", "--steps", "analyze,secrets,context_analysis"]);
  const messages = Object.fromEntries(lastRecord(workspace).steps.map(({ id, message }) => [id, message]));
  expect(messages["analyze"]).toBe("1 file changed since main (1 code), +1 −0 lines");
  expect(messages["context_analysis"]).toMatch(/^1 error from 1 cause; begin with src\/a\.js: /);
});

test("version_update raises the version with --apply, and deployment_gate says what is missing for a release", async () => {
  const config = "steps: { version_update: {}, deployment_gate: {} }\n";
  const files = { ".workflow-config.yaml": config, "package.json": '{ "version": "1.0.0" }\n' };
  using workspace = createWorkspace({ files });
  workspace.git("tag", "v1.0.0");
  workspace.git("commit", "--quiet", "--allow-empty", "--message", "feat: more");
  const messages = (): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(lastRecord(workspace).steps.map(({ id, message }) => [id, message]));
  await runCli(workspace, ["run", "--steps", "version_update"]);
  expect(messages()["version_update"]).toContain("would raise 1.0.0 to 1.1.0 (minor) in 1 file");
  await runCli(workspace, ["run", "--steps", "deployment_gate"]);
  expect(messages()["deployment_gate"]).toMatch(
    /^whether [0-9a-f]{10} may be released is not known: no test ran on it$/,
  );
  expect(workspace.read("package.json")).toContain("1.0.0");
  await runCli(workspace, ["run", "--steps", "version_update", "--apply"]);
  expect(workspace.read("package.json")).toBe('{ "version": "1.1.0" }\n');
});

test("of a rule that is broken everywhere the first places are shown, the rest is counted by file, and reports have all", async () => {
  const long = `# A\n\n${"far too long to read\n\n".repeat(5)}`;
  using workspace = createWorkspace({
    files: {
      ".workflow-config.yaml": "steps: { markdown_lint: {} }\n",
      ".markdownlint.yaml": "{ default: false, MD013: { line_length: 9 } }\n",
      "a.md": long,
      "docs/b.md": `${long}[x]()\n`,
    },
  });
  const { stdout } = await runCli(workspace, ["run", "--report", "sarif=out.sarif"]);
  expect(stdout.match(/^a\.md:.*MD013/gm)).toHaveLength(3);
  expect(stdout).toContain("  and 7 more of markdown_lint/line-length: docs/b.md (5), a.md (2)\n");
  const sarif = JSON.parse(workspace.read("out.sarif")) as {
    readonly runs: readonly { readonly results: unknown[] }[];
  };
  expect(sarif.runs[0]?.results).toHaveLength(10);
  expect(lastRecord(workspace).steps[0]?.findings).toHaveLength(10);
});

test("markdown_lint looks again when a rule of the repository changes that is no input of it", async () => {
  const rule = (word: string): string =>
    `module.exports = { names: ["no-word"], description: "D", tags: ["x"], parser: "none", function: ({ lines }, tell) =>
  lines.forEach((line, place) => line.includes("${word}") && tell({ lineNumber: place + 1 })) };\n`;
  using workspace = createWorkspace({
    files: {
      ".workflow-config.yaml": "steps: { markdown_lint: {} }\n",
      "package.json": '{ "scripts": { "lint": "markdownlint-cli2" } }\n',
      ".markdownlint-cli2.yaml": "config: { default: false, no-word: true }\ncustomRules: [./scripts/rule.cjs]\n",
      "scripts/rule.cjs": rule("never"),
      "a.md": "a word\n",
    },
  });
  expectOutcomes(await runCli(workspace, ["run"]), { markdown_lint: "passed" });
  workspace.write({ "scripts/rule.cjs": rule("word") });
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { markdown_lint: "failed" });
  expect(result.stdout).toContain("a.md:1: error no-word: D");
});
