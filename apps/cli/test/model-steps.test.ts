/** Built-in steps that ask a model, with a server that speaks the protocol of one. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createModelServer, finding, type ModelServer } from "./support/create-model-server.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, type CliResult } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const MODEL = "ai: { provider: openai-compatible, model: model-a }\n";

const SUM_TEST = `import assert from "node:assert";
import test from "node:test";
import { sum } from "../src/sum.js";
test("sums", () => assert.equal(sum(1, 2), 3));
`;

/** Where nothing may be written, read or told of, whoever proposes it. */
const HOSTILE_PATHS = [
  "../outside.test.js",
  "/tmp/outside.test.js",
  ".git/hooks/pre-commit",
  ".workflow/outside.test.js",
  "node_modules/a.test.js",
  "link/outside.test.js",
  "a\u001B[31m.test.js",
  "package.json",
];

let server: ModelServer;
beforeAll(async () => {
  const edit = {
    file: "README.md",
    startLine: 3,
    endLine: 3,
    original: "Call `oldName()`.",
    reason: "It has a new name",
  };
  server = await createModelServer({
    "case:refused": "I would rather not.",
    "case:commit": JSON.stringify({ subject: "Begin the sum at nothing", type: "fix" }),
    "case:invent": JSON.stringify({ subject: "Begin the sum at nothing (#12)", type: "fix" }),
    "i <= items.length": JSON.stringify({ findings: [finding()] }),
    newName: JSON.stringify({ edits: [{ ...edit, replacement: "Call `newName()`." }], unclear: [] }),
    "case:sum": JSON.stringify({
      files: [
        { path: "test/sum.test.js", content: SUM_TEST, covers: "sums" },
        { path: "test/no.test.js", content: SUM_TEST.replace("3)", "4)"), covers: "nothing" },
      ],
      suspicions: [],
    }),
    "case:hostile": JSON.stringify({
      files: HOSTILE_PATHS.map((file) => ({ path: file, content: SUM_TEST, covers: "\u001B[31mred" })),
      suspicions: ["\u001B]0;title\u0007\nFAKE: passed"],
    }),
    hostileName: JSON.stringify({
      edits: [...HOSTILE_PATHS, "README.md", "README.md"].map((file, index) => ({
        file,
        startLine: 3,
        endLine: 3,
        original: index % 2 === 0 ? "Call `oldHostile()`." : "Something else.",
        reason: "\u001B[2J\r\nFAKE: passed",
        replacement: "\u001B[31mCall\u202E `hostileName()`.\n<<<<<<< HEAD",
      })),
      unclear: ["\u001B[2J"],
    }),
    "case:findings": JSON.stringify({
      findings: [...HOSTILE_PATHS, "src/sum.js"].map((file) =>
        finding({ file, title: "\u001B[31mred\r\nFAKE", message: "\u009B2J", ruleId: "a\u001B[2J", evidence: "case" }),
      ),
    }),
    "# End of data": JSON.stringify({ findings: [] }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.forget());

const run = (workspace: Workspace, ...args: readonly string[]): Promise<CliResult> =>
  runCli(workspace, ["run", ...args], { env: server.environment });
const rulesOf = (workspace: Workspace): readonly string[] =>
  lastRecord(workspace).steps[0]?.findings.map(({ rule, severity }) => `${severity} ${rule}`) ?? [];

test("code_review tells of the change what the model found, fails where that is asked for, and is replayed", async () => {
  const steps = "steps: { code_review: {}, strict: { builtin: code_review, with: { fail_on: high } } }\n";
  using workspace = createWorkspace({ files: { [CONFIG]: MODEL + steps, "src/sum.js": "let sum = 0;\n" } });
  workspace.write({ "src/sum.js": "for (let i = 0; i <= items.length; i++) sum += items[i];\n" });
  expectOutcomes(await run(workspace, "--continue"), { code_review: "passed", strict: "failed" });
  expect(rulesOf(workspace)).toEqual(["warning off-by-one"]);
  expectOutcomes(await run(workspace, "--continue"), { code_review: "replayed", strict: "failed" });
  // The answer was kept, and is the same for both.
  expect(server.questions()).toHaveLength(1);
  workspace.write({ "src/sum.js": "// case:refused\n" });
  expectOutcomes(await run(workspace, "--continue"), { code_review: "inconclusive", strict: "inconclusive" });
});

test("without a model, code_review is skipped and says why, every time", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: "steps: { code_review: {} }\n", "src/a.js": "1;\n" } });
  workspace.write({ "src/a.js": "2;\n" });
  for (let time = 0; time < 2; time += 1) {
    const result = await run(workspace);
    expectOutcomes(result, { code_review: "skipped" });
    expect(result.stdout).toMatch(/^code_review +skipped +- +no model is configured \(`ai.provider`\)/m);
    expect(lastRecord(workspace)).toMatchObject({ status: "passed", steps: [{ findings: [] }] });
  }
});

