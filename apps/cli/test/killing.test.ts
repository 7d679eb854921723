/** What steps start ends with them, wherever it went; the look for it needs `/proc`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { createStepper, type Stepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";
import { runCli, startCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** A step that starts `stray` in a session of its own, and then runs. */
function writeStep(workspace: Workspace, command: string, settings = "", more = ""): void {
  workspace.commit({ [CONFIG]: `${more}steps:\n  test: { run: ${JSON.stringify(command)}${settings} }\n` });
}
const inSession = (stepper: Stepper, stubborn = false): string => `setsid ${stepper.command("stray", { stubborn })} &`;

/** A module that starts a child, and then runs until it is told to end or forever. */
const PARENT = `import { spawn } from "node:child_process";
export default ({ with: { child, blocks } }) => {
  const started = spawn(child, { shell: true, stdio: "ignore" });
  if (blocks) for (;;);
  return new Promise((resolve) => started.on("exit", (code) => resolve({ message: "child gave " + code })));
};
`;

describe.runIf(process.platform === "linux")("what a module starts", () => {
  test("ends when the time of its step is up, and another module step in the same process goes on", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    const step = (id: string, blocks: boolean, settings: string): string =>
      `  ${id}: { module: parent.mjs, with: { child: ${JSON.stringify(stepper.command(id))}, blocks: ${blocks} }${settings} }\n`;
    workspace.commit({
      "parent.mjs": PARENT,
      [CONFIG]: `optimizations: { performance: { max_parallel_jobs: 2 } }\nsteps:\n${step("slow", true, ", timeout: 5s")}${step("other", false, "")}`,
    });
    const cli = startCli(workspace, ["run", "--continue"]);
    const [slow, other] = await Promise.all([stepper.next("slow"), stepper.next("other")]);
    await slow.gone;
    expect(stepper.running()).toEqual(["other"]);
    other.exit(0);
    expect(await cli.result).toMatchObject({ exitCode: 1 });
    const record = lastRecord(workspace);
    expect(outcomesOf(record)).toEqual({ slow: "timed-out", other: "passed" });
    expect(record.steps[1]?.message).toBe("child gave 0");
  });

  test.each(["SIGINT", "SIGKILL"] as const)("does not outlive a run that %s ends", async (signal) => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      "parent.mjs": PARENT,
      [CONFIG]: `steps:\n  test: { module: parent.mjs, with: { child: ${JSON.stringify(stepper.command("child"))}, blocks: true } }\n`,
    });
    const cli = startCli(workspace, ["run"]);
    const child = await stepper.next("child");
    cli.process.kill(signal);
    await child.gone;
    expect(await cli.result).toMatchObject(signal === "SIGINT" ? { exitCode: 130 } : { signal });
  });

  test("is asked to end when the run is killed, so that it can tidy up as git does with its locks", async () => {
    using workspace = createWorkspace();
    const child = `trap 'echo tidied > state; exit' TERM; echo ready > state; while :; do sleep 0.02; done`;
    workspace.commit({
      "parent.mjs": PARENT,
      [CONFIG]: `steps:\n  test: { module: parent.mjs, with: { child: ${JSON.stringify(child)} } }\n`,
    });
    const cli = startCli(workspace, ["run"]);
    const state = (): string => (existsSync(workspace.file("state")) ? workspace.read("state") : "");
    await vi.waitUntil(() => state() === "ready\n", { timeout: 20_000 });
    cli.process.kill("SIGKILL");
    await vi.waitUntil(() => state() === "tidied\n", { timeout: 20_000 });
    expect(await cli.result).toMatchObject({ signal: "SIGKILL" });
  });
});

