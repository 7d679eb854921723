/** Steps that are given only the files they have not passed on. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** Notes in `given.log` each call with its arguments, and fails where a file holds `bad`. */
const LINT = `import { appendFileSync, readFileSync } from "node:fs";
const files = process.argv.slice(2);
appendFileSync("given.log", JSON.stringify(files) + "\\n");
if (files.some((file) => readFileSync(file, "utf8").includes("bad"))) process.exit(1);
`;

function createLint(
  settings = "",
  files: Readonly<Record<string, string>> = { "a.js": "1\n", "b.js": "1\n" },
): Workspace {
  return createWorkspace({
    files: {
      [CONFIG]: `${settings}steps:
  lint: { run: "node lint.mjs -- {changed_files}", inputs: ["*.js", "lint.config.json"] }
`,
      "lint.mjs": LINT.replace("slice(2)", "slice(3)"),
      ".gitignore": "given.log\n",
      "lint.config.json": "{}\n",
      ...files,
    },
  });
}

/** What the calls of the linter were given since the last time, sorted where the order is that of the listing. */
function given(workspace: Workspace): readonly (readonly string[])[] {
  try {
    const lines = workspace.read("given.log").trim().split("\n");
    rmSync(workspace.file("given.log"));
    return lines.map((line) => JSON.parse(line) as readonly string[]);
  } catch {
    return [];
  }
}

async function expectLint(workspace: Workspace, outcome: string, calls: readonly (readonly string[])[]): Promise<void> {
  expectOutcomes(await runCli(workspace, ["run"]), { lint: outcome });
  expect(given(workspace)).toEqual(calls);
}

test("is given every input first, then what changed since it passed, committed or not", async () => {
  using workspace = createLint();
  await expectLint(workspace, "passed", [["a.js", "b.js", "lint.config.json"]]);
  await expectLint(workspace, "replayed", []);
  workspace.write({ "a.js": "2\n" });
  await expectLint(workspace, "passed", [["a.js"]]);
  workspace.commit({ "b.js": "2\n", "c.js": "1\n" });
  await expectLint(workspace, "passed", [["b.js", "c.js"]]);
  rmSync(workspace.file("c.js"));
  await expectLint(workspace, "passed", []);
  expect(lastRecord(workspace).steps[0]?.message).toMatch(/^nothing was run: /);
});

test("no stale green: a file that fails stays due when it is committed, and whatever is committed after it", async () => {
  using workspace = createLint();
  await expectLint(workspace, "passed", [["a.js", "b.js", "lint.config.json"]]);
  workspace.commit({ "a.js": "bad\n" });
  await expectLint(workspace, "failed", [["a.js"]]);
  workspace.commit({ "README.md": "words\n" });
  await expectLint(workspace, "failed", [["a.js"]]);
  workspace.commit({ "b.js": "2\n" });
  await expectLint(workspace, "failed", [["a.js", "b.js"]]);
  workspace.commit({ "a.js": "1\n" });
  await expectLint(workspace, "passed", [["b.js"]]);
});

test("no stale green: where nothing is on record every input is due, also what was committed long ago", async () => {
  using workspace = createLint();
  workspace.commit({ "a.js": "bad\n" });
  workspace.commit({ "b.js": "2\n" });
  await expectLint(workspace, "failed", [["a.js", "b.js", "lint.config.json"]]);
  rmSync(workspace.file(".workflow"), { recursive: true });
  await expectLint(workspace, "failed", [["a.js", "b.js", "lint.config.json"]]);
});

test("configuration, lock files, the command and declared variables say of every file anew", async () => {
  using workspace = createLint();
  const all = ["a.js", "b.js", "lint.config.json"];
  await expectLint(workspace, "passed", [all]);
  workspace.write({ "lint.config.json": '{"strict":true}\n' });
  await expectLint(workspace, "passed", [all]);
  workspace.write({ "package-lock.json": "{}\n" });
  await expectLint(workspace, "passed", [all]);
  workspace.write({ [CONFIG]: workspace.read(CONFIG).replace("lint.mjs --", "lint.mjs  --") });
  await expectLint(workspace, "passed", [all]);
});

test("--force gives it everything", async () => {
  using workspace = createLint();
  await expectLint(workspace, "passed", [["a.js", "b.js", "lint.config.json"]]);
  expectOutcomes(await runCli(workspace, ["run", "--force"]), { lint: "passed" });
  expect(given(workspace)).toEqual([["a.js", "b.js", "lint.config.json"]]);
});

