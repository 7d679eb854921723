/** What a container may take of the machine is what plans and runs go by: here a real control group with a quota of CPU time. */
import type { Check, Examination, RunRecord, WorkflowPlan } from "@ai-workflow/engine";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterAll, expect, test } from "vitest";
import { createLimitedGroup } from "./support/create-limited-group.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { BIN } from "./support/run-cli.ts";

const group = availableParallelism() < 2 ? undefined : createLimitedGroup(1);
afterAll(() => group?.[Symbol.dispose]());

const STEPS = 'steps:\n  a: { run: "true" }\n  b: { run: "true" }\n';

test.skipIf(group === undefined)(
  "a quota of one core is one step at a time, half of the cores too, and doctor says so",
  () => {
    using workspace = createWorkspace({ files: { ".workflow-config.yaml": STEPS } });
    const cli = (...args: readonly string[]): string => inGroup(workspace, args);

    const plan = JSON.parse(cli("plan", "--json")) as WorkflowPlan;
    expect(plan.schedule?.maxParallel).toBe(1);
    const double = JSON.parse(cli("plan", "--json", "--concurrency", "200%")) as WorkflowPlan;
    expect(double.schedule?.maxParallel).toBe(2);

    cli("run", "--quiet");
    const [run = ""] = readdirSync(workspace.file(".workflow/runs"));
    const record = JSON.parse(workspace.read(`.workflow/runs/${run}/run.json`)) as RunRecord;
    expect(record.environment.cpuCount).toBe(1);
    expect(record.schedule?.maxParallel).toBe(1);

    const { checks } = JSON.parse(cli("doctor", "--json")) as Examination;
    expect(checks.find(({ id }) => id === "cores")).toEqual({
      id: "cores",
      area: "machine",
      state: "ok",
      message: `${availableParallelism()} cores, of which the time of 1 may be used, 1 step at a time`,
    } satisfies Check);
  },
);

function inGroup(workspace: Workspace, args: readonly string[]): string {
  const [program = "", ...words] = group?.enter ?? [];
  return execFileSync(program, [...words, process.execPath, BIN, ...args], {
    cwd: workspace.repository,
    env: workspace.environment,
    encoding: "utf8",
  });
}
