/** What counts as a change of an input is what git calls one, under its settings. */
import { chmodSync, mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { runCli } from "./support/run-cli.ts";

function create(): Workspace {
  return createWorkspace({
    files: {
      ".workflow-config.yaml": `steps: { look: { run: "ls -lR src", inputs: ["src/**"] } }\n`,
      "src/a.sh": "one\n",
    },
  });
}

async function expectRuns(workspace: Workspace, outcome: "passed" | "replayed", why: string): Promise<void> {
  const result = await runCli(workspace, ["run"]);
  expect(result.exitCode, why).toBe(0);
  expectOutcomes(result, { look: outcome });
}

test("the permission to execute a file counts, unless git was told not to look at it (core.fileMode=false)", async () => {
  using workspace = create();
  await expectRuns(workspace, "passed", "the first time");
  chmodSync(workspace.file("src/a.sh"), 0o755);
  await expectRuns(workspace, "passed", "its mode changed");
  chmodSync(workspace.file("src/a.sh"), 0o644);
  await expectRuns(workspace, "replayed", "it is what it was");
  workspace.git("config", "core.fileMode", "false");
  chmodSync(workspace.file("src/a.sh"), 0o755);
  await expectRuns(workspace, "replayed", "git does not look at modes");
});

test.each([
  ["default", "passed"],
  ["minimal", "replayed"],
] as const)(
  "an edit that leaves size and time of a file as they were is seen as git sees it: core.checkStat=%s, %s",
  async (checkStat, outcome) => {
    using workspace = create();
    workspace.git("config", "core.checkStat", checkStat);
    const then = new Date("2026-01-01T00:00:00Z");
    const file = workspace.file("src/a.sh");
    utimesSync(file, then, then);
    workspace.git("update-index", "--refresh");
    await expectRuns(workspace, "passed", "the first time");
    await expectRuns(workspace, "replayed", "nothing changed");
    // git keeps the time of the last change of a file's entry, which nobody can set, in seconds.
    const changed = Math.floor(statSync(file).ctimeMs / 1_000);
    await vi.waitUntil(() => Math.floor(Date.now() / 1_000) > changed, { timeout: 10_000 });
    workspace.write({ "src/a.sh": "two\n" });
    utimesSync(file, then, then);
    expect(workspace.git("status", "--porcelain").trim()).toBe(outcome === "passed" ? "M src/a.sh" : "");
    await expectRuns(workspace, outcome, "an edit");
  },
);

test("folders without files are no inputs", async () => {
  using workspace = create();
  await expectRuns(workspace, "passed", "the first time");
  mkdirSync(workspace.file("src/empty"));
  await expectRuns(workspace, "replayed", "an empty folder came");
  rmdirSync(workspace.file("src/empty"));
  await expectRuns(workspace, "replayed", "it went");
});
