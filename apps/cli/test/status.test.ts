/** `status`, and `status --watch` of a run that another process does. */
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createStepper } from "./support/create-stepper.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { runCli, startCli, type RunningCli } from "./support/run-cli.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const CONFIG = ".workflow-config.yaml";

async function untilItSays(cli: RunningCli, what: string): Promise<void> {
  while (!cli.output.stderr.includes(what) && !cli.output.stdout.includes(what)) {
    if (cli.process.exitCode !== null) expect.fail(`it ended: ${cli.output.stderr}`);
    await sleep(10);
  }
}

interface JsonLine {
  readonly type: string;
  readonly [key: string]: unknown;
}

function linesOf(text: string): readonly JsonLine[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonLine);
}

/** A quick step and one that ends when it is told to. */
function configure(workspace: Workspace, slow: string): void {
  workspace.commit({
    [CONFIG]: `steps:\n  quick: { run: "echo fast", inputs: [.gitignore] }\n  slow: { run: ${JSON.stringify(slow)}, inputs: [data] }\n`,
    ".gitignore": "*.sock\n",
    data: "1\n",
  });
}

describe("status", () => {
  test("shows the last run and where its record is", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "true" } }\n' } });
    expectRefusal(await runCli(workspace, ["status"]), "ENGINE_RUN_MISSING", "ai-workflow run");
    await runCli(workspace, ["run"]);
    const { stdout } = await runCli(workspace, ["status"]);
    expect(stdout).toMatch(/lint +passed/);
    const [, record = ""] = /^record: (.+)$/m.exec(stdout) ?? [];
    expect(existsSync(workspace.file(record))).toBe(true);
  });

  test("tells of a run that goes on, also where it is the first one, and of one that was killed", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    const run = startCli(workspace, ["run"]);
    await stepper.next("slow");
    expect((await runCli(workspace, ["status"])).stdout).toMatch(
      /^run \S+ \(process \d+ on .+\) goes on for \d.* \(ai-workflow status --watch follows it\)\n$/,
    );
    expect(JSON.parse((await runCli(workspace, ["status", "--json"])).stdout)).toMatchObject({
      record: null,
      running: { pid: run.process.pid, alive: true },
    });
    run.process.kill("SIGKILL");
    await run.result;
    expect((await runCli(workspace, ["status"])).stdout).toContain("was killed before its end");
  });
});

