/** `cache` looks after the stored results of steps as after the answers of models. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { runCli, type CliResult } from "./support/run-cli.ts";

const CONFIG =
  "steps:\n  build: { run: mkdir -p dist && cp src/a.js dist/, inputs: [src/], outputs: [dist/] }\n  lint: { run: echo fine, inputs: [src/] }\n";

function createBuilt(): Workspace {
  return createWorkspace({ files: { ".workflow-config.yaml": CONFIG, ".gitignore": "dist\n", "src/a.js": "1;\n" } });
}

function contentFiles(workspace: Workspace): readonly string[] {
  const folder = workspace.file(".workflow/results/blobs");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => path.join(folder, name));
}

test("says what is stored, verifies contents, and clear makes every step run again", async () => {
  using workspace = createBuilt();
  const cache = (...args: readonly string[]): Promise<CliResult> => runCli(workspace, ["cache", ...args]);
  expect((await cache("stats")).stdout).toBe(
    "answers of models: none yet; nothing was asked here\nstored results: none yet; a step that passes leaves one\n",
  );
  await runCli(workspace, ["run"]);
  expect((await cache("stats")).stdout).toMatch(/^stored results: 2, \d\.\d MB; 1 content of outputs, 0\.0 MB$/m);
  expect(JSON.parse((await cache("stats", "--json")).stdout)).toMatchObject({ results: { count: 2, contentCount: 1 } });
  expect(await cache("verify")).toMatchObject({
    exitCode: 0,
    stdout: "0 of 0 answers are whole\n2 of 2 stored results are whole\n",
  });

  for (const file of contentFiles(workspace)) writeFileSync(file, "0;\n");
  const damaged = await cache("verify");
  expect(damaged.exitCode).toBe(1);
  expect(damaged.stdout).toContain("1 of 2 stored results are whole\ndamaged: ");
  expect(damaged.stdout).toContain("(content-damaged)\n");

  // The limits keep both.
  expect((await cache("clean")).stdout).toMatch(
    /^nothing to remove: all is within the limits\nkept 0 answers, \S+ MB, and 2 stored results, \S+ MB\n$/,
  );
  expect((await cache("clear", "--only", "answers")).stdout).toBe("0 answers removed\n");
  expect(JSON.parse((await cache("clear", "--only", "answers", "--json")).stdout)).not.toHaveProperty("results");
  const cleared = await cache("clear", "--only", "results");
  expect(cleared).toMatchObject({ exitCode: 0, stdout: "2 stored results removed\n" });
  expect(contentFiles(workspace)).toEqual([]);
  // Runs and their logs stay.
  expect(readdirSync(workspace.file(".workflow/runs"))).toHaveLength(1);
  expect((await runCli(workspace, ["run"])).stdout).toMatch(/^build +passed .*\nlint +passed/m);
  expect((await cache("clear")).stdout).toBe("0 answers and 2 stored results removed\n");
  expect((await cache("clear", "--only", "everything")).exitCode).toBe(2);
});

test("explain says whether a result can be replayed, and else what is another than it was", async () => {
  using workspace = createBuilt();
  await runCli(workspace, ["run"]);
  const explain = (...args: readonly string[]): Promise<CliResult> =>
    runCli(workspace, ["cache", "explain", "lint", ...args]);
  expect((await explain()).stdout).toMatch(
    /^lint asks no model\nits result: a success of this fingerprint is stored \(run .*\)\n$/,
  );
  workspace.write({ "src/a.js": "2;\n" });
  expect((await explain()).stdout).toMatch(/is stored\nsince run .*, where it passed:\n {2}src\/a\.js changed\n$/);
  expect(JSON.parse((await explain("--json")).stdout)).toMatchObject({
    step: "lint",
    explanation: null,
    result: { state: "miss", differences: [{ part: "file", name: "src/a.js" }] },
  });
});

test("a run that goes on is waited for, and loses nothing", async () => {
  using workspace = createBuilt();
  await runCli(workspace, ["run"]);
  workspace.write({
    ".workflow-config.yaml": `${CONFIG}  slow: { run: "touch started; until [ -e go ]; do sleep 0.05; done" }\n`,
    ".gitignore": "dist\nstarted\ngo\n",
  });
  const run = runCli(workspace, ["run"]);
  await expect.poll(() => existsSync(workspace.file("started")), { timeout: 60_000 }).toBe(true);
  const cleared = runCli(workspace, ["cache", "clear"]);
  workspace.write({ go: "" });
  expect((await run).exitCode).toBe(0);
  expect((await cleared).stdout).toMatch(/^0 answers and \d stored results removed\n$/);
});
