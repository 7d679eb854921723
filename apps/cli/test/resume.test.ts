/** Runs that are killed, and the runs after them. */
import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";
import type { RunRecord } from "@ai-workflow/engine";

const CONFIG = ".workflow-config.yaml";

/** Records of all runs of the history, oldest first. */
function records(workspace: Workspace): readonly RunRecord[] {
  const lines = workspace.read(".workflow/metrics/history.jsonl").trim().split("\n");
  return lines.map((line) => {
    const { run_id } = JSON.parse(line) as { readonly run_id: string };
    return JSON.parse(workspace.read(`.workflow/runs/${run_id}/run.json`)) as RunRecord;
  });
}

test("a killed run is told of, has a record with what was running, and is gone on with", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const count = "echo x >> ../count";
  workspace.commit({
    [CONFIG]: `steps:
  uncached: { run: "${count}; echo done", cache: false }
  always: { run: "${count}", when: { always: true }, needs: [uncached] }
  kept: { run: "${count}", needs: [always] }
  long: { run: ${JSON.stringify(stepper.command("long"))}, needs: [kept] }
  after: { run: "true", needs: [long] }
`,
  });
  const killed = startCli(workspace, ["run"]);
  await stepper.next("long");
  killed.process.kill("SIGKILL");
  await killed.result;

  const next = startCli(workspace, ["run"]);
  (await stepper.next("long")).exit(0);
  const result = await next.result;
  expectOutcomes(result, {
    uncached: "replayed",
    always: "replayed",
    kept: "replayed",
    long: "passed",
    after: "passed",
  });
  expect(result.stderr).toMatch(/note: run \S+ was killed before its end/);
  expect(workspace.read("../count")).toBe("x\nx\nx\n");

  const [first, second] = records(workspace);
  expect(first?.status).toBe("cancelled");
  expect(first === undefined ? {} : outcomesOf(first)).toEqual({
    uncached: "passed",
    always: "passed",
    kept: "passed",
    long: "cancelled",
    after: "cancelled",
  });
  expect(first?.spans).toEqual([expect.objectContaining({ name: "attempt", step: "long" })]);
  expect(first?.spans[0]?.endMs).toBeUndefined();
  expect(second?.steps[0]?.decision).toMatchObject({ action: "replay", reason: "resumed" });
  expect(workspace.read(`.workflow/${second?.steps[0]?.log}`)).toBe("done\n");
  expect(existsSync(workspace.file(`.workflow/runs/${first?.runId}/journal.jsonl`))).toBe(false);
  expect(existsSync(workspace.file(`.workflow/runs/${second?.runId}/journal.jsonl`))).toBe(false);

  // What is not kept runs again in the run after that.
  expectOutcomes(await runCli(workspace, ["run"]), {
    uncached: "passed",
    always: "passed",
    kept: "replayed",
    long: "replayed",
    after: "replayed",
  });
});

test("what changed since the kill runs again", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `steps:
  uncached: { run: "true", cache: false, inputs: ["a.txt"] }
  long: { run: ${JSON.stringify(stepper.command("long"))}, needs: [uncached] }
`,
    "a.txt": "1\n",
  });
  const killed = startCli(workspace, ["run"]);
  await stepper.next("long");
  killed.process.kill("SIGKILL");
  await killed.result;
  workspace.write({ "a.txt": "2\n" });
  const next = startCli(workspace, ["run"]);
  (await stepper.next("long")).exit(0);
  expectOutcomes(await next.result, { uncached: "passed", long: "passed" });
});

test("a run that is killed over and over, in each of its steps, ends like one that was never killed", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const names = ["a", "b", "c", "d"];
  const steps = names.map((name, index) => {
    const needs = index === 0 ? "" : `, needs: [${names[index - 1]}]`;
    return `  ${name}: { run: ${JSON.stringify(stepper.command(name))}, cache: false${needs} }\n`;
  });
  workspace.commit({ [CONFIG]: `steps:\n${steps.join("")}` });
  // Killed while each step runs; what had passed by then is not asked to run again.
  for (const name of names) {
    const killed = startCli(workspace, ["run"]);
    const running = await stepper.next(name);
    killed.process.kill("SIGKILL");
    await killed.result;
    const next = startCli(workspace, ["run"]);
    await running.gone;
    (await stepper.next(name)).exit(0);
    // Now it is the next one's turn: this run is killed as well, by the next round.
    if (name !== "d") {
      await stepper.next(names[names.indexOf(name) + 1] ?? "");
      next.process.kill("SIGKILL");
    }
    const result = await next.result;
    if (name === "d") expectOutcomes(result, { a: "replayed", b: "replayed", c: "replayed", d: "passed" });
  }
  expect(lastRecord(workspace).status).toBe("passed");
  const left = readdirSync(workspace.file(".workflow/runs"), { recursive: true, encoding: "utf8" });
  expect(left.filter((file) => file.endsWith("journal.jsonl"))).toEqual([]);
});
