import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workloads } from "../../test/arbitrary-tasks.ts";
import { VirtualClock } from "../../test/virtual-clock.ts";
import { createGraph } from "../create-graph.ts";
import { createPlan } from "../create-plan.ts";
import type { ExecuteOptions } from "../executing/execute-options.ts";
import { execute } from "../executing/execute.ts";
import { explain } from "./explain.ts";
import type { ExecutionResult } from "../executing/outcome.ts";
import type { Strategy } from "../strategy.ts";
import type { Task } from "../task.ts";

/** Runs the tasks in virtual time, each for its duration or for the one in `actualMs`. */
async function runTasks(
  tasks: readonly Task[],
  options: ExecuteOptions & { readonly actualMs?: Readonly<Record<string, number>> } = {},
): Promise<ExecutionResult> {
  const clock = new VirtualClock();
  const { actualMs = {}, ...rest } = options;
  const execution = execute<string, unknown>(
    createGraph<string>(tasks),
    (task, { signal, attempt }) => {
      if (task.id === "flaky" && attempt === 1) throw new Error("once");
      return clock.delay(actualMs[task.id] ?? task.durationMs ?? 0, signal);
    },
    { now: clock.now, setTimer: clock.setTimer, ...rest },
  );
  return clock.until(execution.result);
}

const TASKS: readonly Task[] = [
  { id: "build", durationMs: 5, demand: { cpu: 2 }, group: "disk", priority: 1 },
  { id: "test", durationMs: 1, needs: ["build"] },
  { id: "lint", durationMs: 9, demand: { cpu: 1 } },
  { id: "pack", durationMs: 1, group: "disk" },
  { id: "idle", durationMs: 1, priority: -1 },
];

describe("explain()", () => {
  test("says when a task could have started, when it did, who stood in its way, and what was predicted", async () => {
    const limits = { capacity: { cpu: 2 }, maxParallel: 2 };
    const plan = createPlan(createGraph<string>(TASKS), { ...limits, search: { generations: 1 } });
    const result = await runTasks(TASKS, { ...limits, plan, replan: false, actualMs: { build: 6 } });
    const { tasks } = explain(result, plan);
    expect([...tasks.values()].map(({ text }) => text)).toEqual([
      "build: ready at 0 ms, started at 0 ms (planned 0 ms); succeeded after 6 ms (predicted 5 ms)",
      "test: ready at 6 ms, started at 6 ms (planned 5 ms); succeeded after 1 ms (predicted 1 ms)",
      "lint: ready at 0 ms, started at 6 ms (planned 5 ms); waited 1 ms for a slot held by build, idle, then 5 ms for cpu held by build; succeeded after 9 ms (predicted 9 ms)",
      "pack: ready at 0 ms, started at 7 ms (planned 6 ms); waited 1 ms for a slot held by build, idle, then 5 ms for group disk held by build, then 1 ms for a slot held by test, lint; succeeded after 1 ms (predicted 1 ms)",
      "idle: ready at 0 ms, started at 0 ms (planned 0 ms); succeeded after 1 ms (predicted 1 ms)",
    ]);
    expect(tasks.get("lint")).toMatchObject({
      readyMs: 0,
      startedMs: 6,
      actualMs: 9,
      predictedMs: 9,
      plannedStartMs: 5,
      waits: [
        { cause: "slot", heldBy: ["build", "idle"], endedBy: "idle", durationMs: 1 },
        { cause: "resource", on: "cpu", heldBy: ["build"], endedBy: "build", fromMs: 1, toMs: 6 },
      ],
    });
  });

  test("walks back from the last end through needs, resources, groups and slots", async () => {
    const result = await runTasks(
      [
        { id: "first", durationMs: 4 },
        { id: "holder", durationMs: 3, needs: ["first"], demand: { cpu: 2 }, priority: 2 },
        { id: "waiter", durationMs: 3, needs: ["first"], demand: { cpu: 2 }, group: "port", priority: 1 },
        { id: "grouped", durationMs: 5, group: "port", needs: ["holder"] },
        { id: "short", durationMs: 1 },
      ],
      { capacity: { cpu: 2 } },
    );
    const path = explain(result).criticalPath;
    expect(path.map(({ id, startedMs, finishedMs, wait }) => [id, startedMs, finishedMs, wait?.cause])).toEqual([
      ["first", 0, 4, undefined],
      ["holder", 4, 7, "need"],
      ["waiter", 7, 10, "resource"],
      ["grouped", 10, 15, "group"],
    ]);
  });

  test("counts retries, tells tasks that never started, and levels of batches", async () => {
    const retried = await runTasks([{ id: "flaky", durationMs: 7 }], { retries: 1, retryDelayMs: 10 });
    expect(explain(retried).tasks.get("flaky")).toMatchObject({
      actualMs: 7,
      text: "flaky: ready at 0 ms, started at 0 ms; waited 10 ms after attempt 1; succeeded after 7 ms (predicted 7 ms)",
    });
    const failed = await runTasks([{ id: "flaky" }, { id: "child", needs: ["flaky"] }]);
    expect(explain(failed).tasks.get("child")?.text).toBe("child: cancelled at 0 ms without having started");
    const batches = await runTasks(
      [
        { id: "a", durationMs: 2 },
        { id: "slow", durationMs: 8 },
        { id: "b", needs: ["a"], durationMs: 1 },
      ],
      { strategy: "batches" },
    );
    expect(explain(batches).tasks.get("b")).toMatchObject({ readyMs: 8, waits: [{ cause: "batch", endedBy: "slow" }] });
    expect(explain(batches).criticalPath.map(({ id }) => id)).toEqual(["slow", "b"]);
  });

  test("the executed critical path is gapless and as long as the execution, and named holders held something", async () => {
    const strategies: fc.Arbitrary<Strategy> = fc.constantFrom("critical-path", "batches");
    await fc.assert(
      fc.asyncProperty(workloads({ withDemand: true }), strategies, async (workload, strategy) => {
        const { tasks, capacity, maxParallel } = workload;
        const result = await runTasks(tasks, { capacity, maxParallel, strategy });
        const explanation = explain(result);
        let atMs = 0;
        for (const { id, startedMs, finishedMs } of explanation.criticalPath) {
          expect([id, startedMs]).toEqual([id, atMs]);
          atMs = finishedMs;
        }
        expect(atMs).toBe(result.makespanMs);
        for (const { waits, readyMs, startedMs } of explanation.tasks.values()) {
          expect(startedMs).toBeGreaterThanOrEqual(readyMs as number);
          for (const { cause, on, heldBy, fromMs } of waits) {
            if (cause === "resource" || cause === "group" || cause === "slot") expect(heldBy).not.toEqual([]);
            for (const holder of heldBy) {
              const outcome = result.outcomes.get(holder);
              expect(outcome?.startedMs).toBeLessThanOrEqual(fromMs);
              expect(outcome?.finishedMs).toBeGreaterThan(fromMs);
              const task = tasks.find(({ id }) => id === holder);
              if (cause === "group") expect(task?.group).toBe(on);
              if (cause === "resource") expect(task?.demand?.[on]).toBeGreaterThan(0);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
