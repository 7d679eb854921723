/** Why steps run: `explain`, what is kept for it, and tools. */
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { StepExplanation } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli, type CliOptions } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

async function explain(workspace: Workspace, step: string, options: CliOptions = {}): Promise<StepExplanation> {
  const result = await runCli(workspace, ["explain", step, "--json"], options);
  expect(result.exitCode, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as StepExplanation;
}

function textsOf({ differences }: StepExplanation): readonly string[] {
  return differences.map(({ text }) => text);
}

/** Every file below a folder. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

test("explain names files that were edited, added, removed, renamed or got another mode", async () => {
  using workspace = createWorkspace();
  workspace.commit({
    [CONFIG]: 'steps:\n  a: { run: "true", inputs: ["src/**"] }\n',
    "src/edited": "1",
    "src/removed": "2",
    "src/old": "3",
    "src/mode": "4",
  });
  expectOutcomes(await runCli(workspace, ["run"]), { a: "passed" });
  expect(await explain(workspace, "a")).toMatchObject({
    decision: { action: "replay", reason: "fingerprint-equal" },
    differences: [],
    cache: { state: "hit" },
  });

  workspace.write({ "src/edited": "one", "src/added": "5", "README.md": "not read" });
  rmSync(workspace.file("src/removed"));
  renameSync(workspace.file("src/old"), workspace.file("src/new"));
  chmodSync(workspace.file("src/mode"), 0o755);
  const after = await explain(workspace, "a");
  expect([...textsOf(after)].sort()).toEqual([
    "src/added added",
    "src/edited changed",
    "src/mode changed its mode 100644 -> 100755",
    "src/old renamed to src/new",
    "src/removed removed",
  ]);
  expect(after).toMatchObject({
    decision: { action: "run", reason: "relevant-change" },
    cache: { state: "miss" },
    schedule: { startMs: 0, slackMs: 0, critical: true, timed: true },
  });
  const readme = after.changes.find((change) => change.path === "README.md");
  expect(readme).toMatchObject({ category: "docs", counts: false, because: "it is no input" });
  expect(after.changes.find((change) => change.path === "src/edited")).toMatchObject({ counts: true });

  const text = await runCli(workspace, ["explain", "a"]);
  expect(text.stdout).toMatch(/^a: run \[relevant-change\]\n/);
  expect(text.stdout).toContain("\n  src/edited changed\n");
  expect(text.stdout).toMatch(/README\.md is docs \(.*\), does not count: it is no input\n/);
  expect(text.stdout).toContain("no success of this fingerprint is stored");
  expect(text.stdout).toMatch(/starts after .*, on the critical path\n/);
});

test("a run says in what its steps differ from their last success, five things at most", async () => {
  using workspace = createWorkspace();
  workspace.commit({ [CONFIG]: 'steps:\n  a: { run: "true" }\n' });
  const first = await runCli(workspace, ["run", "--verbose"]);
  expect(first.stderr).not.toContain("since it passed");
  workspace.write(Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`f${n}`, ""])));
  const { stderr } = await runCli(workspace, ["run", "--verbose"]);
  expect(stderr).toContain("; since it passed: f1 added, f2 added, f3 added, f4 added, 2 more\n");
  workspace.write({ f6: "1" });
  const plan = await runCli(workspace, ["run", "--dry-run"]);
  expect(plan.stdout).toContain("; since it passed: f6 changed\n");
});

test("after the upgrade of a tool it is told which one, from what to what, by plan, run and explain", async () => {
  using workspace = createWorkspace();
  const tool = (version: string): string => `#!/bin/sh\necho "measure, version ${version}"\necho ${version} secret\n`;
  workspace.commit({ [CONFIG]: 'steps:\n  a: { run: "true", inputs: [src/], tools: [sh tool.sh] }\n', "src/a.js": "" });
  workspace.write({ "tool.sh": tool("1.2.0") });
  await runCli(workspace, ["run"]);
  workspace.write({ "tool.sh": tool("1.10.0-rc.1") });
  const why = "no relevant change since HEAD, but since it passed: tool `sh tool.sh` 1.2.0 -> 1.10.0-rc.1";
  const { stdout } = await runCli(workspace, ["explain", "a"]);
  expect(stdout).toContain(`a: run [not-proved]\n  ${why}\n`);
  expect(stdout).toContain("\n  tool `sh tool.sh` 1.2.0 -> 1.10.0-rc.1\n");
  expect((await runCli(workspace, ["plan"])).stdout).toContain(`a     run     ${why}\n`);
  expect((await runCli(workspace, ["run"])).stdout).toContain(why);
  // Of what tools print only the version is kept.
  expect(workspace.read(".workflow/cache/fingerprints/a.json")).not.toContain("secret");
});

test("in a large repository a run names no files, and explain does", async () => {
  using workspace = createWorkspace();
  workspace.commit({
    [CONFIG]: 'steps:\n  a: { run: "true" }\n',
    ...Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, ""])),
  });
  await runCli(workspace, ["run"]);
  workspace.write({ f7: "1" });
  const plan = await runCli(workspace, ["run", "--dry-run"]);
  expect(plan.stdout).toContain("; since it passed: input files changed\n");
  expect(textsOf(await explain(workspace, "a"))).toEqual(["f7 changed"]);
});

test("explain names variables, and their values are in no file of the state", async () => {
  using workspace = createWorkspace();
  workspace.commit({ [CONFIG]: 'steps:\n  a: { run: "true", env: [MODE, TOKEN, GONE] }\n' });
  const secret = "hunter2-hunter2";
  await runCli(workspace, ["run"], { env: { MODE: "one", TOKEN: secret, GONE: "x" } });
  const explanation = await explain(workspace, "a", { env: { MODE: "two", TOKEN: secret } });
  expect(textsOf(explanation)).toEqual(["environment MODE changed", "environment GONE changed"]);
  const state = filesBelow(workspace.file(".workflow"));
  expect(state.some((file) => file.endsWith("a.json"))).toBe(true);
  for (const file of state) expect(readFileSync(file).includes(secret), file).toBe(false);
  expect(statSync(workspace.file(".workflow/cache/fingerprints/key")).mode & 0o777).toBe(0o600);

  // Without the key nothing is said of what cannot be compared.
  rmSync(workspace.file(".workflow/cache/fingerprints/key"));
  const blind = await explain(workspace, "a", { env: { MODE: "two", TOKEN: secret, GONE: "x" } });
  expect(textsOf(blind)).toEqual(["environment may have changed (its values cannot be compared)"]);
});

test("explain names a changed command, lock file and used step", async () => {
  using workspace = createWorkspace();
  const config = (command: string): string =>
    `steps:\n  made: { run: "${command}", inputs: [src] }\n  a: { run: "true", inputs: [src], uses: [made] }\n`;
  workspace.commit({ [CONFIG]: config("echo 1"), src: "", "pnpm-lock.yaml": "1" });
  await runCli(workspace, ["run"]);
  workspace.commit({ [CONFIG]: config("echo 2") });
  expect(textsOf(await explain(workspace, "made"))).toEqual(["command changed"]);
  expect(textsOf(await explain(workspace, "a"))).toEqual(["used step made changed"]);
  workspace.write({ "pnpm-lock.yaml": "2" });
  expect(textsOf(await explain(workspace, "made"))).toEqual(["command changed", "pnpm-lock.yaml changed"]);
});

test("what a step that failed was made of does not stand for what passed", async () => {
  using workspace = createWorkspace();
  workspace.commit({ [CONFIG]: 'steps:\n  a: { run: "grep good src", inputs: [src] }\n', src: "good" });
  await runCli(workspace, ["run"]);
  workspace.write({ src: "bad" });
  expectOutcomes(await runCli(workspace, ["run"]), { a: "failed" });
  const explanation = await explain(workspace, "a");
  expect(explanation.decision.action).toBe("run");
  expect(textsOf(explanation)).toEqual(["src changed"]);
  expect(explanation.lastFailure?.differences).toEqual([]);
  workspace.write({ src: "still bad", [CONFIG]: 'steps:\n  a: { run: "grep good ./src", inputs: [src] }\n' });
  const { stdout } = await runCli(workspace, ["explain", "a"]);
  expect(stdout).toMatch(/since run \S+ of \S+, where it did not pass:\n {2}command changed\n {2}src changed\n/);
  workspace.write({ src: "good" });
  await runCli(workspace, ["run"]);
  expect((await explain(workspace, "a")).lastFailure).toBeUndefined();
});

test("explain of a step that no run knows, of an unknown one, and of damaged state", async () => {
  using workspace = createWorkspace();
  workspace.commit({ [CONFIG]: 'steps:\n  tests: { run: "true" }\n' });
  expect(await explain(workspace, "tests")).toMatchObject({ cache: { state: "miss" }, schedule: { timed: false } });
  expect(existsSync(workspace.file(".workflow"))).toBe(false);
  expectRefusal(await runCli(workspace, ["explain", "test"]), 'unknown step "test"', 'Did you mean "tests"?');

  await runCli(workspace, ["run"]);
  const manifest = ".workflow/cache/fingerprints/tests.json";
  const { passed } = JSON.parse(workspace.read(manifest)) as { readonly passed: object };
  for (const text of ["", "{", "null", '{"formatVersion":1,"passed":{"parts":{}}}', '{"formatVersion":1,"passed":7}']) {
    workspace.write({ [manifest]: text, file: "new" });
    expect((await explain(workspace, "tests")).comparedWith).toBeUndefined();
  }
  // Of other input files nothing is known: it is still said that they changed.
  workspace.write({ [manifest]: JSON.stringify({ formatVersion: 1, passed }) });
  rmSync(workspace.file(".workflow/cache/fingerprints/files"), { recursive: true });
  expect(textsOf(await explain(workspace, "tests"))).toEqual(["input files changed"]);
});

test("a run with nothing to do writes no parts; sets of files that no step needs go", async () => {
  using workspace = createWorkspace();
  workspace.commit({ [CONFIG]: 'steps:\n  a: { run: "true" }\n  b: { run: "true" }\n' });
  const folder = workspace.file(".workflow/cache/fingerprints");
  await runCli(workspace, ["run"]);
  expect(readdirSync(path.join(folder, "files"))).toHaveLength(1);
  rmSync(folder, { recursive: true });
  expectOutcomes(await runCli(workspace, ["run"]), { a: "replayed", b: "replayed" });
  expect(existsSync(folder)).toBe(false);
  for (const content of ["1", "2", "3"]) {
    workspace.write({ src: content });
    await runCli(workspace, ["run"]);
  }
  expect(readdirSync(path.join(folder, "files"))).toHaveLength(1);
  workspace.write({ [CONFIG]: 'steps:\n  a: { run: "true" }\n' });
  await runCli(workspace, ["run"]);
  expect(readdirSync(folder).sort()).toEqual(["a.json", "files", "key"]);
});

test("what a tool prints counts; it is asked once a run, in the target", async () => {
  using workspace = createWorkspace();
  const tool = "sh tool.sh";
  workspace.commit({
    [CONFIG]: `steps:
  a: { run: "true", inputs: [src], tools: ["${tool}"] }
  b: { run: "true", inputs: [src], tools: ["${tool}"] }
  c: { run: "true", inputs: [src] }
`,
    src: "",
    "tool.sh": "echo asked >> ../asked; cat ../version\n",
  });
  workspace.write({ "../version": "1.0" });
  expectOutcomes(await runCli(workspace, ["run"]), { a: "passed", b: "passed", c: "passed" });
  expect(workspace.read("../asked")).toBe("asked\n");
  expectOutcomes(await runCli(workspace, ["run"]), { a: "replayed", b: "replayed", c: "replayed" });

  workspace.write({ "../version": "1.1" });
  expect(textsOf(await explain(workspace, "a"))).toEqual(["tool `sh tool.sh` 1.0 -> 1.1"]);
  expectOutcomes(await runCli(workspace, ["run"]), { a: "passed", b: "passed", c: "replayed" });
  workspace.write({ "../version": "1.0" });
  expectOutcomes(await runCli(workspace, ["run"]), { a: "replayed", b: "replayed", c: "replayed" });
});

test("a tool that cannot be run makes its step run every time, and that is said", async () => {
  using workspace = createWorkspace();
  workspace.commit({
    [CONFIG]: `base: { assume_green: true }
steps:
  a: { run: "true", inputs: [src], tools: ["no-such-tool --version"] }
`,
    src: "",
  });
  await runCli(workspace, ["run"]);
  const again = await runCli(workspace, ["run", "--verbose"]);
  expectOutcomes(again, { a: "passed" });
  expect(again.stderr).toContain(
    "its tool `no-such-tool --version` could not be asked: it exited with 127 [tool-unknown]",
  );
});

test("steps of units are explained one by one", async () => {
  using workspace = createWorkspace();
  workspace.commit({
    [CONFIG]: 'units: ["services/*"]\nsteps:\n  a: { run: "true", for_each: unit }\n',
    "services/web/src": "1",
    "services/api/src": "1",
  });
  await runCli(workspace, ["run"]);
  workspace.write({ "services/web/src": "2" });
  expect(textsOf(await explain(workspace, "a@services/web"))).toEqual(["services/web/src changed"]);
  expect(await explain(workspace, "a@services/api")).toMatchObject({ decision: { action: "replay" }, differences: [] });
  expectRefusal(await runCli(workspace, ["explain", "a"]), 'unknown step "a"', 'Did you mean "a@');
});
