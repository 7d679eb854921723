/** Further attempts, and steps that fail and pass with nothing changed in between. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** A step that notes each attempt outside of the repository, and fails with the next code of a list. */
function createStep(codes: readonly number[], settings: string): Workspace {
  const command = `n=$(cat ../tries 2>/dev/null || echo 0); echo $((n + 1)) > ../tries; set -- ${codes.join(" ")}; shift $n; exit $1`;
  return createWorkspace({
    files: { [CONFIG]: `steps:\n  test: { run: ${JSON.stringify(command)}, ${settings} }\n` },
  });
}

const stepOf = (workspace: Workspace): object => lastRecord(workspace).steps[0] ?? {};

test("only the exit codes that are named are worth another attempt, after the pause that is given", async () => {
  const settings = "retries: { attempts: 5, on_exit_codes: [75], delay: 1ms }";
  using workspace = createStep([75, 75, 1, 0], settings);
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 1 });
  expect(stepOf(workspace)).toMatchObject({ outcome: "failed", exitCode: 1, attempts: 3 });
  expect(stepOf(workspace)).not.toHaveProperty("flaky");
});

test("a command that a signal ended has the exit code of a shell for it", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: `steps:
  test:
    run: "[ -e ../tried ] || { touch ../tried; kill -KILL $$; }"
    retries: { attempts: 1, on_exit_codes: [137], delay: 1ms }
`,
    },
  });
  expect(await runCli(workspace, ["run"])).toMatchObject({ exitCode: 0 });
  expect(stepOf(workspace)).toMatchObject({ outcome: "passed", attempts: 2 });
});

test("what passes at a further attempt is flaky, in the summary, the record and the history, also with --quiet", async () => {
  using workspace = createStep([1, 1, 0], "retries: { attempts: 2, delay: 1ms }");
  const { exitCode, stdout } = await runCli(workspace, ["run", "--quiet"]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe("test is flaky: it passed now, and failed 2 of 3 times with nothing changed in between\n");
  expect(stepOf(workspace)).toMatchObject({ outcome: "passed", attempts: 3, flaky: true });
  expect(workspace.read(".workflow/metrics/history.jsonl")).toContain('"attempts":3,"flaky":true');
});

test("what failed in an earlier run and passes with nothing changed is flaky; after a change it is not", async () => {
  using workspace = createStep([1, 0], 'inputs: ["a.txt"]');
  workspace.write({ "a.txt": "1" });
  await runCli(workspace, ["run"]);
  expect(stepOf(workspace)).toMatchObject({ outcome: "failed" });
  expect((await runCli(workspace, ["run"])).stdout).toContain(
    "test is flaky: it passed now, and failed in an earlier run with nothing changed in between\n",
  );
  expect(stepOf(workspace)).toMatchObject({ outcome: "passed", flaky: true });
  rmSync(workspace.file("../tries"));
  workspace.write({ "a.txt": "2" });
  await runCli(workspace, ["run"]);
  workspace.write({ "a.txt": "3" });
  expect((await runCli(workspace, ["run"])).stdout).not.toContain("flaky");
  expect(stepOf(workspace)).toMatchObject({ outcome: "passed" });
});

test("what passed in an earlier run and fails when it is forced is flaky, unless its successes expire", async () => {
  for (const [settings, flaky] of [
    ["retries: 0", true],
    ["expires: 24h", undefined],
  ] as const) {
    using workspace = createStep([0, 1], settings);
    await runCli(workspace, ["run"]);
    const { exitCode, stdout } = await runCli(workspace, ["run", "--force"]);
    expect(exitCode).toBe(1);
    const told = "test is flaky: it failed now, and passed in an earlier run with nothing changed in between\n";
    expect(stdout.includes(told)).toBe(flaky === true);
    expect((stepOf(workspace) as { readonly flaky?: true }).flaky).toBe(flaky);
  }
});

test("a failure whose inputs were edited meanwhile proves nothing", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]:
        "steps:\n  test: { run: 'if [ -e ../tried ]; then exit 0; fi; touch ../tried; echo 2 > a.txt; exit 1' }\n",
      "a.txt": "1\n",
    },
  });
  await runCli(workspace, ["run"]);
  workspace.write({ "a.txt": "1\n" });
  expect((await runCli(workspace, ["run"])).stdout).not.toContain("flaky");
  expect(stepOf(workspace)).toMatchObject({ outcome: "passed" });
});
