import { existsSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const HISTORY = ".workflow/metrics/history.jsonl";

interface Line {
  readonly run_id: string;
  readonly start_time: string;
  readonly steps: readonly { readonly id: string; readonly seconds: number }[];
}

/** Runs once, and makes a history of many runs of that one: the first step takes about 30 s, the second one about 60 s. */
async function withHistory(workspace: Workspace, runs: number): Promise<void> {
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
  const line = JSON.parse(workspace.read(HISTORY).trim()) as Line;
  const lines = Array.from({ length: runs }, (_, run) => ({
    ...line,
    run_id: `20260101T0000${String(run).padStart(2, "0")}Z-abcdef`,
    start_time: new Date(Date.UTC(2026, 0, 1, run)).toISOString(),
    steps: line.steps.map((step, index) => ({ ...step, seconds: 30 * (index + 1) + (run % 3), outcome: "passed" })),
  }));
  workspace.write({ [HISTORY]: lines.map((one) => `${JSON.stringify(one)}\n`).join("") });
}

const TWO = 'steps:\n  lint: { run: "true", cache: false }\n  test: { run: "true", cache: false }\n';

describe("ai-workflow ml", () => {
  test("train writes a standard model beside its description, and status tells what it is worth", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO } });
    await withHistory(workspace, 60);
    const before = await runCli(workspace, ["ml", "status"]);
    expect(before.stdout).toMatch(/^trained: no/m);
    const trained = await runCli(workspace, ["ml", "train"]);
    expect(trained.exitCode, trained.stderr).toBe(0);
    expect(existsSync(workspace.file(".workflow/ml/model.json"))).toBe(true);
    const status = await runCli(workspace, ["ml", "status", "--json"]);
    const { lines } = JSON.parse(status.stdout) as { lines: string[] };
    expect(lines.join("\n")).toMatch(/^trained: yes/m);
    expect((await runCli(workspace, ["run", "--show-ml-status"])).stdout).toBe(`${lines.join("\n")}\n`);
    // Neither ran anything.
    expect(workspace.read(HISTORY).trim().split("\n")).toHaveLength(60);
  });

  test("train takes another history and another folder, and says when there is too little to learn from", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO } });
    await withHistory(workspace, 3);
    const little = await runCli(workspace, ["ml", "train"]);
    expect(little.exitCode).toBe(3);
    expect(little.stdout).toMatch(/runs/);
    expect(existsSync(workspace.file(".workflow/ml/model.json"))).toBe(false);
    const rows = Array.from({ length: 80 }, (_, run) =>
      JSON.stringify({ run, time: 1.7e9 + run * 3600, step: "pack", seconds: 5 + (run % 2), outcome: "passed" }),
    );
    workspace.write({ "rows.jsonl": `${rows.join("\n")}\n{"cut` });
    const trained = await runCli(workspace, ["ml", "train", "--data", "rows.jsonl", "--output", "model"]);
    expect(trained.exitCode, trained.stdout + trained.stderr).toBe(0);
    expect(existsSync(workspace.file("model/model.json"))).toBe(true);
    const named = await runCli(workspace, [
      "ml",
      "train",
      "--data",
      "rows.jsonl",
      "--output",
      "build/durations.onnx",
      "--json",
    ]);
    expect(JSON.parse(named.stdout)).toMatchObject({ trained: true });
    expect(existsSync(workspace.file("build/durations.json"))).toBe(true);
    const blocked = await runCli(workspace, ["ml", "train", "--data", "rows.jsonl", "--output", "rows.jsonl/model"]);
    expect(blocked).toMatchObject({ exitCode: 2, stdout: "" });
    expect(blocked.stderr).toContain("ENGINE_OUTPUT_UNWRITABLE");
    workspace.write({ "cut.jsonl": `${rows[0] ?? ""}\n{"cut\nno JSON\n` });
    const cut = await runCli(workspace, ["ml", "train", "--data", "cut.jsonl"]);
    expect(cut).toMatchObject({
      exitCode: 3,
      stdout: "not trained: 1 run of the 10 needed\nrows set aside: 2 malformed\n",
    });
    const unscored = await runCli(workspace, ["ml", "evaluate", "--data", "cut.jsonl"]);
    expect(unscored).toMatchObject({
      exitCode: 3,
      stdout:
        "nothing to compare in 1 run: a step is scored from the second run in which it passed\nrows set aside: 2 malformed\n",
    });
    const missing = await runCli(workspace, ["ml", "train", "--data", "nowhere.jsonl"]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("ENGINE_DATA_UNREADABLE");
  });

  test("trees are a standard file of the name that was asked for, and it is told what evaluates them", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO } });
    // Their time follows the size of the input, which no rule knows.
    const rows = Array.from({ length: 1500 }, (_, place) => {
      const bytes = 1000 * 2 ** ((place * 7919) % 10);
      const step = `step-${place % 10}`;
      return JSON.stringify({
        run: Math.floor(place / 10),
        time: 1.7e9 + Math.floor(place / 10) * 3600,
        step,
        features: { bytes },
        seconds: bytes / 20_000,
        outcome: "passed",
      });
    });
    workspace.write({ "rows.jsonl": `${rows.join("\n")}\n` });
    const args = ["ml", "train", "--data", "rows.jsonl", "--output", "durations.onnx"];
    const trained = await runCli(workspace, args);
    expect(trained.exitCode, trained.stderr).toBe(0);
    expect(trained.stdout).toMatch(/^evaluated: in TypeScript, /m);
    expect(statSync(workspace.file("durations.onnx")).size).toBeGreaterThan(1000);
  });

  test("evaluate compares every rule and the model on the history", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO } });
    await withHistory(workspace, 40);
    const { stdout } = await runCli(workspace, ["ml", "evaluate"]);
    for (const name of ["last value", "median of five", "model", "served"]) {
      expect(stdout).toMatch(new RegExp(`^${name} .*\\d+\\.\\d %`, "m"));
    }
    const { scores } = JSON.parse((await runCli(workspace, ["ml", "evaluate", "--json"])).stdout) as {
      scores: { name: string; within20: number }[];
    };
    expect(scores.find(({ name }) => name === "served")?.within20).toBeGreaterThan(0.9);
  });
});

