import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";
const HISTORY = ".workflow/metrics/history.jsonl";

/** Each step fails while there is a file of its name; none is kept, so each runs every time. */
const step = (id: string, more = ""): string => `  ${id}: { run: "test ! -e ${id}.broken", cache: false${more} }\n`;
const STAGES = `stages:
  - { id: core, fail_fast: true }
  - { id: extended, minimum_severity: error }
  - { id: release, trigger: manual }
`;
const STAGED = `${STAGES}steps:\n${step("unit", ", stage: core")}${step("e2e", ", stage: extended")}${step("tag", ", stage: release")}${step("free")}`;
const UNSTAGED = `steps:\n${step("e2e", ", needs: [unit]")}${step("unit")}${step("publish")}`;

/** Runs as often as said with the named step broken, or with none. */
async function run(workspace: Workspace, times: number, broken?: string): Promise<void> {
  workspace.commit(broken === undefined ? {} : { [`${broken}.broken`]: "" });
  for (let time = 0; time < times; time++) {
    const { exitCode, stderr } = await runCli(workspace, ["run", "--continue"]);
    expect(exitCode, stderr).toBe(broken === undefined ? 0 : 1);
  }
  if (broken === undefined) return;
  workspace.git("rm", "--quiet", `${broken}.broken`);
  workspace.commit();
}

