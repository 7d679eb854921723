import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryPipeline } from "../test/arbitrary-stages.ts";
import { defineStages } from "./define-stages.ts";
import type { StepResult } from "./evaluate-gate.ts";
import { runStages, type RunStagesOptions, type StagesRun } from "./run-stages.ts";

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

  describe("with a time limit", () => {
    const limited = defineStages(
      [
        { id: "core", steps: ["lint", "unit"], timeLimitMs: 5000 },
        { id: "rescue", steps: ["mail"], trigger: 'stage("core").failed and step("unit").over' },
      ],
      ["lint", "unit", "mail"],
    );
    /** Timers that go off by hand. */
    const createTimers = (): {
      start: NonNullable<RunStagesOptions["startTimer"]>;
      log: string[];
      goOff: () => void;
    } => {
      const log: string[] = [];
      let callback = (): void => {};
      return {
        log,
        goOff: () => callback(),
        start: (delayMs, call) => {
          log.push(`start ${delayMs}`);
          callback = call;
          return () => log.push("stop");
        },
      };
    };

    test("ends a stage that runs longer, and closes its gate for that reason", async () => {
      const timers = createTimers();
      let reason: unknown;
      const run = await runStages(limited, {
        startTimer: timers.start,
        runStage: (stage, { signal, report }) => {
          if (stage.id === "rescue") return passAll(stage.steps);
          report("lint", passed);
          timers.goOff();
          reason = signal.reason;
          return Promise.resolve(new Map());
        },
      });
      expect(reason).toBe(
        'The gate of stage "core" is closed: it ran longer than its limit of 5 s; "unit" had not passed',
      );
      expect(run.states.map(({ state }) => state)).toEqual(["failed", "passed"]);
      expect(run.states[0]?.gate).toMatchObject({ reason: "time-limit", because: ["unit"] });
      expect(run.end).toMatchObject({ action: "stop", stage: { id: "core" } });
    });

    test("keeps the reason when the steps it ended report themselves as cancelled, and closes the gate even if they passed", async () => {
      for (const outcome of ["cancelled", "passed"] as const) {
        const timers = createTimers();
        const run = await runStages(limited, {
          startTimer: timers.start,
          runStage: (stage, { report }) => {
            if (stage.id === "rescue") return passAll(stage.steps);
            timers.goOff();
            report("lint", passed);
            return Promise.resolve(new Map([["unit", { outcome }]]));
          },
        });
        expect(run.states[0]?.gate.reason).toBe("time-limit");
      }
    });

    test("leaves a stage alone that ended in time, and stops the timer, also when running throws", async () => {
      const timers = createTimers();
      const run = await runStages(limited, { startTimer: timers.start, runStage: (stage) => passAll(stage.steps) });
      timers.goOff();
      expect(run.end.action).toBe("done");
      expect(timers.log[0]).toBe("start 5000");
      expect(timers.log).toContain("stop");
      const failing = createTimers();
      await expect(
        runStages(limited, { startTimer: failing.start, runStage: () => Promise.reject(new Error("spawn")) }),
      ).rejects.toThrow("spawn");
      expect(failing.log).toEqual(["start 5000", "stop"]);
    });

    test("is not the reason where the run was aborted before", async () => {
      const timers = createTimers();
      const controller = new AbortController();
      const run = await runStages(limited, {
        startTimer: timers.start,
        signal: controller.signal,
        runStage: () => {
          controller.abort("ctrl-c");
          timers.goOff();
          return Promise.resolve(new Map());
        },
      });
      expect(run).toMatchObject({ aborted: true });
      expect(run.states[0]?.gate.reason).toBe("waiting-for-steps");
    });

    test("counts in real time unless told otherwise", async () => {
      const [stage] = limited.stages;
      const short = defineStages([{ id: "core", steps: stage?.steps ?? [], timeLimitMs: 1 }], ["lint", "unit"]);
      const run = await runStages(short, {
        runStage: (_stage, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => resolve(new Map()));
          }),
      });
      expect(run.states[0]?.gate.reason).toBe("time-limit");
    });
  });

  test("gives expressions the facts of the run", async () => {
    const byFact = defineStages([{ id: "docs", steps: ["links"], trigger: 'changed("docs") and ci' }], ["links"]);
    const runWith = (facts: RunStagesOptions["facts"]): Promise<StagesRun> =>
      runStages(byFact, { facts, runStage: (stage) => passAll(stage.steps) });
    const environment = new Map([["ci", true]]);
    expect((await runWith({ changed: new Set(["docs"]), environment })).states[0]?.state).toBe("passed");
    expect((await runWith({ changed: new Set(["code"]), environment })).states[0]?.state).toBe("skipped");
    expect((await runWith({ changed: new Set(["docs"]) })).end.action).toBe("await-facts");
  });

  test("takes no result for a step of another stage, nor after the stage has ended", async () => {
    const ran: string[] = [];
    const reports: ((stepId: string, result: StepResult) => void)[] = [];
    const run = await runStages(stages, {
      approve: () => true,
      runStage: (stage, { report }) => {
        ran.push(stage.id);
        reports.push(report);
        if (stage.id === "release") return passAll(["tag"]);
        report("tag", passed);
        return passAll(["lint", "unit", "tag", "in no stage"]);
      },
    });
    expect(ran).toEqual(["core", "release"]);
    for (const report of reports) report("late", passed);
    expect([...run.results.keys()]).toEqual(["lint", "unit", "in no stage", "tag"]);
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
