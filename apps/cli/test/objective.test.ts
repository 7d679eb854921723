import type { RunRecord, WorkflowPlan } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
const ONE_SLOT = "performance: { max_parallel_jobs: 1 }";

/** What takes longest is declared first, and what fails often and is short last; "build" is not so short that a slow start of "lint" outweighs it. */
const STEPS = `steps:
  e2e: { run: "sleep 0.3", cache: false }
  build: { run: "sleep 0.1", cache: false }
  lint: { run: "test ! -e broken", cache: false }
`;
const configOf = (settings: string, steps = STEPS): string => `optimizations: { ${settings} }\n${steps}`;

/** One run in which everything passes, and some in which "lint" fails at the end. */
async function withFailures(settings = ONE_SLOT, steps = STEPS, failures = 3): Promise<Workspace> {
  const workspace = createWorkspace({ files: { [CONFIG]: configOf(settings, steps) } });
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
  workspace.commit({ broken: "" });
  for (let run = 0; run < failures; run++) expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  return workspace;
}

/** The steps that started, in order. */
function startedIn({ steps }: RunRecord): readonly string[] {
  return steps
    .filter(({ startedMs }) => startedMs !== undefined)
    .sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0))
    .map(({ id }) => id);
}

async function planOf(workspace: Workspace, args: readonly string[] = []): Promise<WorkflowPlan> {
  return JSON.parse((await runCli(workspace, ["run", "--dry-run=json", ...args])).stdout) as WorkflowPlan;
}

test("after some runs what fails often and is short runs first, and a failing run is known before anything else has run", async () => {
  using workspace = await withFailures();
  const before = lastRecord(workspace);
  expect(startedIn(before)[0]).toBe("e2e");
  expect(startedIn(before).at(-1)).toBe("lint");
  expect(before.schedule).toMatchObject({ objective: "makespan" });
  expect(before.schedule).not.toHaveProperty("objectives");

  expect(await runCli(workspace, ["run", "--objective", "first-failure"])).toMatchObject({ exitCode: 1 });
  const record = lastRecord(workspace);
  expect(startedIn(record)).toEqual(["lint"]);
  expect(outcomesOf(record)).toEqual({ e2e: "cancelled", build: "cancelled", lint: "failed" });
  expect(record.schedule).toMatchObject({ objective: "first-failure", objectives: { runs: 4, failedRuns: 3 } });
  const { failureProbability, makespan, firstFailure } = record.schedule?.objectives ?? ({} as never);
  // Three failures in four runs, drawn towards the other steps, which never failed.
  expect(failureProbability).toBeGreaterThan(0.4);
  expect(failureProbability).toBeLessThan(0.9);
  expect(firstFailure.expectedMs).toBeLessThan(makespan.expectedMs);
  expect(firstFailure.makespanMs).toBeCloseTo(makespan.makespanMs, 3);
});

test("a plan says after which time a failure is known with either objective, whichever it is made for", async () => {
  using workspace = await withFailures(ONE_SLOT, STEPS, 9);
  const time = String.raw`\d\S*(?: \d\ds)?`;
  const known = (other: string): RegExp =>
    new RegExp(
      `^if a step fails \\(\\d+\\.\\d % by the last 10 runs\\): known after ${time}, with --objective ${other} after ${time}$`,
      "m",
    );
  expect((await runCli(workspace, ["run", "--dry-run"])).stdout).toMatch(known("first-failure"));
  const early = await runCli(workspace, ["run", "--dry-run", "--objective", "first-failure"]);
  expect(early.stdout).toMatch(known("makespan"));
  const [late, soon] = [await planOf(workspace), await planOf(workspace, ["--objective", "first-failure"])];
  expect(soon.schedule?.objectives).toEqual(late.schedule?.objectives);
  expect([late, soon].map(({ schedule }) => schedule?.objective)).toEqual(["makespan", "first-failure"]);
  expect(soon.schedule?.planned.find(({ startMs }) => startMs === 0)?.id).toBe("lint");
  expect(late.schedule?.planned.find(({ startMs }) => startMs === 0)?.id).toBe("e2e");
});

test("the configuration may say so for every run, and the option wins over it", async () => {
  using workspace = await withFailures(`${ONE_SLOT}, objective: first-failure`);
  // The first runs had no history to go by: at most the last one, of two that failed before, is ordered by what it says.
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  expect(startedIn(lastRecord(workspace))).toEqual(["lint"]);
  await runCli(workspace, ["run", "--objective", "makespan"]);
  expect(startedIn(lastRecord(workspace))[0]).toBe("e2e");
  await runCli(workspace, ["run", "--baseline"]);
  expect(lastRecord(workspace).schedule).toMatchObject({ objective: "makespan" });
});

test("a stage still goes before later ones, however urgent these are", async () => {
  const staged = `stages: [{ id: core }, { id: extended }]
steps:
  lint: { run: "test ! -e broken", cache: false, stage: extended }
  slow: { run: "sleep 0.3", cache: false, stage: core }
  types: { run: "true", cache: false, stage: core }
`;
  using workspace = await withFailures(ONE_SLOT, staged);
  expect(await runCli(workspace, ["run", "--objective", "first-failure"])).toMatchObject({ exitCode: 1 });
  expect(startedIn(lastRecord(workspace))).toEqual(["types", "slow", "lint"]);
});

test("without a history nothing is said, and the order is that of the makespan", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: configOf(ONE_SLOT) } });
  const { stdout } = await runCli(workspace, ["run", "--dry-run", "--objective", "first-failure"]);
  expect(stdout).not.toContain("if a step fails");
  await runCli(workspace, ["run", "--objective", "first-failure"]);
  const { schedule } = lastRecord(workspace);
  expect(schedule).toMatchObject({ objective: "first-failure" });
  expect(schedule).not.toHaveProperty("objectives");
});