describe("ai-workflow stages", () => {
  test("says of each stage what it is, how long it takes, what it caught and what it cost, by runs that really failed", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: STAGED } });
    await run(workspace, 1);
    await run(workspace, 3, "unit");
    await run(workspace, 2, "e2e");
    await run(workspace, 1, "free");
    expect(outcomesOf(lastRecord(workspace))).toMatchObject({ unit: "passed", free: "failed" });
    const before = snapshotState(workspace);

    const { stdout, stderr, exitCode } = await runCli(workspace, ["stages"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [history, core, extended, release, unstaged] = stdout.trimEnd().split("\n\n");
    expect(history).toBe("7 runs, 6 of them failed\n1 of these failed first in a step that is in none of these stages");
    expect(core?.split("\n")).toEqual([
      "core (on_success, fail_fast): unit",
      expect.stringMatching(/^ {2}time {4}\d.* in the middle one of 7 runs$/),
      "  caught  3 of 6 failing runs, 50.0 % (95 % of the time within 18.8 % to 81.2 %)",
      expect.stringMatching(/^ {2}cost {4}\d.* of its steps in 7 runs; a run \d.*, \d.* to \d.*$/),
      expect.stringMatching(/^ {2}saved {3}\d.* of later steps in 3 runs that it stopped, by their mean times$/),
    ]);
    expect(extended).toMatch(/^extended \(on_success, minimum_severity error\): e2e\n/);
    expect(extended).toContain("caught  2 of 6 failing runs, 33.3 % (95 % of the time within 9.7 % to 70.0 %)");
    expect(release).toBe("release (manual): tag\n  it ran in no run");
    expect(unstaged).toBe("in no stage: free");

    const json = JSON.parse((await runCli(workspace, ["stages", "--json"])).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({
      version: 1,
      runs: 7,
      failingRuns: 6,
      uncaught: 1,
      setAside: { foreign: 0, newer: 0 },
      stages: [
        { id: "core", trigger: "on_success", failFast: true, runs: 7, caught: 3, stopped: 3, unknownSteps: 0 },
        { id: "extended", runs: 4, caught: 2, caughtShare: { share: 1 / 3 } },
        { id: "release", trigger: "manual", runs: 0, caught: 0 },
      ],
      unstaged: ["free"],
    });
    expect(json).not.toHaveProperty("recommendation");
    const little = await runCli(workspace, ["stages", "--recommend"]);
    expect(little.stdout).toContain("\nnothing is recommended: 7 runs are too few: at least 30 are needed\n");
    expect(snapshotState(workspace)).toEqual(before);

    workspace.write({ [CONFIG]: `optimizations: { multi_stage: false }\n${STAGED}` });
    const off = await runCli(workspace, ["stages"]);
    expect(off.stdout.split("\n")[2]).toBe("`optimizations.multi_stage` is false: no gate holds anything back");
  });

  test("recommends another assignment when later runs confirm it, with the lines that make it so", async () => {
    const wrong = STAGED.replace("stage: core", "stage: later").replace("stage: extended", "stage: core");
    using workspace = createWorkspace({ files: { [CONFIG]: wrong.replace("stage: later", "stage: extended") } });
    await run(workspace, 1);
    await run(workspace, 1, "unit");
    // Many runs of these two, in which "e2e" takes about 300 s and "unit" about 20 s.
    const [passed, failed] = workspace.read(HISTORY).trim().split("\n");
    const lines = Array.from({ length: 120 }, (_, index) => {
      const line = JSON.parse((index % 4 === 0 ? failed : passed) ?? "") as {
        readonly steps: readonly { readonly id: string; readonly seconds: number }[];
      };
      const seconds: Readonly<Record<string, number>> = { e2e: 300 + (index % 7), unit: 20 + (index % 3) };
      const steps = line.steps.map((one) => (one.seconds === 0 ? one : { ...one, seconds: seconds[one.id] ?? 1 }));
      return `${JSON.stringify({ ...line, run_id: `r${index}`, steps })}\n`;
    });
    workspace.write({ [HISTORY]: `${lines.join("")}{"cut` });
    const { stdout } = await runCli(workspace, ["stages", "--recommend"]);
    expect(stdout).toMatch(/^120 runs, 30 of them failed\n1 line of the history could not be used\n/);
    expect(stdout).toContain("recommended:\n  e2e: from core to extended\n  unit: from extended to core\n");
    expect(stdout).toMatch(/chosen on 80 earlier runs, replayed on the 40 later ones, of which 10 failed:\n/);
    expect(stdout).toMatch(/ recommended {2}\d.* a run, \d.* less, with 95 % certainty \d.* to \d.*\n/);
    const lineBreak = "the lines of the configuration:\n\n";
    expect(stdout.slice(stdout.indexOf(lineBreak) + lineBreak.length)).toBe(
      "steps:\n  e2e:\n    stage: extended\n  unit:\n    stage: core\n",
    );
    workspace.commit({ [CONFIG]: STAGED });
    expect((await runCli(workspace, ["stages", "--recommend"])).stdout).toContain(
      "nothing is recommended: No move of a step would have saved time",
    );
  });

  test("proposes stages where there are none, and says when runs are too few to tell what they come to", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: UNSTAGED } });
    const first = await runCli(workspace, ["stages", "--recommend"]);
    expect(first.stdout).toMatch(/^no run is recorded yet: nothing can be said of what stages catch and cost\n/);
    await run(workspace, 2);
    expect((await runCli(workspace, ["stages"])).stdout).toMatch(/^2 runs, none of them failed: nothing can be said/);
    await run(workspace, 2, "unit");
    const { stdout } = await runCli(workspace, ["stages", "--recommend"]);
    expect(stdout).toMatch(/^4 runs, 2 of them failed: too few to say much of what stages catch\n/);
    expect(stdout).toContain("\nthe configuration has no stages; its steps: e2e unit publish\n");
    expect(stdout).toMatch(/^ {2}core: unit; it has what failed in 100\.0 % .* of the failing runs$/m);
    expect(stdout).toMatch(/^ {2}extended: e2e; it has what failed in 0\.0 % /m);
    expect(stdout).toMatch(/^ {2}finalisation \(manual\): publish; /m);
    expect(stdout).toMatch(/^ {2}publish {2}it releases$/m);
    expect(stdout).toContain("4 runs of which 2 failed are too few to say what the stages would come to");
    expect(stdout).toContain(
      "\nstages:\n  - id: core\n  - id: extended\n  - id: finalisation\n    trigger: manual\nsteps:\n",
    );
    expect(stdout).not.toContain("as it is");
    // What is proposed can be used as it stands.
    const config = `stages: [{ id: core }, { id: extended }, { id: finalisation, trigger: manual }]\nsteps:\n${step("unit", ", stage: core")}${step("e2e", ", needs: [unit], stage: extended")}${step("publish", ", stage: finalisation")}`;
    workspace.commit({ [CONFIG]: config });
    await run(workspace, 1, "unit");
    expect(outcomesOf(lastRecord(workspace))).toEqual({ unit: "failed", e2e: "cancelled", publish: "skipped" });
  });

  test("takes another directory, and refuses a history that cannot be read", async () => {
    using workspace = createWorkspace({ files: { [`sub/${CONFIG}`]: STAGED } });
    expectRefusal(await runCli(workspace, ["stages", "--target", "."]), "ENGINE_CONFIG_MISSING");
    expect((await runCli(workspace, ["stages", "--target", "sub"])).stdout).toContain("no run is recorded yet");
    mkdirSync(workspace.file(`sub/${HISTORY}`), { recursive: true });
    expectRefusal(await runCli(workspace, ["stages", "--target", "sub"]), "ENGINE_DATA_UNREADABLE", "EISDIR");
  });
});
