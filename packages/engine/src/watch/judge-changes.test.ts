import { expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import type { Workflow } from "../config/workflow.ts";
import { createChangeJudge } from "./judge-changes.ts";

function workflowOf(yaml: string): Workflow {
  const parsed = parseConfig(yaml, ".workflow-config.yaml", "test");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

const WORKFLOW = workflowOf(`steps:
  build: { run: make, inputs: ["src/**"], outputs: ["dist/**"] }
  format: { run: fmt, inputs: ["docs/**"], writes: ["docs/**"] }
`);

test("a path makes stale only steps that are not over and that read it", () => {
  const { judge } = createChangeJudge(WORKFLOW);
  const both = new Set(["build", "format"]);
  expect(judge("src/a", both)).toEqual({ path: "src/a", by: "other", makesStale: true });
  expect(judge("src/a", new Set(["format"]))).toMatchObject({ makesStale: false });
  expect(judge("docs/a.md", both)).toEqual({ path: "docs/a.md", by: "declared", makesStale: true });
  expect(judge("dist/a", both)).toEqual({ path: "dist/a", by: "made", makesStale: false });
});

test("of a step that only a run knows, as those of units, any path may count", () => {
  expect(createChangeJudge(WORKFLOW).judge("notes.txt", new Set(["build@web"]))).toMatchObject({ makesStale: true });
});

test("what no step reads is of no interest; the configuration, outputs, scripts and prompts are", () => {
  const { isOfInterest } = createChangeJudge(WORKFLOW);
  expect(["notes.txt", "packages/a/package.json", ".github/x"].map(isOfInterest)).toEqual([false, false, false]);
  expect([".workflow-config.yaml", "src/a", "dist/a", "docs/a.md"].map(isOfInterest)).not.toContain(false);
  const scripts = createChangeJudge(workflowOf(`steps:\n  lint: { script: lint, inputs: ["src/**"] }\n`));
  expect(scripts.isOfInterest("packages/a/package.json")).toBe(true);
});

test("globs of a step that is done for each unit are looked for in any folder", () => {
  const { isMade } = createChangeJudge(
    workflowOf(`steps:\n  build: { for_each: unit, run: make, outputs: ["dist/**"] }\n`),
  );
  expect(isMade("packages/a/dist/x.js")).toBe(true);
  expect(isMade("packages/a/src/x.js")).toBe(false);
});
