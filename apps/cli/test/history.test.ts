import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

describe("history", () => {
  test("lists past runs, the newest first, and what failed in them", async () => {
    using workspace = createWorkspace({
      files: { [CONFIG]: 'steps: { lint: { run: "test ! -e bad" }, test: { run: "true" } }\n' },
    });
    expect((await runCli(workspace, ["history"])).stdout).toBe("no run yet\n");
    await runCli(workspace, ["run"]);
    workspace.write({ bad: "1" });
    await runCli(workspace, ["run"]);
    const lines = (await runCli(workspace, ["history"])).stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^\d{8}T\d{6}Z-[\da-f]+ {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}failed .* 1 failed.*, failed: lint$/,
    );
    expect(lines[2]).toMatch(/ passed .* 2 passed$/);
    expect((await runCli(workspace, ["history", "--limit", "1"])).stdout.trimEnd().split("\n")).toHaveLength(2);
  });

  test("of a step tells what became of it in each", async () => {
    using workspace = createWorkspace({
      files: { [CONFIG]: 'steps: { lint: { run: "true" }, test: { run: "true" } }\n' },
    });
    await runCli(workspace, ["run"]);
    await runCli(workspace, ["run"]);
    const { stdout } = await runCli(workspace, ["history", "--step", "lint", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      runs: [{ step: { outcome: "replayed" } }, { step: { outcome: "passed" } }],
    });
    expectRefusal(await runCli(workspace, ["history", "--step", "lnt"]), "ENGINE_UNKNOWN_STEP", '"lint"');
  });
});

test("schema prints what editors and readers of records need", async () => {
  using workspace = createWorkspace();
  const { stdout } = await runCli(workspace, ["schema"]);
  expect(JSON.parse(stdout)).toHaveProperty("properties.steps");
  expect(JSON.parse((await runCli(workspace, ["schema", "run-record"])).stdout)).toHaveProperty("properties.runId");
  expect(await runCli(workspace, ["schema", "other"])).toMatchObject({ exitCode: 2 });
});
