/** Stages of which only the run decides whether they start: what plans say of them, and what a budget does to them. */
import { expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** `good` and `bad` exclude each other; of `core`, what takes long does not fit into a budget of 0.5 s. */
const STAGES = `stages:
  - { id: core }
  - { id: good, trigger: 'stage("core").passed' }
  - { id: bad, trigger: 'stage("core").failed' }
  - { id: quiet, trigger: 'not step("quick").failed' }
  - { id: docs, trigger: 'changed("docs")' }
steps:
  quick: { run: "test ! -e broken.txt", stage: core, cache: false }
  slow: { run: sleep 1, stage: core, cache: false }
  deploy: { run: "true", stage: good, cache: false }
  bisect: { run: "true", stage: bad, cache: false }
  tell: { run: "true", stage: quiet, cache: false }
  spell: { run: "true", stage: docs, cache: false }
`;

test("a dry run says of a step on what it depends whether it runs, and nothing of what is decided", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: STAGES } });
  workspace.write({ "README.md": "# More\n" });
  const { stdout } = await runCli(workspace, ["run", "--dry-run"]);
  expect(stdout).toMatch(/^quick +run {5}\S/m);
  expect(stdout).toMatch(/^deploy +run\? {4}only if stage\("core"\)\.passed: /m);
  expect(stdout).toMatch(/^bisect +run\? {4}only if stage\("core"\)\.failed: /m);
  expect(stdout).toMatch(/^tell +run\? {4}only if not step\("quick"\)\.failed: /m);
  expect(stdout).toMatch(/^spell +run {5}\S/m);
  const json = JSON.parse((await runCli(workspace, ["run", "--dry-run=json"])).stdout) as {
    readonly decisions: readonly { readonly stepId: string; readonly onlyIf?: string }[];
  };
  expect(Object.fromEntries(json.decisions.map(({ stepId, onlyIf }) => [stepId, onlyIf]))).toMatchObject({
    quick: undefined,
    deploy: 'stage("core").passed',
    spell: undefined,
  });
});

test("what a budget leaves out has not passed for a trigger; what ran has", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: STAGES } });
  expectOutcomes(await runCli(workspace, ["run"]), {
    quick: "passed",
    slow: "passed",
    deploy: "passed",
    bisect: "skipped",
    tell: "passed",
    spell: "skipped",
  });
  const partial = await runCli(workspace, ["run", "--budget", "500ms"]);
  expectOutcomes(partial, {
    quick: "passed",
    slow: "skipped",
    deploy: "skipped",
    bisect: "skipped",
    tell: "passed",
    spell: "skipped",
  });
  expect(partial.stdout).toMatch(
    /^deploy .*The trigger of stage "good" is undecided until it is known: stage\("core"\)/m,
  );
  const { status, stages } = lastRecord(workspace);
  expect(status).toBe("partial");
  expect(stages[0]).toEqual({ id: "core", state: "skipped", reason: "it is not complete: slow left out" });
});

test("a failure counts for a trigger, whatever a budget leaves out of its stage", async () => {
  using workspace = createWorkspace({ files: { [CONFIG]: STAGES } });
  await runCli(workspace, ["run"]);
  workspace.commit({ "broken.txt": "" });
  const failed = await runCli(workspace, ["run", "--budget", "500ms", "--continue"]);
  expect(failed.exitCode).toBe(1);
  expectOutcomes(failed, {
    quick: "failed",
    slow: "skipped",
    deploy: "skipped",
    bisect: "passed",
    tell: "skipped",
    spell: "skipped",
  });
});
