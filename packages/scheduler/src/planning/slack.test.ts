import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { violations, workloads } from "../../test/arbitrary-tasks.ts";
import { createGraph } from "../create-graph.ts";
import { createPlan, type Plan } from "../create-plan.ts";
import type { Task } from "../task.ts";
import { SLACK_UNDER_LIMITS_UP_TO } from "./slack.ts";

const slackOf = (plan: Plan): Record<string, number> =>
  Object.fromEntries(plan.tasks.map(({ id, slackMs }) => [id, slackMs]));

describe("slackMs", () => {
  test("with every task moved by its slack all limits hold and the end stays where it is", () => {
    fc.assert(
      fc.property(
        workloads({ withDemand: true }),
        fc.constantFrom("critical-path" as const, "batches" as const),
        (workload, strategy) => {
          const { tasks, ...limits } = workload;
          const plan = createPlan(createGraph(tasks), { ...limits, strategy, search: { generations: 20 } });
          const moved = new Map(
            plan.tasks.map(({ id, startMs, finishMs, slackMs }) => [
              id,
              { startMs: startMs + slackMs, finishMs: finishMs + slackMs },
            ]),
          );
          expect(violations(workload, moved)).toEqual([]);
          for (const { slackMs } of plan.tasks) expect(slackMs).toBeGreaterThanOrEqual(0);
          expect(Math.max(0, ...[...moved.values()].map(({ finishMs }) => finishMs))).toBe(plan.makespanMs);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("counts what shares a slot or a group, not only what depends on a task", () => {
    const tasks: Task[] = [
      { id: "a", durationMs: 3 },
      { id: "b", durationMs: 2 },
      { id: "c", durationMs: 1 },
    ];
    expect(slackOf(createPlan(createGraph(tasks), { maxParallel: 1 }))).toEqual({ a: 0, b: 0, c: 0 });
    expect(slackOf(createPlan(createGraph(tasks), { maxParallel: 2 }))).toEqual({ a: 0, b: 0, c: 0 });
    expect(slackOf(createPlan(createGraph(tasks)))).toEqual({ a: 0, b: 1, c: 2 });
    const grouped = tasks.map((task) => (task.id === "a" ? task : { ...task, group: "port" }));
    expect(slackOf(createPlan(createGraph([...grouped, { id: "d", durationMs: 5 }])))).toEqual({
      a: 2,
      b: 2,
      c: 2,
      d: 0,
    });
  });

  test("in batches a task may move within its level", () => {
    const tasks: Task[] = [
      { id: "slow", durationMs: 10 },
      { id: "quick", durationMs: 1 },
      { id: "after", durationMs: 1, needs: ["quick"] },
      { id: "long", durationMs: 4, needs: ["quick"] },
    ];
    const plan = createPlan(createGraph(tasks), { strategy: "batches" });
    expect(slackOf(plan)).toEqual({ slow: 0, quick: 9, after: 3, long: 0 });
  });

  test("counts needs alone in a plan of very many tasks", () => {
    const tasks = Array.from({ length: SLACK_UNDER_LIMITS_UP_TO + 1 }, (_, i): Task => ({
      id: `t${i}`,
      durationMs: 1,
    }));
    const plan = createPlan(createGraph(tasks), { maxParallel: 1 });
    expect(plan.tasks.at(0)?.slackMs).toBe(SLACK_UNDER_LIMITS_UP_TO);
    expect(plan.tasks.at(-1)?.slackMs).toBe(0);
  });
});
