import { createGraph } from "@ai-workflow/scheduler";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { buildTasks } from "./build-tasks.ts";
import { dependentSteps } from "./dependent-steps.ts";

const CONFIG: Config = {
  stages: [{ id: "one" }, { id: "two" }],
  steps: {
    lint: { run: "x", stage: "one" },
    build: { run: "x", stage: "one" },
    test: { run: "x", stage: "one", needs: ["build"] },
    deploy: { run: "x", stage: "two", needs: ["test"] },
    announce: { run: "x", stage: "two", needs: ["deploy"] },
    audit: { run: "x", stage: "two" },
  },
};

const { workflow } = normalise(CONFIG, "name");

function dependentsOf(stepId: string, ahead: ReadonlySet<string> = new Set()): readonly string[] {
  const running = new Set(workflow.steps.keys());
  const tasks = buildTasks({ ...workflow, running, durationMs: () => 1, capacity: {}, ahead });
  return [...dependentSteps(createGraph(tasks), stepId)].sort();
}

test("dependentSteps() gives what needs a step across stages, but not what only waits at a gate behind it", () => {
  expect(dependentsOf("build")).toEqual(["announce", "deploy", "test"]);
  expect(dependentsOf("lint")).toEqual([]);
});

test("dependentSteps() names a step that may go ahead of its stage once, and not the task that confirms it", () => {
  expect(dependentsOf("build", new Set(["deploy", "announce"]))).toEqual(["announce", "deploy", "test"]);
});
