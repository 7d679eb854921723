/** Two runs of one target, and what a run that was killed leaves behind. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { BIN, runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

describe("two runs of one target", () => {
  test("the second waits, says for whom, and then replays what the first proved", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n` });
    const first = startCli(workspace, ["run"]);
    const long = await stepper.next("long");
    const second = startCli(workspace, ["run"]);
    await vi.waitFor(
      () => expect(second.output.stderr).toMatch(/^waiting for run \d{8}T\S+ \(process \d+ on /m),
      10_000,
    );
    long.exit(0);
    expectOutcomes(await first.result, { long: "passed" });
    expectOutcomes(await second.result, { long: "replayed" });
    expect(existsSync(workspace.file(".workflow/lock"))).toBe(false);
  });

  test("with --no-wait the second exits with 75 and disturbs nothing", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n` });
    const first = startCli(workspace, ["run"]);
    const long = await stepper.next("long");
    const second = await runCli(workspace, ["run", "--no-wait"]);
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toContain("ENGINE_LOCKED");
    long.exit(0);
    expectOutcomes(await first.result, { long: "passed" });
  });

  test("a signal ends the waiting", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n` });
    const first = startCli(workspace, ["run"]);
    const long = await stepper.next("long");
    const second = startCli(workspace, ["run"]);
    await vi.waitFor(() => expect(second.output.stderr).toContain("waiting for run"), 10_000);
    second.process.kill("SIGTERM");
    expect((await second.result).exitCode).toBe(143);
    long.exit(0);
    expectOutcomes(await first.result, { long: "passed" });
  });

  test("targets beside each other run side by side", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      [`a/${CONFIG}`]: `steps:\n  a: { run: ${JSON.stringify(stepper.command("a"))} }\n`,
      [`b/${CONFIG}`]: `steps:\n  b: { run: ${JSON.stringify(stepper.command("b"))} }\n`,
    });
    const runs = ["a", "b"].map((name) => startCli(workspace, ["run", "--target", name, "--no-wait"]));
    const [a, b] = await Promise.all([stepper.next("a"), stepper.next("b")]);
    a.exit(0);
    b.exit(0);
    for (const run of runs) expect((await run.result).exitCode).toBe(0);
  });

  test("a step that runs its own target is refused instead of waiting for itself", async () => {
    using workspace = createWorkspace();
    workspace.commit({ [CONFIG]: `steps:\n  inner: { run: '"${process.execPath}" "${BIN}" run' }\n` });
    const run = await runCli(workspace, ["run"]);
    expectOutcomes(run, { inner: "failed" });
    expect(run.stderr).toContain("of which this one is a step");
  });
});

test("what a killed run left running is ended by the next one, which says so", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  const long = stepper.command("long");
  workspace.commit({ [CONFIG]: `steps:\n  long: { run: ${JSON.stringify(`setsid --wait ${long}`)} }\n` });
  const killed = startCli(workspace, ["run"]);
  const left = await stepper.next("long");
  killed.process.kill("SIGKILL");
  await killed.result;
  const next = startCli(workspace, ["run"]);
  await left.gone;
  (await stepper.next("long")).exit(0);
  const result = await next.result;
  expectOutcomes(result, { long: "passed" });
  expect(lastRecord(workspace).notices).toContainEqual({
    code: "run-killed",
    message: expect.stringMatching(
      /^run \d{8}T\S+ was killed before its end; \d+ of its processes were still running/,
    ) as string,
  });
});

test.runIf(process.platform === "linux")("nothing of a run outlives it, wherever it went", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'steps:\n  daemon: { run: "setsid sleep 600 < /dev/null > /dev/null 2>&1 & echo $! > pid" }\n',
      ".gitignore": "pid\n",
    },
  });
  const run = await runCli(workspace, ["run"]);
  expectOutcomes(run, { daemon: "passed" });
  expect(run.stderr).toContain("outlived");
  const pid = Number(readFileSync(workspace.file("pid"), "utf8"));
  // Where nobody waits for it, the process stays in the list, ended.
  const state = existsSync(`/proc/${pid}/stat`)
    ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0]
    : "gone";
  expect(["Z", "gone"]).toContain(state);
});
