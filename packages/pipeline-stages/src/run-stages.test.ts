import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../test/arbitrary-stages.ts";
import { defineStages } from "./define-stages.ts";
import type { StepResult } from "./evaluate-gate.ts";
import { runStages } from "./run-stages.ts";

const passed: StepResult = { outcome: "passed" };
const stages = defineStages(
  [
    { id: "core", steps: ["lint", "unit"], failFast: true },
    { id: "release", steps: ["tag"], trigger: "manual" },
  ],
  ["lint", "unit", "tag"],
);
const passAll = (steps: readonly string[]): Promise<Map<string, StepResult>> =>
  Promise.resolve(new Map(steps.map((id) => [id, passed])));

describe("runStages()", () => {
  test("runs the stages in order and asks for approval where needed", async () => {
    const log: string[] = [];
    const run = await runStages(stages, {
      runStage: (stage) => {
        log.push(`run ${stage.id}`);
        return passAll(stage.steps);
      },
      approve: (stage) => {
        log.push(`ask ${stage.id}`);
        return true;
      },
    });
    expect(log).toEqual(["run core", "ask release", "run release"]);
    expect(run).toMatchObject({ end: { action: "done" }, aborted: false });
    expect([...run.results.keys()]).toEqual(["lint", "unit", "tag"]);
    expect(run.states.map(({ state }) => state)).toEqual(["passed", "passed"]);
  });

  test.each([undefined, (): boolean => false, (): Promise<boolean> => Promise.resolve(false)])(
    "waits when nobody approves (%#)",
    async (approve) => {
      const run = await runStages(stages, { runStage: (stage) => passAll(stage.steps), approve });
      expect(run.end).toMatchObject({ action: "await-approval", stage: { id: "release" } });
    },
  );

  test("aborts the stage as soon as its fail-fast gate closes, and needs no results of the steps left", async () => {
    let wasAborted: boolean[] = [];
    const run = await runStages(stages, {
      runStage: (_stage, { signal, report }) => {
        wasAborted = [signal.aborted];
        report("lint", { outcome: "failed" });
        wasAborted.push(signal.aborted);
        return Promise.resolve(new Map());
      },
    });
    expect(wasAborted).toEqual([false, true]);
    expect(run.end).toMatchObject({ action: "stop", stage: { id: "core" } });
    expect([...run.results.keys()]).toEqual(["lint"]);
  });

  test("keeps the first result of a step", async () => {
    const run = await runStages(stages, {
      results: new Map([["unit", { outcome: "replayed" }]]),
      runStage: (stage, { report }) => {
        report("lint", { outcome: "failed" });
        return passAll(stage.steps);
      },
    });
    expect(run.results.get("lint")).toEqual({ outcome: "failed" });
    expect(run.results.get("unit")).toEqual({ outcome: "replayed" });
  });

  test("starts nothing more once aborted, and passes the reason on to the stage that runs", async () => {
    const controller = new AbortController();
    const ran: string[] = [];
    const reasons: unknown[] = [];
    const run = await runStages(stages, {
      signal: controller.signal,
      approve: () => true,
      runStage: (stage, { signal }) => {
        ran.push(stage.id);
        signal.addEventListener("abort", () => reasons.push(signal.reason));
        controller.abort("ctrl-c");
        return passAll(stage.steps);
      },
    });
    expect(ran).toEqual(["core"]);
    expect(reasons).toEqual(["ctrl-c"]);
    expect(run.aborted).toBe(true);
    const early = await runStages(stages, {
      signal: AbortSignal.abort(),
      runStage: () => Promise.reject(new Error("ran")),
    });
    expect(early).toMatchObject({ aborted: true, end: { action: "run", stage: { id: "core" } } });
  });

  test("refuses a stage that ends without the results its gate needs", async () => {
    await expect(runStages(stages, { runStage: () => passAll(["lint"]) })).rejects.toMatchObject({
      code: "PIPELINE_STAGES_MISSING_OUTCOME",
      stageId: "core",
      stepIds: ["unit"],
    });
  });

  test("passes on what running or approving throws", async () => {
    await expect(runStages(stages, { runStage: () => Promise.reject(new Error("spawn")) })).rejects.toThrow("spawn");
    const approve = (): never => {
      throw new Error("no terminal");
    };
    await expect(runStages(stages, { runStage: (stage) => passAll(stage.steps), approve })).rejects.toThrow(
      "no terminal",
    );
  });

  test("starts each stage of any pipeline at most once, and none after the first closed gate unless it is `auto`", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPipeline, fc.boolean(), async ({ definitions, stepIds, outcomes }, yes) => {
        const defined = defineStages(definitions, stepIds);
        const started: string[] = [];
        const run = await runStages(defined, {
          approve: () => yes,
          runStage: (stage) => {
            started.push(stage.id);
            return Promise.resolve(new Map(stage.steps.map((id) => [id, outcomes.get(id) as StepResult])));
          },
        });
        expect(new Set(started).size).toBe(started.length);
        const firstFailed = run.states.findIndex(({ state }) => state === "failed");
        for (const [index, { stage, state }] of run.states.entries()) {
          if (firstFailed !== -1 && index > firstFailed && stage.trigger !== "auto")
            expect(started).not.toContain(stage.id);
          if (state === "passed" || state === "failed") expect(started).toContain(stage.id);
          expect(["ready"]).not.toContain(state);
        }
        expect(run.end.action).not.toBe("run");
      }),
    );
  });
});