test("documentation_updates keeps what the model proposes as a patch, and is done when it is applied", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `${MODEL}steps: { documentation_updates: {} }\n`,
      "src/a.js": "export function oldName() {}\n",
      "README.md": "# A\n\nCall `oldName()`.\n",
    },
  });
  workspace.write({ "src/a.js": "export function newName() {}\n" });
  expectOutcomes(await run(workspace), { documentation_updates: "passed" });
  expect(rulesOf(workspace)).toEqual(["warning removed-name", "info proposed-edit"]);
  expect(lastRecord(workspace).steps[0]).toMatchObject({
    ai: { prompt: "documentation_edits", reviewedFiles: 2 },
    findings: [{ file: "README.md", line: 3 }, { message: "It has a new name" }],
  });
  const patch = ".workflow/proposals/documentation_updates.patch";
  expect(existsSync(path.join(workspace.repository, patch))).toBe(true);
  workspace.git("apply", patch);
  expectOutcomes(await run(workspace), { documentation_updates: "passed" });
  expect(rulesOf(workspace)).toEqual([]);
});

test("test_generation keeps a test that passes in a copy as a patch, and adds it where that is asked for", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `${MODEL}steps: { test_generation: {} }\n`,
      "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }\n',
      "src/sum.js": "export const sum = (a, b) => a - b; // case:sum\n",
    },
  });
  workspace.write({ "src/sum.js": "export const sum = (a, b) => a + b; // case:sum\n" });
  expectOutcomes(await run(workspace), { test_generation: "passed" });
  expect(rulesOf(workspace)).toEqual(["info test-left-out", "info proposed-test"]);
  expect(existsSync(path.join(workspace.repository, "test"))).toBe(false);
  expectOutcomes(await run(workspace, "--apply"), { test_generation: "passed" });
  expect(workspace.read("test/sum.test.js")).toBe(SUM_TEST);
  expect(server.questions()).toHaveLength(1);
});

test("a hostile model writes nowhere it may not, and nothing it says reaches a terminal as it is", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `${MODEL}steps: { documentation_updates: {}, test_generation: {}, code_review: {} }\n`,
      "package.json": '{"type":"module","scripts":{"test":"node --test"}}',
      "src/sum.js": "export function oldHostile() {}\n",
      "src/other.js": "1;\n",
      "README.md": "# A\n\nCall `oldHostile()`.\n",
    },
  });
  const outside = path.join(workspace.path, "outside");
  mkdirSync(outside);
  symlinkSync(outside, workspace.file("link"));
  workspace.commit();
  const hooks = readdirSync(workspace.file(".git/hooks"));
  workspace.write({ "src/sum.js": "export function hostileName() {}\n" });
  for (const text of ["// case:hostile\n", "// case:findings\n", "2;\n"]) {
    workspace.write({ "src/other.js": text });
    const result = await run(workspace, "--apply", "--continue", "--output-logs=full");
    expect(result.exitCode).not.toBe(4);
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    expect(result.stdout + result.stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]|^FAKE/m);
  }
  expect(workspace.git("status", "--porcelain")).toBe(" M src/other.js\n M src/sum.js\n");
  expect([readdirSync(outside), readdirSync(workspace.file(".git/hooks"))]).toEqual([[], hooks]);
  expect(readdirSync(workspace.path).toSorted()).toEqual(["home", "outside", "repository"]);
});

test("git_finalization commits with what the model says of the change, is told of what is committed alone, and asks once", async () => {
  const config = `${MODEL}steps: { git_finalization: { with: { commit: true } } }\n`;
  using workspace = createWorkspace({ files: { [CONFIG]: config, ".aiignore": "private.js\n", "src/old.js": "1;\n" } });
  for (const subject of ["fix: before", "fix: before, too"]) {
    workspace.write({ "src/old.js": `case:${subject}\n` });
    workspace.git("commit", "--all", "--quiet", "--message", subject);
  }
  workspace.write({ "src/sum.js": "let s = 0; // case:commit\n", "private.js": "never shown\n" });
  expectOutcomes(await run(workspace), { git_finalization: "passed" });
  expect(workspace.git("log", "-1", "--format=%s")).toBe("fix: begin the sum at nothing\n");
  const [question, other] = server.questions();
  expect(other).toBeUndefined();
  expect(JSON.stringify(question)).toContain("fix: before, too");
  expect(JSON.stringify(question)).not.toMatch(/never shown|case:fix/);
});

test("git_finalization commits by the files where a model invents, does not answer, or is not asked", async () => {
  const config = (more = ""): string => `${MODEL}steps: { git_finalization: { with: { commit: true${more} } } }\n`;
  using workspace = createWorkspace({ files: { [CONFIG]: config() } });
  const subject = (): string => workspace.git("log", "-1", "--format=%s").trim();
  workspace.write({ "src/sum.js": "let t = 0; // case:invent\n" });
  expectOutcomes(await run(workspace), { git_finalization: "passed" });
  expect([subject(), rulesOf(workspace)]).toEqual(["Add sum.js", ["info message-by-template"]]);
  workspace.write({ "src/sum.js": "// case:refused\n" });
  expectOutcomes(await run(workspace), { git_finalization: "passed" });
  expect([subject(), rulesOf(workspace)]).toEqual(["Change sum.js", ["info message-by-template"]]);
  workspace.commit({ [CONFIG]: config(", by_model: false") });
  server.forget();
  workspace.write({ "src/other.js": "let s = 0; // case:commit\n" });
  expectOutcomes(await run(workspace), { git_finalization: "passed" });
  expect([subject(), server.questions()]).toEqual(["Add other.js", []]);
});
