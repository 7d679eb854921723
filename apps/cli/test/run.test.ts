import { chmodSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const TWO_STEPS = 'steps:\n  lint: { run: "echo linted" }\n  test: { run: "echo tested", needs: [lint] }\n';

test("a first run runs everything, a second replays it, and an edited document runs only what documents can affect", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  docs: { run: "echo docs", when: { changed: [docs] } }
  unit: { run: "echo unit", when: { changed: [code, tests] } }
  review: { run: "echo review" }
  links: { run: "echo links", inputs: ["**/*.md"] }
  build: { run: "echo build", inputs: ["src/**"] }
skip_on_doc_only: [review]
`,
      "README.md": "# A\n",
      "src/a.js": "1\n",
    },
  });
  const first = await runCli(workspace, ["run"]);
  expectOutcomes(first, { docs: "passed", unit: "passed", review: "passed", links: "passed", build: "passed" });
  expect(first.exitCode).toBe(0);

  const second = await runCli(workspace, ["run"]);
  expectOutcomes(second, {
    docs: "replayed",
    unit: "replayed",
    review: "replayed",
    links: "replayed",
    build: "replayed",
  });
  expect(second.stdout).toMatch(/^passed in .*: 5 replayed$/m);
  expect(second.stdout).toMatch(/^saved .* replayed/m);
  expect(second.exitCode).toBe(0);

  workspace.write({ "README.md": "# B\n" });
  const third = await runCli(workspace, ["run"]);
  expectOutcomes(third, { docs: "passed", unit: "skipped", review: "skipped", links: "passed", build: "replayed" });
  expect(third.stdout).toMatch(/^docs .* README\.md \(docs\) changed since HEAD$/m);
  expect(third.stdout).toMatch(
    /^review .* README\.md does not count, it is a document \(skip_on_doc_only\); passed in run /m,
  );
  expect(third.exitCode).toBe(0);

  workspace.commit({ "src/a.js": "2\n" });
  expectOutcomes(await runCli(workspace, ["run"]), {
    docs: "skipped",
    unit: "passed",
    links: "replayed",
    build: "passed",
  });
});

test("the configuration that the README starts from does what the README says", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const config = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const npm = "node_modules/.bin/npm";
  using workspace = createWorkspace({
    files: { [CONFIG]: config, "src/a.js": "1\n", "README.md": "# A\n", ".gitignore": "node_modules\n" },
  });
  workspace.write({ [npm]: "#!/bin/sh\n" });
  chmodSync(workspace.file(npm), 0o755);
  const plan = await runCli(workspace, ["run", "--dry-run"]);
  expect(plan.stdout.match(/^\w+ +run /gm)).toHaveLength(3);
  expectOutcomes(await runCli(workspace, ["run"]), { lint: "passed", test: "passed", links: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { lint: "replayed", test: "replayed", links: "replayed" });
  workspace.write({ "README.md": "# B\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { lint: "replayed", test: "skipped", links: "passed" });
});

test("a failure stays due, whatever is committed after it", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: 'steps:\n  unit: { run: "test ! -e broken", when: { changed: [code] } }\n', "a.js": "1\n" },
  });
  workspace.commit({ broken: "", "a.js": "2\n" });
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  workspace.commit({ "README.md": "x\n" });
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
});

test("progress and logs go to standard error, the summary to standard output", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS } });
  const { stdout, stderr } = await runCli(workspace, ["run"]);
  expect(stderr.replaceAll(/\d+ms|[\d.]+s$/gm, "TIME")).toBe(
    `2 to run (${lastRecord(workspace).schedule?.maxParallel ?? 0} at a time)\n` +
      "start lint\npassed lint TIME\nstart test\npassed test TIME\n",
  );
  expect(stdout).toMatch(
    /^step +outcome +time +why\nlint +passed .*\ntest +passed .*\n\npassed in .*: 2 passed\nrecord: \.workflow\/runs\/[\w-]+\/run\.json\n$/,
  );
});

test.each([
  [{}, false],
  [{ FORCE_COLOR: "1" }, true],
  [{ FORCE_COLOR: "0" }, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "" }, true],
])("colours with %j: %s", async (env, coloured) => {
  using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS } });
  const { stdout, stderr } = await runCli(workspace, ["run"], { env });
  expect(stdout.includes("\u001b[")).toBe(coloured);
  expect(stderr.includes("\u001b[")).toBe(coloured);
  // Node warns about NO_COLOR and FORCE_COLOR together when a program asks it for colours.
  expect(stderr).not.toContain("Warning");
});

test("the files that others read are there, with exactly their fields", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: `project: { name: shop }\n${TWO_STEPS}` } });
  await runCli(workspace, ["run"]);
  await runCli(workspace, ["run", "--force"]);
  await runCli(workspace, ["run"]);
  const record = lastRecord(workspace);

  const current = JSON.parse(workspace.read(".workflow/metrics/current_run.json")) as Readonly<Record<string, unknown>>;
  expect(Object.keys(current)).toEqual([
    "workflow_id",
    "start_time",
    "end_time",
    "total_duration",
    "status",
    "steps_completed",
    "total_steps",
    "optimizations",
    "step_timings",
    "ai_stats",
    "resource_usage",
  ]);
  expect(current).toMatchObject({
    workflow_id: "shop",
    start_time: record.startedAt,
    end_time: record.finishedAt,
    status: "passed",
    steps_completed: 2,
    total_steps: 2,
    optimizations: { smart_execution: true, parallel_execution: true, multi_stage: true },
    step_timings: {},
  });
  expect(current["total_duration"]).toBeCloseTo(record.durationMs / 1000, 2);

  const history = workspace.read(".workflow/metrics/history.jsonl");
  expect(history.endsWith("\n")).toBe(true);
  const lines = history
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatchObject({ ...current, run_id: record.runId, version: 1 });
  expect(new Set(lines.map((line) => line["run_id"])).size).toBe(3);

  expect(readlinkSync(workspace.file(".workflow/logs/latest"))).toBe(record.runId);
  const trace = JSON.parse(workspace.read(".workflow/logs/latest/trace.json")) as object;
  expect(Object.keys(trace)).toContain("traceEvents");
  expect(workspace.read(".workflow/logs/latest/run.log")).toMatch(
    /^\S+ STEP lint 0 replayed fingerprint-equal\n\S+ STEP test 0 replayed fingerprint-equal\n\S+ RUN \S+ \d+ passed\n$/,
  );
  for (const line of lines.slice(0, 2)) {
    expect(workspace.read(`.workflow/logs/${String(line["run_id"])}/steps/lint.log`)).toBe("linted\n");
  }
  expect(workspace.read(".workflow/.gitignore")).toBe("*\n");
  expect(workspace.git("status", "--porcelain")).toBe("");
});

test("WORKFLOW_PROFILE=true writes profile.log, and only that does", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: TWO_STEPS } });
  await runCli(workspace, ["run"]);
  expect(readdirSync(workspace.file(".workflow/logs/latest"))).not.toContain("profile.log");
  await runCli(workspace, ["run", "--force"], { env: { WORKFLOW_PROFILE: "true" } });
  expect(workspace.read(".workflow/logs/latest/profile.log")).toMatch(
    /^PROFILE: lint\n( {2}- .+: [\d.]+s.*\n)* {2}- total: [\d.]+s\n/m,
  );
});

test("names of files and texts of others cannot speak to the terminal", async () => {
  const evil = "a\u001b[2J\u001b]0;owned\u0007\nfailed everything\u202e.js";
  using workspace = createWorkspace({
    files: {
      [CONFIG]:
        "steps:\n  look: { module: look.mjs }\n  log: { run: \"printf '\\\\033[2Jcleared\\\\007\\\\n'; exit 1\" }\n",
      "look.mjs": `export default ({ files }) => ({ message: files[0], findings: [
        { rule: "r\\u001b[1m", severity: "error", message: "m\\u0007", file: ${JSON.stringify(evil)}, line: 1 } ] });\n`,
    },
  });
  workspace.write({ [evil]: "x\n" });
  for (const args of [["--continue", "--verbose"], ["--dry-run"], ["--continue", "--force", "--output-logs", "full"]]) {
    const { stdout, stderr } = await runCli(workspace, ["run", ...args]);
    // eslint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(stdout + stderr).not.toMatch(/^failed everything/m);
    expect(stdout).toContain(String.raw`a\u{1b}[2J\u{1b}]0;owned\u{7}\u{a}failed everything\u{202e}.js`);
  }
  const json = await runCli(workspace, ["run", "--json", "--force"]);
  for (const line of json.stdout.trim().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(json.stdout).not.toContain("\u001b");
});

test("from a folder below, the configuration above is found, and paths are said as seen from there", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: 'steps:\n  where: { run: "pwd" }\n', "src/deep/a.js": "1\n" },
  });
  const result = await runCli(workspace, ["run"], { cwd: workspace.file("src/deep") });
  expect(result.stdout).toContain("record: ../../.workflow/runs/");
  expect(result.exitCode).toBe(0);
  expect(workspace.read(".workflow/logs/latest/steps/where.log")).toBe(`${workspace.repository}\n`);
  expect(readdirSync(workspace.file("src/deep"))).toEqual(["a.js"]);
});

test("two targets of one repository keep their own state and run side by side", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const config = (id: string): string => `steps:\n  ${id}: { run: ${JSON.stringify(stepper.command(id))} }\n`;
  workspace.commit({
    [`services/a/${CONFIG}`]: config("a"),
    [`services/b/${CONFIG}`]: config("b"),
    "services/a/x.js": "1\n",
  });
  const runs = ["a", "b"].map((id) => startCli(workspace, ["run", "--target", `services/${id}`]));
  for (const invocation of await Promise.all([stepper.next("a"), stepper.next("b")])) invocation.exit(0);
  for (const { result } of runs) expect(await result).toMatchObject({ exitCode: 0 });
  expect(lastRecord(workspace, "services/a").steps.map(({ id }) => id)).toEqual(["a"]);
  expect(lastRecord(workspace, "services/b").steps.map(({ id }) => id)).toEqual(["b"]);
  // What changes in one does not touch the other.
  workspace.write({ "services/a/x.js": "2\n" });
  expectOutcomes(await runCli(workspace, ["run", "--target", "services/b"]), { b: "replayed" });
  const again = startCli(workspace, ["run"], { cwd: workspace.file("services/a") });
  (await stepper.next("a")).exit(0);
  expectOutcomes(await again.result, { a: "passed" });
});

test("paths with spaces and other odd characters work", async () => {
  using workspace = createWorkspace({
    name: "my  repo 'quoted' \"twice\" $HOME ä",
    files: {
      [CONFIG]: `steps:
  shell: { run: "test -e 'a b.txt'", directory: "the folder" }
  module: { module: "the folder/step one.mjs", inputs: ["the folder/*.txt"] }
`,
      "the folder/a b.txt": "x\n",
      "the folder/step one.mjs":
        'export default ({ files }) => ({ outcome: files.join() === "the folder/a b.txt" ? "passed" : "failed" });\n',
    },
  });
  expectOutcomes(await runCli(workspace, ["run"]), { shell: "passed", module: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { shell: "replayed", module: "replayed" });
  const below = await runCli(workspace, ["run", "--target", "."], { cwd: path.dirname(workspace.file("x")) });
  expect(below.exitCode).toBe(0);
});

test("steps have no standard input, a group of their own, and the tools of the project on their path", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  stdin: { run: "test -z \\"$(cat)\\"" }
  pipe: { run: "false | cat" }
  lines: { run: "false\\ntrue" }
  tool: { run: "my-tool" }
`,
      "node_modules/.bin/my-tool": "#!/bin/sh\necho found\n",
    },
  });
  workspace.git("update-index", "--chmod=+x", "node_modules/.bin/my-tool");
  workspace.git("checkout-index", "--force", "--all");
  const result = await runCli(workspace, ["run", "--continue"]);
  expectOutcomes(result, { stdin: "passed", pipe: "failed", lines: "failed", tool: "passed" });
});

test("a step that takes too long is ended, and one that fails is tried again as often as it may", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `steps:
  slow: { run: ${JSON.stringify(stepper.command("slow"))}, timeout: 300ms }
  flaky: { run: "test -e ../tried || { touch ../tried; exit 1; }", retries: 1 }
`,
  });
  const cli = startCli(workspace, ["run", "--continue"]);
  const result = await cli.result;
  expectOutcomes(result, { slow: "timed-out", flaky: "passed" });
  expect(result.stderr).toMatch(/^timed-out slow .*: took longer than 0\.3 s$/m);
  expect(result.stderr).toContain("start flaky (attempt 2)");
  expect(result.exitCode).toBe(1);
  await vi.waitFor(() => expect(stepper.running()).toEqual([]));
});
