/** Faults of docs/faults.md that belong to no other file here. */
import { readFileSync, statSync, truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";
import { snapshotState } from "./support/snapshot-state.ts";

const CONFIG = ".workflow-config.yaml";

test("a power cut while a step runs that leaves every file of the state half: the next run goes well, and the one after it replays", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  workspace.commit({
    [CONFIG]: `steps:\n  first: { run: "true" }\n  long: { run: ${JSON.stringify(stepper.command("long"))}, needs: [first] }\n`,
  });
  const cut = startCli(workspace, ["run"]);
  const long = await stepper.next("long");
  cut.process.kill("SIGKILL");
  await cut.result;
  long.exit(0);
  await long.gone;
  for (const name of Object.keys(snapshotState(workspace))) {
    const file = workspace.file(`.workflow/${name}`);
    truncateSync(file, Math.floor(statSync(file).size / 2));
  }
  const next = startCli(workspace, ["run"]);
  (await stepper.next("long")).exit(0);
  expectOutcomes(await next.result, { first: "passed", long: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { first: "replayed", long: "replayed" });
});

test("100 MB in one line without an end are in the log as they were printed", async () => {
  const size = 100_000_000;
  using workspace = createWorkspace({
    files: { [CONFIG]: `steps:\n  loud: { run: "head -c ${size} /dev/zero | tr '\\\\0' x" }\n` },
  });
  const result = await runCli(workspace, ["run"]);
  expectOutcomes(result, { loud: "passed" });
  const log = readFileSync(workspace.file(`.workflow/${lastRecord(workspace).steps[0]?.log}`));
  expect(log.length).toBe(size);
  expect(log.every((byte) => byte === 0x78)).toBe(true);
  expect(result.stdout.length + result.stderr.length).toBeLessThan(10_000);
});