describe("a run", () => {
  test("predicts durations with bounds while it goes on, and trains a model that later runs use", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    const step = (id: string): string => `  ${id}: { run: ${JSON.stringify(stepper.command(id))}, cache: false }\n`;
    workspace.commit({
      [CONFIG]: 'steps:\n  lint: { run: "true", cache: false }\n  test: { run: "true", cache: false }\n',
    });
    await withHistory(workspace, 60);
    workspace.commit({ [CONFIG]: `steps:\n${step("lint")}${step("test")}` });
    const model = workspace.file(".workflow/ml/model.json");
    const cli = startCli(workspace, ["run"]);
    const started = await Promise.all([stepper.next("lint"), stepper.next("test")]);
    await expect.poll(() => existsSync(model), { timeout: 60_000 }).toBe(true);
    for (const invocation of started) invocation.exit(0);
    expect(await cli.result).toMatchObject({ exitCode: 0 });
    const [lint, tested] = lastRecord(workspace).steps;
    expect(lint?.predictedMs).toBeGreaterThan(25_000);
    expect(lint?.predictedMs).toBeLessThan(40_000);
    expect(tested?.predictedUpperMs).toBeGreaterThanOrEqual(tested?.predictedMs ?? Infinity);
    expect(lastRecord(workspace).spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["predict", "train_model"]),
    );
    expect(lastRecord(workspace).optimizations.mlOptimize).toBe(true);
  }, 90_000);

  test.each([
    ["--no-ml-optimize", []],
    ["the configuration", "optimizations: { ml_optimize: false }\n"],
  ])("predicts by simple rules alone with %s", async (flag, settings) => {
    using workspace = createWorkspace({ files: { [CONFIG]: `${String(settings)}${TWO}` } });
    await withHistory(workspace, 60);
    await runCli(workspace, flag.startsWith("--") ? ["run", flag] : ["run"]);
    const { steps, spans, optimizations } = lastRecord(workspace);
    expect(optimizations.mlOptimize).toBe(false);
    expect(spans.map(({ name }) => name)).not.toContain("predict");
    expect(steps[0]?.predictedMs).toBeGreaterThan(25_000);
    expect(steps[0]?.predictedUpperMs).toBeUndefined();
  });

  test("goes on with simple rules when the model is damaged", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO } });
    await withHistory(workspace, 60);
    workspace.write({ ".workflow/ml/model.json": '{"cut', ".workflow/ml/model.onnx": "no model" });
    expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
    expect(lastRecord(workspace).steps[0]?.predictedMs).toBeGreaterThan(25_000);
    expect((await runCli(workspace, ["ml", "status"])).stdout).toMatch(/^trained: no/m);
  });
});
