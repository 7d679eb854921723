import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { expect, test, vi } from "vitest";
import { createStepper, type Stepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectNoStack } from "./support/expect-refusal.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { BIN, runCli, startCli } from "./support/run-cli.ts";

/** `good` passes at once, then `long` runs until it is told to end, then would come `after`. */
function writeSteps(workspace: Workspace, long: string): void {
  const step = (id: string, command: string, needs: string): string =>
    `  ${id}:\n    run: ${JSON.stringify(command)}\n    needs: [${needs}]\n`;
  workspace.commit({
    ".workflow-config.yaml": `steps:\n${step("good", "true", "")}${step("long", long, "good")}${step("after", "echo after", "long")}`,
  });
}

async function expectNextRunWorks(workspace: Workspace, stepper: Stepper): Promise<void> {
  const cli = startCli(workspace, ["run"]);
  (await stepper.next("long")).exit(0);
  const result = await cli.result;
  expectNoStack(result);
  expectOutcomes(result, { good: "replayed", long: "passed", after: "passed" });
  expect(result.exitCode).toBe(0);
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)(
  "%s ends the steps with all they started, writes the record and exits with %i",
  async (signal, exitCode) => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeSteps(workspace, `${stepper.command("child")} & ${stepper.command("long")}`);
    const cli = startCli(workspace, ["run"]);
    const [child, long] = await Promise.all([stepper.next("child"), stepper.next("long")]);
    cli.process.kill(signal);
    const result = await cli.result;
    expectNoStack(result);
    expect(result).toMatchObject({ exitCode, signal: null });
    expect(result.stderr).toContain(`${signal}: ending the running steps`);
    await Promise.all([child.gone, long.gone]);
    const record = lastRecord(workspace);
    expect(record.status).toBe("cancelled");
    expect(outcomesOf(record)).toEqual({ good: "passed", long: "cancelled", after: "cancelled" });
    expect(result.stdout).toContain("cancelled in ");
    await expectNextRunWorks(workspace, stepper);
  },
);

test("a SIGINT to all of the group, as a terminal sends it, is one: the steps are ended by the run, with one summary", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  writeSteps(workspace, `${stepper.command("child")} & ${stepper.command("long")}`);
  const cli = startCli(workspace, ["run"], { detached: true });
  const [child, long] = await Promise.all([stepper.next("child"), stepper.next("long")]);
  process.kill(-(cli.process.pid ?? 0), "SIGINT");
  const result = await cli.result;
  expectNoStack(result);
  expect(result).toMatchObject({ exitCode: 130, signal: null });
  await Promise.all([child.gone, long.gone]);
  expect(outcomesOf(lastRecord(workspace))).toEqual({ good: "passed", long: "cancelled", after: "cancelled" });
  expect(result.stdout.split("cancelled in ")).toHaveLength(2);
  await expectNextRunWorks(workspace, stepper);
});

test("a second SIGINT leaves at once, and also a step that ignores being asked is gone", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  writeSteps(workspace, stepper.command("long", { stubborn: true }));
  const cli = startCli(workspace, ["run"]);
  const long = await stepper.next("long");
  cli.process.kill("SIGINT");
  await vi.waitFor(() => expect(cli.output.stderr).toContain("again to leave at once"), { timeout: 30_000 });
  cli.process.kill("SIGINT");
  const result = await cli.result;
  expectNoStack(result);
  expect(result).toMatchObject({ exitCode: 130, signal: null });
  await long.gone;
  await expectNextRunWorks(workspace, stepper);
});

test.runIf(process.platform === "linux")(
  "SIGTSTP stops the run with its steps, and SIGCONT lets both go on",
  async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeSteps(workspace, stepper.command("long"));
    const cli = startCli(workspace, ["run"]);
    const long = await stepper.next("long");
    const states = (): string =>
      [cli.process.pid ?? 0, long.pid]
        .map((pid) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1])
        .join();
    // What listens is loaded with the first step; the system tells which signals a process listens for.
    const listens = (): boolean => {
      const status = readFileSync(`/proc/${cli.process.pid ?? 0}/status`, "utf8");
      const caught = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)?.[1] ?? "0"}`);
      return (caught & (1n << BigInt(constants.signals.SIGTSTP - 1))) !== 0n;
    };
    await vi.waitUntil(listens, { timeout: 30_000 });
    cli.process.kill("SIGTSTP");
    await vi.waitFor(() => expect(states()).toBe("T,T"), { timeout: 30_000 });
    cli.process.kill("SIGCONT");
    await vi.waitFor(() => expect(states()).not.toContain("T"), { timeout: 30_000 });
    long.exit(0);
    const result = await cli.result;
    expectNoStack(result);
    expectOutcomes(result, { good: "passed", long: "passed", after: "passed" });
  },
);

test("killed in the middle of a step, it leaves a state that the next run uses", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  writeSteps(workspace, stepper.command("long"));
  const cli = startCli(workspace, ["run"]);
  await stepper.next("long");
  // The result of the first step is stored while the second runs.
  await vi.waitFor(() => expect(existsSync(workspace.file(".workflow/results"))).toBe(true), { timeout: 30_000 });
  await vi.waitFor(
    () => {
      const names = readdirSync(workspace.file(".workflow/results"), { recursive: true }) as string[];
      expect(names.some((name) => name.endsWith(".json"))).toBe(true);
    },
    { timeout: 30_000 },
  );
  cli.process.kill("SIGKILL");
  expect(await cli.result).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  expect(existsSync(workspace.file(".workflow/metrics/history.jsonl"))).toBe(false);
  await expectNextRunWorks(workspace, stepper);
  // The next run wrote down what the killed one had come to.
  const lines = workspace.read(".workflow/metrics/history.jsonl").trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { readonly status: string }).status)).toEqual([
    "cancelled",
    "passed",
  ]);
});

test("a reader that closes the pipe ends the output, not the run", async () => {
  using workspace = createWorkspace({
    files: { ".workflow-config.yaml": 'steps:\n  a: { run: "true" }\n  b: { run: "true", needs: [a] }\n' },
  });
  const script = `"$0" "$1" run --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const shell = spawn("bash", ["-c", script, process.execPath, BIN], {
    cwd: workspace.repository,
    env: workspace.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  shell.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  shell.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  await new Promise((resolve) => shell.on("close", resolve));
  const [event = "", exitCode] = output.stdout.trim().split("\n");
  expect(JSON.parse(event)).toMatchObject({ version: 1, type: "decided" });
  expect(exitCode).toBe("0");
  expect(output.stderr).toBe("");
  expect(lastRecord(workspace).status).toBe("passed");
});

test("two runs of one target one after the other both end well, and both are in the history", async () => {
  using workspace = createWorkspace();
  using stepper = await createStepper(workspace);
  writeSteps(workspace, stepper.command("long"));
  const both = [startCli(workspace, ["run", "--force"]), startCli(workspace, ["run", "--force"])];
  // The second waits for the first.
  (await stepper.next("long")).exit(0);
  (await stepper.next("long")).exit(0);
  for (const { result } of both) {
    expectNoStack(await result);
    expect(await result).toMatchObject({ exitCode: 0 });
  }
  expect(workspace.read(".workflow/metrics/history.jsonl").trim().split("\n")).toHaveLength(2);
  expectOutcomes(await runCli(workspace, ["run"]), { good: "replayed", long: "replayed", after: "replayed" });
});