describe.runIf(process.platform === "linux")("a child that left the group of its step", () => {
  test("ends when the time of the step is up, before the next attempt begins", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(
      workspace,
      `[ -e ../tried ] && exit 0; touch ../tried; ${inSession(stepper)} ${stepper.command("long")}`,
      ", timeout: 5s, retries: { attempts: 1, delay: 1ms }",
    );
    const cli = startCli(workspace, ["run"]);
    const [stray, long] = await Promise.all([stepper.next("stray"), stepper.next("long")]);
    await Promise.all([stray.gone, long.gone]);
    expect(await cli.result).toMatchObject({ exitCode: 0 });
    const { steps, notices } = lastRecord(workspace);
    expect(steps).toMatchObject([{ outcome: "passed", attempts: 2 }]);
    // Nothing was left for the end of the run.
    expect(notices.map(({ code }) => code)).not.toContain("processes-ended");
  });

  test("ends when the run is cancelled, also where it ignores being asked", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(workspace, `${inSession(stepper, true)} ${stepper.command("long")}`);
    const cli = startCli(workspace, ["run"]);
    const [stray] = await Promise.all([stepper.next("stray"), stepper.next("long")]);
    cli.process.kill("SIGINT");
    await stray.gone;
    expect(await cli.result).toMatchObject({ exitCode: 130 });
    expect(outcomesOf(lastRecord(workspace))).toEqual({ test: "cancelled" });
  });

  test("ends at a second Ctrl-C at once", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(workspace, `${inSession(stepper, true)} ${stepper.command("long", { stubborn: true })}`);
    const cli = startCli(workspace, ["run"]);
    const [stray, long] = await Promise.all([stepper.next("stray"), stepper.next("long")]);
    cli.process.kill("SIGINT");
    await vi.waitFor(() => expect(cli.output.stderr).toContain("again to leave at once"), { timeout: 30_000 });
    cli.process.kill("SIGINT");
    expect(await cli.result).toMatchObject({ exitCode: 130 });
    await Promise.all([stray.gone, long.gone]);
  });

  test("outlives the run where `keep_running` names it, and only then", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(workspace, `${inSession(stepper)} ${stepper.command("short")}`, "", "keep_running: [stepped-command]\n");
    const cli = startCli(workspace, ["run"]);
    const [stray, short] = await Promise.all([stepper.next("stray"), stepper.next("short")]);
    short.exit(0);
    expect(await cli.result).toMatchObject({ exitCode: 0 });
    expect(stepper.running()).toEqual(["stray"]);
    stray.exit(0);
    await stray.gone;

    writeStep(workspace, `${inSession(stepper)} ${stepper.command("short")}`, "", "keep_running: [other]\n");
    const second = startCli(workspace, ["run"]);
    const [left, done] = await Promise.all([stepper.next("stray"), stepper.next("short")]);
    done.exit(0);
    expect(await second.result).toMatchObject({ exitCode: 0 });
    await left.gone;
    expect(lastRecord(workspace).notices.map(({ code }) => code)).toContain("processes-ended");
  });

  test("and threw away its environment is ended where steps are measured in groups of the kernel, and only there", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(workspace, `env -i ${inSession(stepper)} ${stepper.command("short")}`);
    const cli = startCli(workspace, ["run"]);
    const [stray, short] = await Promise.all([stepper.next("stray"), stepper.next("short")]);
    short.exit(0);
    expect(await cli.result).toMatchObject({ exitCode: 0 });
    const { steps, notices } = lastRecord(workspace);
    const isGrouped = steps[0]?.resources?.method === "cgroup";
    expect(notices.map(({ code }) => code).includes("processes-ended")).toBe(isGrouped);
    if (!isGrouped) {
      expect(stepper.running()).toEqual(["stray"]);
      process.kill(stray.pid, "SIGKILL");
    }
    await stray.gone;
  });

  test("and threw away its environment ends when the time of the step is up, before the next attempt begins", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    writeStep(
      workspace,
      `[ -e ../tried ] && exit 0; touch ../tried; env -i ${inSession(stepper)} ${stepper.command("long")}`,
      ", timeout: 5s, retries: { attempts: 1, delay: 1ms }",
    );
    const cli = startCli(workspace, ["run"]);
    const [stray, long] = await Promise.all([stepper.next("stray"), stepper.next("long")]);
    await long.gone;
    expect(await cli.result).toMatchObject({ exitCode: 0 });
    const { steps, notices } = lastRecord(workspace);
    if (steps[0]?.resources?.method !== "cgroup") process.kill(stray.pid, "SIGKILL");
    await stray.gone;
    expect(notices.map(({ code }) => code)).not.toContain("processes-ended");
  });

  test("of a run that was killed is ended by the next run, unless `keep_running` names it", async () => {
    for (const [kept, running] of [
      ["other", []],
      ["stepped-command", ["stray"]],
    ] as const) {
      using workspace = createWorkspace();
      using stepper = await createStepper(workspace);
      const command = `[ -e ../tried ] && exit 0; touch ../tried; ${inSession(stepper)} ${stepper.command("long")}`;
      writeStep(workspace, command, "", `keep_running: [${kept}]\n`);
      const cli = startCli(workspace, ["run"]);
      const [stray, long] = await Promise.all([stepper.next("stray"), stepper.next("long")]);
      cli.process.kill("SIGKILL");
      await cli.result;
      long.exit(0);
      await long.gone;
      expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
      if (running.length === 0) await stray.gone;
      expect(stepper.running()).toEqual(running);
      stray.exit(0);
      await stray.gone;
    }
  });
});

/** Ids of processes whose environment says that they belong to a step of this name. */
function processesOf(workspace: Workspace, stepId: string): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const environment = readFileSync(path.join("/proc", String(pid), "environ"), "utf8");
        return (
          environment.includes(workspace.file(".workflow/logs")) && environment.includes(`/${stepId}.1.spans.jsonl`)
        );
      } catch {
        // Gone, or somebody else's.
        return false;
      }
    });
}

describe.runIf(process.platform === "linux")("a shell that waits for the turn of its step", () => {
  test.each([
    ["SIGKILL", { signal: "SIGKILL" }],
    ["SIGINT", { exitCode: 130 }],
  ] as const)("is gone after %s, and has done nothing", async (signal, end) => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      [CONFIG]: `steps:\n  first: { run: ${JSON.stringify(stepper.command("first"))} }\n  next: { run: touch ran, needs: [first] }\n`,
    });
    const cli = startCli(workspace, ["run"]);
    await stepper.next("first");
    await vi.waitFor(() => expect(processesOf(workspace, "next")).toHaveLength(1), { timeout: 30_000 });
    cli.process.kill(signal);
    expect(await cli.result).toMatchObject(end);
    await vi.waitFor(() => expect(processesOf(workspace, "next")).toEqual([]), { timeout: 30_000 });
    expect(workspace.git("status", "--porcelain")).toBe("");
    if (signal === "SIGINT") {
      const [, next] = lastRecord(workspace).steps;
      expect(next).toMatchObject({ id: "next", outcome: "cancelled" });
      expect(next).not.toHaveProperty("log");
    }
    // Nothing of it stands in the way of going on.
    const again = startCli(workspace, ["run"]);
    (await stepper.next("first")).exit(0);
    expect(await again.result).toMatchObject({ exitCode: 0 });
    expect(workspace.git("status", "--porcelain")).toBe("?? ran\n");
  });
});
