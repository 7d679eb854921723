/** What the retention does not keep goes at once; what a run that goes on needs stays. */
import type { CleanReport } from "@ai-workflow/engine";
import { cpSync, existsSync, mkdirSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { runCli, startCli, type CliResult } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";
const STATE = ".workflow";

const configOf = (retention: string): string => `retention: { ${retention} }
steps:
  make: { run: "mkdir -p out && cp word out/word", inputs: [word], outputs: [out/] }
`;

/** Ids of earlier runs, from long ago. */
const EARLIER = [1, 2, 3].map((day) => `2020010${day}T000000Z-abcdef`);

/** A workspace in which one run has made something, beside copies of its record and logs under earlier ids. */
async function withRuns(retention: string): Promise<{ readonly workspace: Workspace; readonly last: string }> {
  const workspace = createWorkspace({
    files: { [CONFIG]: configOf(retention), word: "one\n", ".gitignore": "out/\n" },
  });
  expectOutcomes(await runCli(workspace, ["run"]), { make: "passed" });
  const last = readlinkSync(workspace.file(`${STATE}/logs/latest`));
  for (const id of EARLIER) {
    for (const kind of ["runs", "logs"]) {
      cpSync(workspace.file(`${STATE}/${kind}/${last}`), workspace.file(`${STATE}/${kind}/${id}`), { recursive: true });
    }
  }
  return { workspace, last };
}

const idsIn = (workspace: Workspace, kind: "runs" | "logs"): readonly string[] =>
  readdirSync(workspace.file(`${STATE}/${kind}`))
    .filter((name) => name !== "latest")
    .sort();

function blobsIn(workspace: Workspace): readonly string[] {
  const folder = workspace.file(`${STATE}/results/blobs`);
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

const reportOf = ({ stdout, exitCode }: CliResult): CleanReport & { readonly version: number } => {
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as CleanReport & { readonly version: number };
};

test("the oldest runs go with record and logs, and it says how much that was", async () => {
  const { workspace, last } = await withRuns("runs: 2, max_age_days: 10000");
  using _ = workspace;
  const { exitCode, stdout, stderr } = await runCli(workspace, ["clean"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    /^removed 2 runs, and the logs of 0 more, \d+\.\d MB\nremoved 0 stored results and 0 stored outputs, 0\.0 MB\nkept 2 runs with \d+\.\d MB of logs, 1 stored result with \d+\.\d MB\n$/,
  );
  for (const kind of ["runs", "logs"] as const) expect(idsIn(workspace, kind)).toEqual([EARLIER[2], last]);
  expect(existsSync(workspace.file(`${STATE}/lock`))).toBe(false);
  expect((await runCli(workspace, ["clean"])).stdout).toMatch(
    /^nothing to remove: all is within `retention`\nkept 2 runs with /,
  );
  // What is kept still serves.
  expectOutcomes(await runCli(workspace, ["run"]), { make: "replayed" });
});

test("--dry-run says what would go, removes nothing, and the same goes afterwards", async () => {
  const { workspace, last } = await withRuns("runs: 1");
  using _ = workspace;
  const before = snapshotState(workspace);
  const planned = await runCli(workspace, ["clean", "--dry-run"]);
  expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^would remove 3 runs, /) as unknown });
  expect(planned.stdout).not.toMatch(/^removed/m);
  const asJson = reportOf(await runCli(workspace, ["clean", "--dry-run", "--json"]));
  expect(snapshotState(workspace)).toEqual(before);
  const cleaned = reportOf(await runCli(workspace, ["clean", "--json"]));
  expect(cleaned).toEqual({ ...asJson, dryRun: false });
  expect(idsIn(workspace, "runs")).toEqual([last]);
});

test("--json is one line with version, what went by name, and bytes", async () => {
  const { workspace } = await withRuns("runs: 1");
  using _ = workspace;
  const result = await runCli(workspace, ["clean", "--json"]);
  expect(result.stdout.trimEnd().split("\n")).toHaveLength(1);
  const report = reportOf(result);
  expect(report).toMatchObject({
    version: 1,
    dryRun: false,
    runs: { removedRuns: EARLIER, removedLogs: [], keptCount: 1 },
    results: { removedCount: 0, keptCount: 1 },
    removedHistoryLines: 0,
  });
  expect(report.freedBytes).toBe(report.runs.freedBytes + report.results.freedBytes);
  expect(report.runs.freedBytes).toBeGreaterThan(0);
});

test("stored outputs go when no stored result refers to them any more", async () => {
  const { workspace } = await withRuns("results: 1");
  using _ = workspace;
  const [first] = blobsIn(workspace);
  workspace.write({ word: "two\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { make: "passed" });
  expect(blobsIn(workspace)).toHaveLength(2);
  const report = reportOf(await runCli(workspace, ["clean", "--json"]));
  expect(report.results).toMatchObject({ removedCount: 1, keptCount: 1, removedBlobCount: 1 });
  expect(blobsIn(workspace)).toHaveLength(1);
  expect(blobsIn(workspace)).not.toContain(first);
  expectOutcomes(await runCli(workspace, ["run"]), { make: "replayed" });
});

test("--target cleans what is there, and nothing of the folder it is called in", async () => {
  const { workspace } = await withRuns("runs: 1");
  using _ = workspace;
  mkdirSync(path.join(workspace.path, "elsewhere"));
  const cwd = path.join(workspace.path, "elsewhere");
  const report = reportOf(await runCli(workspace, ["clean", "--json", "--target", workspace.repository], { cwd }));
  expect(report.runs.removedRuns).toEqual(EARLIER);
  expect(readdirSync(cwd)).toEqual([]);
});

test("it waits for a run that goes on, or with --no-wait exits with 75, and removes nothing of it meanwhile", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `retention: { runs: 1 }\nsteps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n`,
  });
  const run = startCli(workspace, ["run"]);
  const long = await stepper.next("long");
  const before = snapshotState(workspace);
  const refused = await runCli(workspace, ["clean", "--no-wait"]);
  expect(refused.exitCode).toBe(75);
  expect(refused.stderr).toContain("ENGINE_LOCKED");
  const waiting = startCli(workspace, ["clean"]);
  await vi.waitFor(() => expect(waiting.output.stderr).toMatch(/^waiting for run \d{8}T\S+ /m), 10_000);
  expect(snapshotState(workspace)).toEqual(before);
  long.exit(0);
  expectOutcomes(await run.result, { long: "passed" });
  expect(await waiting.result).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("kept 1 run ") as unknown,
  });
  expectOutcomes(await runCli(workspace, ["run"]), { long: "replayed" });
});

test("a signal ends the waiting, and nothing is removed", async () => {
  const { workspace } = await withRuns("runs: 1");
  using _ = workspace;
  using stepper = await createStepper(workspace);
  workspace.write({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n` });
  const run = startCli(workspace, ["run"]);
  const long = await stepper.next("long");
  const waiting = startCli(workspace, ["clean"]);
  await vi.waitFor(() => expect(waiting.output.stderr).toContain("waiting for run"), 10_000);
  waiting.process.kill("SIGTERM");
  expect((await waiting.result).exitCode).toBe(143);
  expect(idsIn(workspace, "runs")).toEqual(expect.arrayContaining(EARLIER));
  long.exit(0);
  expectOutcomes(await run.result, { long: "passed" });
});
