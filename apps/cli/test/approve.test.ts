/** A stage that waits for a person starts on a yes at the terminal, or later by `approve`; everything else leaves it waiting. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const CONFIG = `stages:
  - { id: core }
  - { id: release, trigger: manual }
  - { id: tell, trigger: manual }
steps:
  test: { run: "echo x >> tested.log", stage: core, cache: false, inputs: [src/**] }
  publish: { run: "echo x >> published.log", stage: release, cache: false, inputs: [src/**] }
  mail: { run: "echo x >> mailed.log", stage: tell, cache: false, inputs: [src/**] }
`;

function create(config = CONFIG): Workspace {
  return createWorkspace({ files: { ".workflow-config.yaml": config, ".gitignore": "*.log\n", "src/a.js": "1\n" } });
}

const times = (workspace: Workspace, name: string): number =>
  existsSync(workspace.file(`${name}.log`)) ? workspace.read(`${name}.log`).split("\n").length - 1 : 0;

describe("approve", () => {
  test("goes on with the last run: what passed there is not run again, and the next stage waits in turn", async () => {
    using workspace = create();
    const first = await runCli(workspace, ["run"]);
    expectOutcomes(first, { test: "passed", publish: "skipped", mail: "skipped" });
    expect(first.stdout).toContain("stage release waiting: it waits for a person (ai-workflow approve release)");
    expect(first.exitCode).toBe(0);
    const second = await runCli(workspace, ["approve"]);
    expectOutcomes(second, { test: "replayed", publish: "passed", mail: "skipped" });
    const third = await runCli(workspace, ["approve", "tell"]);
    expectOutcomes(third, { test: "replayed", publish: "replayed", mail: "passed" });
    expect(third.exitCode).toBe(0);
    expect(lastRecord(workspace).status).toBe("passed");
    for (const name of ["tested", "published", "mailed"]) expect(times(workspace, name)).toBe(1);
  });

  test("names the stage that a person can start, and not those behind it", async () => {
    using workspace = create(
      `${CONFIG.replace("tell, trigger: manual", "tell")}  post: { run: "true", needs: [mail], cache: false }\n`,
    );
    const first = await runCli(workspace, ["run"]);
    expect(first.stdout).toContain("stage release waiting: it waits for a person (ai-workflow approve release)");
    expect(first.stdout).toContain("stage tell waiting: it stands behind stage release, which waits for a person\n");
    // What needs a step of a stage behind it waits for the same stage.
    expect(first.stdout).toMatch(/^post +skipped .* stage release waits for a person/m);
    const behind = await runCli(workspace, ["approve", "tell"]);
    expect(behind).toMatchObject({ exitCode: 2, stdout: "" });
    expect(behind.stderr).toContain(
      "It stands behind stage release, which waits for a person: `ai-workflow approve release`",
    );
    const second = await runCli(workspace, ["approve"]);
    expectOutcomes(second, { test: "replayed", publish: "passed", mail: "passed", post: "passed" });
  });

  test("a stage behind a closed gate waits for nobody", async () => {
    using workspace = create(CONFIG.replace("echo x >> tested.log", "false"));
    const result = await runCli(workspace, ["run"]);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("stage release closed: stage core did not pass");
    expect(lastRecord(workspace).stages.map(({ state }) => state)).toEqual(["failed", "closed", "closed"]);
  });

  test("runs again what changed since, and does not start the stage when that fails", async () => {
    using workspace = create(CONFIG.replace("echo x >> tested.log", "grep -q 1 src/a.js"));
    await runCli(workspace, ["run"]);
    workspace.write({ "src/a.js": "2\n" });
    const result = await runCli(workspace, ["approve", "release"]);
    expectOutcomes(result, { test: "failed", publish: "cancelled", mail: "skipped" });
    expect(result.exitCode).toBe(1);
    expect(times(workspace, "published")).toBe(0);
    const refused = await runCli(workspace, ["approve", "release"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain('stage "release" does not wait in run');
  });

  test("does not take from an earlier run what failed since with nothing changed", async () => {
    using workspace = create(CONFIG.replace("echo x >> tested.log", "test ! -e broken.log"));
    await runCli(workspace, ["run"]);
    const { runId } = lastRecord(workspace);
    workspace.write({ "broken.log": "" });
    expectOutcomes(await runCli(workspace, ["run"]), { test: "failed", publish: "skipped", mail: "skipped" });
    const result = await runCli(workspace, ["approve", "--run", runId]);
    expectOutcomes(result, { test: "failed", publish: "cancelled", mail: "skipped" });
    expect(times(workspace, "published")).toBe(0);
  });

  test("of a run of some steps goes on with those alone", async () => {
    using workspace = create(`${CONFIG}  other: { run: "echo x >> other.log" }\n`);
    await runCli(workspace, ["run", "test", "publish"]);
    const result = await runCli(workspace, ["approve"]);
    expectOutcomes(result, { test: "replayed", publish: "passed", mail: "skipped", other: "skipped" });
    expect(times(workspace, "other")).toBe(0);
  });

  test("takes an earlier run by its id, and tells a foreign stage apart", async () => {
    using workspace = create();
    await runCli(workspace, ["run"]);
    const { runId } = lastRecord(workspace);
    await runCli(workspace, ["run", "test"]);
    expect((await runCli(workspace, ["approve"])).stderr).toContain("no stage waits for a person in run");
    const wrong = await runCli(workspace, ["approve", "relaese", "--run", runId]);
    expect(wrong.stderr).toContain('Did you mean "release"?');
    expect(wrong.exitCode).toBe(2);
    expectOutcomes(await runCli(workspace, ["approve", "--run", runId]), { publish: "passed" });
  });

  test("without any run says what to do", async () => {
    using workspace = create();
    const result = await runCli(workspace, ["approve"]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("ai-workflow run");
  });

  test("--auto-commit commits at the end of a run that was not told to", async () => {
    using workspace = create(`stages:
  - { id: core }
  - { id: release, trigger: manual }
steps:
  test: { run: "echo x >> tested.log", stage: core, cache: false, inputs: [src/**] }
  git_finalization: { stage: release }
`);
    workspace.write({ "new.txt": "new\n" });
    await runCli(workspace, ["run"]);
    const result = await runCli(workspace, ["approve", "--auto-commit"]);
    expectOutcomes(result, { test: "replayed", git_finalization: "passed" });
    expect(workspace.git("log", "-1", "--format=%s")).toBe("Add new.txt\n");
    expect(workspace.git("status", "--porcelain")).toBe("");
  });

  test("--apply raises versions at the end of a run that was not told to", async () => {
    using workspace = create(`stages:
  - { id: core }
  - { id: release, trigger: manual }
steps:
  test: { run: "true", stage: core }
  version_update: { stage: release, with: { bump: minor } }
`);
    const version = (): unknown => (JSON.parse(workspace.read("package.json")) as { readonly version: string }).version;
    workspace.commit({ "package.json": '{ "name": "x", "version": "1.2.3" }\n' });
    workspace.git("tag", "v1.2.3");
    workspace.commit({ "src/a.js": "2\n" });
    await runCli(workspace, ["run"]);
    expect(version()).toBe("1.2.3");
    expectOutcomes(await runCli(workspace, ["approve", "--apply"]), { version_update: "passed" });
    expect(version()).toBe("1.3.0");
  });

  test("prints events with --json", async () => {
    using workspace = create();
    await runCli(workspace, ["run"]);
    const { stdout } = await runCli(workspace, ["approve", "--json"]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly type: string });
    expect(events[0]?.type).toBe("decided");
    expect(events.at(-1)?.type).toBe("finished");
  });
});

describe.skipIf(!HAS_TERMINAL)("at a terminal", () => {
  const ask = (stage: string): string => `stage ${stage} waits for a person: start it now? [y/N] `;

  test("a yes starts the stage, and the next one is asked about", async () => {
    using workspace = create();
    const { shown, exitCode } = await runInTerminal(
      workspace,
      ["run"],
      [
        { after: ask("release"), text: "y\r" },
        { after: ask("tell"), text: "\r" },
      ],
    );
    expect(shown).toContain(ask("tell"));
    expect(exitCode).toBe(0);
    expect([times(workspace, "tested"), times(workspace, "published"), times(workspace, "mailed")]).toEqual([1, 1, 0]);
    expect(lastRecord(workspace).status).toBe("partial");
  });

  test("Ctrl-C is a no", async () => {
    using workspace = create();
    await runInTerminal(workspace, ["run"], [{ after: ask("release"), text: "\u0003" }]);
    expect(times(workspace, "published")).toBe(0);
  });

  test.each([
    ["--auto", ["run", "--auto"], {}],
    ["--quiet", ["run", "--quiet"], {}],
    ["--json", ["run", "--json"], {}],
    ["a CI provider", ["run"], { CI: "true" }],
  ])("nobody is asked with %s", async (_, args, env) => {
    using workspace = create();
    const { shown } = await runInTerminal(workspace, args, [], env);
    expect(shown).not.toContain("start it now?");
    expect(lastRecord(workspace).status).toBe("partial");
  });

  test("takes flags of run: it tells every reason, nobody hears of it, and it does not wait for another run", async () => {
    using workspace = create();
    await runCli(workspace, ["run"]);
    const told = await runCli(workspace, ["approve", "--verbose", "--no-alerts", "--no-wait"]);
    expect(told).toMatchObject({ exitCode: 0 });
    expect(told.stderr).toMatch(/^ {2}run publish: .* \[[a-z-]+\]$/m);
  });
});