test("no stale green: what it passed on and fails on when forced stays due", async () => {
  using workspace = createLint();
  const all = [["a.js", "b.js", "lint.config.json"]];
  await expectLint(workspace, "passed", all);
  const lint = workspace.read("lint.mjs");
  // No input names the linter.
  workspace.write({ "lint.mjs": "process.exit(1);\n" });
  expectOutcomes(await runCli(workspace, ["run", "--force"]), { lint: "failed" });
  await expectLint(workspace, "failed", []);
  workspace.write({ "lint.mjs": lint });
  await expectLint(workspace, "passed", all);
  await expectLint(workspace, "replayed", []);
});

test("where the base is assumed green it is given what changed since, and what it did not pass on", async () => {
  using workspace = createLint("base: { assume_green: true }\n");
  workspace.write({ "a.js": "bad\n" });
  await expectLint(workspace, "failed", [["a.js"]]);
  workspace.commit({ "a.js": "bad, and committed\n" });
  workspace.write({ "b.js": "2\n" });
  await expectLint(workspace, "failed", [["a.js", "b.js"]]);
  workspace.write({ "a.js": "2\n" });
  await expectLint(workspace, "passed", [["a.js", "b.js"]]);
});

test("names that hold anything arrive as they are; one that begins with a dash cannot be an option", async () => {
  const names = ["-rf.js", "a b.js", "it's.js", "$(touch x).js", "line\nbreak.js", "ü*?.js", '".js', "\\.js"];
  using workspace = createLint("", Object.fromEntries(names.map((name) => [name, "1\n"])));
  await runCli(workspace, ["run"]);
  const [call = []] = given(workspace);
  expect([...call].sort()).toEqual(["./-rf.js", ...names.slice(1), "lint.config.json"].sort());
});

test("many files are given in several calls, in order, up to the first that fails", async () => {
  const names = Array.from(
    { length: 1_500 },
    (_, index) => `${String(index).padStart(4, "0")}${"-long".repeat(40)}.js`,
  );
  using workspace = createLint("", Object.fromEntries(names.map((name) => [name, "1\n"])));
  expectOutcomes(await runCli(workspace, ["run"]), { lint: "passed" });
  const calls = given(workspace);
  expect(calls.length).toBeGreaterThan(2);
  expect(calls.flat()).toEqual([...names, "lint.config.json"]);
  workspace.write({ "lint.config.json": "{ }\n", [calls[1]?.[0] ?? ""]: "bad\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { lint: "failed" });
  expect(given(workspace)).toEqual(calls.slice(0, 2));
});

test("WORKFLOW_CHANGED_FILES names a file with the names, also for a command without a place for them, from its directory", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  list: { run: "tr '\\\\0' '|' < \\"$WORKFLOW_CHANGED_FILES\\"", directory: web, inputs: ["**/*.js"] }
  both: { run: "cat {changed_files}; tr '\\\\0' '|' < \\"$WORKFLOW_CHANGED_FILES\\"", inputs: ["**/*.js"] }
`,
      "top.js": "",
      "web/a b.js": "",
    },
  });
  const logs = async (): Promise<readonly string[]> => {
    expectOutcomes(await runCli(workspace, ["run"]), { list: "passed", both: "passed" });
    return lastRecord(workspace).steps.map(({ log }) => workspace.read(`.workflow/${log}`));
  };
  expect(await logs()).toEqual(["../top.js|a b.js|", "top.js|web/a b.js|"]);
  workspace.write({ "web/a b.js": "1\n" });
  expect(await logs()).toEqual(["a b.js|", "1\nweb/a b.js|"]);
});

test("outside of a repository it is given the files that are there, and later those that are not passed on", async () => {
  using workspace = createWorkspace({
    init: false,
    files: { [CONFIG]: 'steps:\n  lint: { run: "echo {changed_files}", inputs: ["src/**"] }\n', "src/a.js": "1\n" },
  });
  const log = async (): Promise<string> => {
    expectOutcomes(await runCli(workspace, ["run"]), { lint: "passed" });
    return workspace.read(`.workflow/${lastRecord(workspace).steps[0]?.log ?? ""}`);
  };
  expect(await log()).toBe("src/a.js\n");
  workspace.write({ "src/b.js": "2\n" });
  expect(await log()).toBe("src/b.js\n");
});

test("a place that is no word, or beside outputs, is refused", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: 'steps:\n  lint: { run: "lint --files={changed_files}", outputs: [out] }\n' },
  });
  expectRefusal(
    await runCli(workspace, ["run"]),
    "`{changed_files}` must be a word of its own",
    "cannot have `outputs`",
  );
});
