import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RunEvent, WorkflowPlan } from "@ai-workflow/engine";
import { expect, test, vi } from "vitest";
import { createStepper, type Stepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { runCli, startCli } from "./support/run-cli.ts";

/** A workflow whose step took as many seconds in earlier runs. */
async function withHistory(seconds: readonly number[]): Promise<Workspace & { readonly stepper: Stepper }> {
  const workspace = createWorkspace();
  const stepper = await createStepper(workspace);
  workspace.commit({
    ".workflow-config.yaml": `steps:\n  slow: { run: ${JSON.stringify(stepper.command("slow"))} }\n`,
  });
  const history = workspace.file(".workflow/metrics/history.jsonl");
  mkdirSync(path.dirname(history), { recursive: true });
  const lines = seconds.map((taken, run) =>
    JSON.stringify({
      version: 1,
      run_id: `2026010${run + 1}T000000Z-000000`,
      commit: null,
      machine: "m",
      workflow_id: "w",
      start_time: `2026-01-0${run + 1}T00:00:00.000Z`,
      end_time: `2026-01-0${run + 1}T00:10:00.000Z`,
      total_duration: 600,
      status: "passed",
      steps_completed: 1,
      total_steps: 1,
      optimizations: {},
      step_timings: {},
      ai_stats: {},
      resource_usage: {},
      steps: [{ id: "slow", outcome: "passed", seconds: taken, attempts: 1 }],
    }),
  );
  writeFileSync(history, lines.map((line) => `${line}\n`).join(""));
  return {
    ...workspace,
    stepper,
    [Symbol.dispose](): void {
      stepper[Symbol.dispose]();
      workspace[Symbol.dispose]();
    },
  };
}

/** Runs until something was printed, lets the step end, and gives all that was printed. */
async function runUntil(
  workspace: Workspace & { readonly stepper: Stepper },
  args: readonly string[],
  printed: RegExp,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { output, result } = startCli(workspace, ["run", ...args]);
  const step = await workspace.stepper.next("slow");
  await vi.waitFor(() => expect(output.stdout + output.stderr).toMatch(printed), { timeout: 60_000, interval: 10 });
  step.exit(0);
  const { exitCode, stdout, stderr } = await result;
  expect(exitCode).toBe(0);
  return { stdout, stderr };
}

test("a dry run says how long it takes, and at most by the longest of the last five passes", async () => {
  using workspace = await withHistory([60, 90, 60, 50, 60]);
  const text = await runCli(workspace, ["run", "--dry-run"]);
  expect(text.stdout).toMatch(/^planned: 1m 00s \(at most 1m 30s\) with \d+ at a time$/m);
  const { schedule } = JSON.parse((await runCli(workspace, ["run", "--dry-run=json"])).stdout) as WorkflowPlan;
  expect(schedule).toMatchObject({ plannedMakespanMs: 60_000, plannedUpperMs: 90_000 });
});

test("fewer passes have no bound", async () => {
  using workspace = await withHistory([60, 90, 60, 50]);
  expect((await runCli(workspace, ["run", "--dry-run"])).stdout).toMatch(/^planned: 1m 00s with/m);
  const { schedule } = JSON.parse((await runCli(workspace, ["run", "--dry-run=json"])).stdout) as WorkflowPlan;
  expect(schedule).not.toHaveProperty("plannedUpperMs");
});

test("a run says how much longer it takes, in a line of its log and as an event", async () => {
  using workspace = await withHistory([60, 90, 60, 50, 60]);
  const { stderr } = await runUntil(workspace, [], /about .* left/);
  expect(stderr).toMatch(/^about (?:1m 00s|5\d\.\ds) left \(at most 1m \d\ds\)$/m);
  const { stdout } = await runUntil(workspace, ["--json", "--force"], /"type":"eta"/);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  const eta = events.find(({ type }) => type === "eta");
  expect(eta).toMatchObject({
    overdue: [],
    expectedMs: expect.any(Number) as number,
    upperMs: expect.any(Number) as number,
  });
  const at = (type: RunEvent["type"]): number => events.findIndex((event) => event.type === type);
  expect(at("step-started")).toBeLessThan(at("eta"));
  expect(at("eta")).toBeLessThan(at("step-finished"));
});

test("--quiet says nothing of it", async () => {
  using workspace = await withHistory([60, 90, 60, 50, 60]);
  const { result } = startCli(workspace, ["run", "--quiet"]);
  (await workspace.stepper.next("slow")).exit(0);
  expect((await result).stderr).toBe("");
});