describe("status --watch", () => {
  test("follows a run to its end, and ends with its exit code", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    // One run before, by which it is known how long steps take.
    const first = startCli(workspace, ["run"]);
    (await stepper.next("slow")).exit(0);
    await first.result;
    workspace.write({ data: "2\n" });
    const run = startCli(workspace, ["run"]);
    const slow = await stepper.next("slow");
    const follower = startCli(workspace, ["status", "--watch"]);
    const json = startCli(workspace, ["status", "--watch", "--json"]);
    await untilItSays(follower, "running: slow");
    await untilItSays(json, '"step-started"');
    expect(follower.output.stderr).toMatch(/^following run \S+ \(process \d+\); Ctrl-C leaves it alone\n1 to run/);
    expect(follower.output.stderr).toMatch(/running: slow \S+ of about \S+\n$/);
    slow.exit(4);
    expect((await run.result).exitCode).toBe(1);
    const followed = await follower.result;
    expect(followed.exitCode).toBe(1);
    expect(followed.stderr).toMatch(/failed slow .*: exit code 4/);
    // The same summary as that of the run.
    expect(followed.stdout).toBe((await run.result).stdout);
    const { stdout, exitCode } = await json.result;
    expect(exitCode).toBe(1);
    const events = linesOf(stdout);
    expect(events.map(({ type }) => type).filter((type) => type !== "eta")).toEqual([
      "following",
      "decided",
      "step-finished",
      "step-started",
      "step-finished",
      "finished",
    ]);
    expect(events.at(-1)).toMatchObject({ version: 1, record: { status: "failed" } });
    expect(events.find(({ type }) => type === "step-started")).toMatchObject({
      stepId: "slow",
      expectedMs: expect.any(Number) as number,
    });
  });

  test("tells of gates as the run does", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      [CONFIG]: `stages: [{ id: first }, { id: second }]
steps:
  slow: { run: ${JSON.stringify(stepper.command("slow"))}, stage: first }
  report: { run: "true", stage: second }
`,
    });
    const run = startCli(workspace, ["run"]);
    const slow = await stepper.next("slow");
    const json = startCli(workspace, ["status", "--watch", "--json"]);
    await untilItSays(json, '"step-started"');
    slow.exit(1);
    await run.result;
    const gate = linesOf((await json.result).stdout).find(({ type }) => type === "gate");
    expect(gate).toMatchObject({ stageId: "first", open: false });
  });

  test("of a run that is killed it says so, and what it had done", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    const run = startCli(workspace, ["run"]);
    await stepper.next("slow");
    const follower = startCli(workspace, ["status", "--watch"]);
    const json = startCli(workspace, ["status", "--watch", "--json"]);
    await untilItSays(follower, "running: slow");
    await untilItSays(json, '"slow"');
    run.process.kill("SIGKILL");
    await once(run.process, "exit");
    const { exitCode, stdout, stderr } = await follower.result;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/run \S+ was killed before its end; the next run goes on where it was\n$/);
    expect(stdout).toMatch(/quick +passed/);
    expect(stdout).toMatch(/slow +cancelled .*the run was killed/);
    expect(linesOf((await json.result).stdout).at(-1)).toMatchObject({
      type: "killed",
      record: { status: "cancelled" },
    });
    // It can be told later, too.
    expect((await runCli(workspace, ["status", "--watch"])).stderr).toContain("was killed");
  });

  test("where no run goes on it tells so and stands by the last one", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: 'steps: { lint: { run: "test ! -e bad" } }\n' } });
    expectRefusal(await runCli(workspace, ["status", "--watch"]), "ENGINE_RUN_MISSING", "ai-workflow run");
    workspace.write({ bad: "1" });
    await runCli(workspace, ["run"]);
    const { exitCode, stdout, stderr } = await runCli(workspace, ["status", "--watch"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "no run goes on; the last one:\n" });
    expect(stdout).toMatch(/lint +failed/);
    expect(linesOf((await runCli(workspace, ["status", "--watch", "--json"])).stdout)).toMatchObject([
      { type: "none" },
    ]);
  });

  test("a signal ends the following and nothing else", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    const run = startCli(workspace, ["run"]);
    const slow = await stepper.next("slow");
    const follower = startCli(workspace, ["status", "--watch"]);
    await untilItSays(follower, "running: slow");
    follower.process.kill("SIGINT");
    expect(await follower.result).toMatchObject({ exitCode: 130, stdout: "" });
    slow.exit(0);
    expect((await run.result).exitCode).toBe(0);
  });

  test("nothing that stands in the files of a run makes it fail or print control characters", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    const run = startCli(workspace, ["run"]);
    const slow = await stepper.next("slow");
    const { runId } = JSON.parse(workspace.read(".workflow/lock")) as { readonly runId: string };
    const journal = workspace.file(`.workflow/runs/${runId}/journal.jsonl`);
    const evil = "\u001b[2J";
    const hostile = [
      "",
      "nonsense",
      "null",
      JSON.stringify({ started: `a${evil}`, attempt: 1, atMs: 1 }),
      JSON.stringify({ ended: { id: `b${evil}`, outcome: "passed" }, atMs: 1 }),
      JSON.stringify({ ended: { id: "slow", outcome: evil }, atMs: 1 }),
      JSON.stringify({ told: { type: "eta", atMs: 1, expectedMs: 9_000, overdue: [`c${evil}`] }, atMs: 1 }),
      JSON.stringify({ told: { type: evil }, atMs: 1 }),
    ];
    writeFileSync(journal, `${readFileSync(journal, "utf8")}${hostile.join("\n")}\n`);
    const follower = startCli(workspace, ["status", "--watch"]);
    await untilItSays(follower, "running: slow");
    slow.exit(0);
    await run.result;
    const { exitCode, stderr } = await follower.result;
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain("\u001b");
  });

  test.runIf(HAS_TERMINAL)("on a terminal what runs stands at its end, with its time", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    configure(workspace, stepper.command("slow"));
    const run = startCli(workspace, ["run"]);
    const slow = await stepper.next("slow");
    const { shown, exitCode } = await runInTerminal(
      workspace,
      ["status", "--watch"],
      [{ after: "1 of 2", act: () => slow.exit(0) }],
    );
    await run.result;
    expect(exitCode).toBe(0);
    expect(shown).toMatch(/ {2}slow {2}\d+s\r\n\[#+-+\] 1 of 2/);
    const summary = shown.slice(shown.lastIndexOf("\u001B[0J"));
    expect(summary).toMatch(/slow +passed/);
  });
});
