import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import type { Decision } from "../selection/reasons.ts";
import { stepsAhead } from "./steps-ahead.ts";

/** What goes ahead where every step runs, but for those that are named. */
function aheadOf(
  config: Config,
  others: Readonly<Record<string, Pick<Decision, "action" | "reason">>> = {},
): readonly string[] {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const decisions = [...workflow.steps.keys()].map((stepId): Decision => ({
    stepId,
    action: "run",
    reason: "forced",
    explanation: "",
    ...others[stepId],
  }));
  return [...stepsAhead(workflow.steps, decisions, workflow.stages)];
}

const STAGES = [{ id: "one" }, { id: "two" }, { id: "three" }];

test("pure steps of all later stages go ahead, in the order of the stages", () => {
  expect(
    aheadOf({
      stages: STAGES,
      steps: {
        late: { run: "x", stage: "three" },
        first: { run: "x", stage: "one" },
        next: { run: "x", stage: "two", needs: ["first"] },
        free: { run: "x" },
      },
    }),
  ).toEqual(["next", "late"]);
});

test("what leaves something, edits, excludes, costs money or is not kept does not, nor what needs such a step", () => {
  const stage = "two";
  expect(
    aheadOf({
      ai: { provider: "openai-compatible", base_url: "http://127.0.0.1:1", model: "m" },
      stages: STAGES,
      steps: {
        first: { run: "x", stage: "one" },
        leaves: { run: "x", stage, outputs: ["dist/**"] },
        edits: { run: "x", stage, writes: ["src/**"] },
        excludes: { run: "x", stage, exclusive: "port" },
        asks: { ai: { prompt: "p.md" }, stage },
        unkept: { run: "x", stage, cache: false },
        behind: { run: "x", stage: "three", needs: ["leaves"] },
        pure: { run: "x", stage },
      },
    }),
  ).toEqual(["pure"]);
});

test("a step that is left out is in nobody's way, and does not go ahead itself", () => {
  const skipped = { action: "skip", reason: "no-relevant-change" } as const;
  const config: Config = {
    stages: STAGES,
    steps: {
      first: { run: "x", stage: "one" },
      gone: { run: "x", stage: "two", outputs: ["dist/**"] },
      behind: { run: "x", stage: "three", needs: ["gone"] },
    },
  };
  expect(aheadOf(config)).toEqual([]);
  expect(aheadOf(config, { gone: skipped })).toEqual(["behind"]);
});

test("what could read files that an earlier stage is still to make or edit stays behind, unless it needs their step", () => {
  const config: Config = {
    stages: STAGES,
    steps: {
      slow: { run: "x", stage: "one", inputs: ["src/**"] },
      build: { run: "x", stage: "one", inputs: ["src/**"], outputs: ["dist/"] },
      format: { run: "x", stage: "one", inputs: ["docs/**"], writes: ["docs/**"] },
      built: { run: "x", stage: "two", inputs: ["dist/**"] },
      documents: { run: "x", stage: "two", inputs: ["docs/a.md"] },
      anything: { run: "x", stage: "two" },
      sources: { run: "x", stage: "two", inputs: ["src/**"] },
      waits: { run: "x", stage: "three", inputs: ["dist/**"], uses: ["build"] },
    },
  };
  expect(aheadOf(config)).toEqual(["sources", "waits"]);
  const replayed = { action: "replay", reason: "fingerprint-equal" } as const;
  expect(aheadOf(config, { build: replayed, format: replayed })).toEqual([
    "built",
    "documents",
    "anything",
    "sources",
    "waits",
  ]);
});

test("nothing goes ahead past a stage that waits for a person or for what only the run decides", () => {
  for (const trigger of ["manual", 'stage("one").passed']) {
    const steps = {
      first: { run: "x", stage: "one" },
      held: { run: "x", stage: "two" },
      late: { run: "x", stage: "three" },
    };
    const waits = { held: { action: "skip", reason: "awaiting-approval" } } as const;
    expect(
      aheadOf(
        { stages: [{ id: "one" }, { id: "two", trigger }, { id: "three" }], steps },
        trigger === "manual" ? waits : {},
      ),
    ).toEqual([]);
  }
});

test("without a stage that is undecided nothing is ahead of it", () => {
  const skipped = { action: "skip", reason: "no-relevant-change" } as const;
  const config: Config = {
    stages: STAGES,
    steps: { first: { run: "x", stage: "one" }, next: { run: "x", stage: "two" } },
  };
  expect(aheadOf(config, { first: skipped })).toEqual([]);
});
