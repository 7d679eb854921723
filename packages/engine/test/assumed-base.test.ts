/** `base.assume_green` says that the base passed, not that what failed here did. */
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planWorkflow, readConfig, runWorkflow, type RunOptions } from "../src/index.ts";
import { createRepository, ENVIRONMENT, type Repository } from "./create-repository.ts";
import { createEngineHost } from "./engine-host.ts";

const environment = { ...ENVIRONMENT, WORKFLOW_MONITOR_RESOURCES: "false" };

/** Looks for a word in what it reads. */
const STEP = "! grep -r BAD src";

function configuration(step: string): string {
  return `base: { ref: HEAD, assume_green: true }\noptimizations: { ml_optimize: false }\nsteps:\n  test: ${step}\n`;
}

function create(step: string): Repository {
  return createRepository({
    ".workflow-config.yaml": configuration(step),
    "src/a.ts": "good\n",
    "docs/a.md": "1\n",
  });
}

/** Runs, and gives the outcome of the step and why it ran or did not. */
async function run(repository: Repository, options: Partial<RunOptions> = {}): Promise<string> {
  const loaded = await readConfig(repository.path, { exact: true });
  const plan = await planWorkflow({ loaded, toolVersion: "test", environment, ...options });
  const { record } = await runWorkflow({ loaded, toolVersion: "test", environment, ...options });
  const step = record.steps.find(({ id }) => id === "test");
  expect(plan.decisions.find(({ stepId }) => stepId === "test")?.reason).toBe(step?.decision.reason);
  return `${step?.outcome}: ${step?.decision.reason}`;
}

test.each([
  ["a step that reads everything", `{ run: "${STEP}" }`],
  ["a step for which documents do not count", `{ run: "${STEP}", when: { changed: [code] } }`],
  ["a step whose results are not kept", `{ run: "${STEP}", cache: false, inputs: [src/**] }`],
])("%s that failed is not assumed to have passed when that is committed, until it passes", async (_, step) => {
  using repository = create(step);
  expect(await run(repository)).toBe("skipped: base-assumed-green");
  repository.write({ "src/a.ts": "BAD\n" });
  expect(await run(repository)).toBe("failed: relevant-change");
  repository.commit();
  expect(await run(repository)).toMatch(/^failed: not-/);
  if (step.includes("when:") || step.includes("inputs:")) {
    repository.commit({ "docs/a.md": "2\n" });
    expect(await run(repository)).toMatch(/^failed: not-/);
  }
  repository.commit({ "src/a.ts": "mended\n" });
  // Nobody has seen it fail on that.
  expect(await run(repository)).toBe("skipped: base-assumed-green");
});

test("the reason says that it did not pass, and a pass ends the doubt", async () => {
  using repository = create(`{ run: "${STEP.replace("src", "src ../flag")}", inputs: [src/**] }`);
  writeFileSync(repository.file("../flag"), "BAD\n");
  repository.write({ "src/a.ts": "other\n" });
  expect(await run(repository)).toBe("failed: relevant-change");
  repository.commit();
  const loaded = await readConfig(repository.path, { exact: true });
  const plan = await planWorkflow({ loaded, toolVersion: "test", environment });
  expect(plan.decisions[0]?.explanation).toBe("no relevant change since HEAD, but it did not pass on that before");
  // The world outside is mended.
  writeFileSync(repository.file("../flag"), "good\n");
  expect(await run(repository)).toBe("passed: not-proved");
  expect(await run(repository)).toBe("replayed: fingerprint-equal");
});

test("what a step given only changed files did not pass on stays due when it is committed", async () => {
  using repository = create(`{ run: "! grep BAD -- {changed_files}", inputs: [src/**] }`);
  repository.write({ "src/a.ts": "BAD\n" });
  expect(await run(repository)).toBe("failed: relevant-change");
  repository.commit();
  expect(await run(repository)).toBe("failed: not-proved");
  repository.commit({ "docs/a.md": "2\n" });
  expect(await run(repository)).toBe("failed: not-proved");
});

test("a step whose time was up is not assumed to have passed either", async () => {
  using repository = create(`{ run: "grep -q good src/a.ts || sleep 100", timeout: 100ms }`);
  repository.write({ "src/a.ts": "slow\n" });
  expect(await run(repository)).toBe("timed-out: relevant-change");
  repository.commit();
  expect(await run(repository)).toBe("timed-out: not-proved");
});

test("a step that uses one that failed is not assumed to have passed", async () => {
  using repository = createRepository({
    ".workflow-config.yaml": `base: { ref: HEAD, assume_green: true }
steps:
  lib: { run: 'cat src/a.ts > made', inputs: [src/**] }
  test: { run: '! grep BAD made', uses: [lib], inputs: [docs/**] }
`,
    ".gitignore": "made\n",
    "src/a.ts": "good\n",
    "docs/a.md": "1\n",
  });
  repository.write({ "src/a.ts": "BAD\n" });
  expect(await run(repository)).toBe("failed: used-step-due");
  repository.commit();
  expect(await run(repository)).toMatch(/^failed: /);
});

test("a run that is killed right after a step failed does not forget it", async () => {
  using repository = create(`{ run: "${STEP}" }`);
  repository.write({ "src/a.ts": "BAD\n" });
  await using host = createEngineHost();
  // Decided, started, finished.
  expect(await host.run(repository.path, { environment }, { atEvent: 3 })).toEqual({ killed: true });
  repository.commit();
  expect(await run(repository)).toBe("failed: not-proved");
});
