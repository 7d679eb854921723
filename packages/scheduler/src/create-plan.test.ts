import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { violations, workloads, type Workload } from "../test/arbitrary-tasks.ts";
import { generateWorkload } from "../test/generate-workload.ts";
import { instanceOf } from "../test/instance-of.ts";
import { createGraph, graphIndex } from "./create-graph.ts";
import { createPlan, type Plan } from "./create-plan.ts";
import { inheritedPriorities } from "./critical-path.ts";
import { Timetable } from "./planning/timetable.ts";
import type { Strategy } from "./strategy.ts";
import { SchedulerError } from "./errors.ts";
import type { Task } from "./task.ts";

const strategies: fc.Arbitrary<Strategy> = fc.constantFrom("critical-path", "batches");

function planOf({ tasks, capacity, maxParallel }: Workload, strategy?: Strategy): Plan {
  return createPlan(createGraph(tasks), { capacity, maxParallel, strategy });
}

function starts(plan: Plan): Record<string, number> {
  return Object.fromEntries(plan.tasks.map((task) => [task.id, task.startMs]));
}

describe("createPlan()", () => {
  test("durations so short that they are rounded away beside long ones break no limit on slots, and no slack", () => {
    const durations = fc.constantFrom(0, 1e-9, 1e-9, 1, 3, 1e12, 3e12);
    fc.assert(
      fc.property(
        workloads({ withDemand: true }),
        fc.array(durations, { minLength: 25, maxLength: 25 }),
        strategies,
        ({ tasks: drawn, ...limits }, durationMs, strategy) => {
          const tasks = drawn.map((task, i) => ({ ...task, durationMs: durationMs[i] }));
          const plan = createPlan(createGraph(tasks), { ...limits, strategy, search: { generations: 60 } });
          const placed = new Set<string>();
          for (const { id, slot, startMs, slackMs, tailMs } of plan.tasks) {
            expect(slot).toBeLessThan(limits.maxParallel);
            expect(startMs + slackMs + tailMs).toBeLessThanOrEqual(plan.makespanMs * (1 + 1e-12));
            for (const need of tasks.find((task) => task.id === id)?.needs ?? []) expect(placed).toContain(need);
            placed.add(id);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("gives shares from 0 to 1 where amounts times durations are more than a number can hold", () => {
    const tasks = [1, 2, 3].map((k) => ({ id: `t${k}`, durationMs: 1e300, demand: { bytes: 1e300 } }));
    const { resourceUtilisation } = createPlan(createGraph(tasks), { capacity: { bytes: 1.5e300 } });
    expect(resourceUtilisation["bytes"]).toBeGreaterThan(0);
    expect(resourceUtilisation["bytes"]).toBeLessThanOrEqual(1);
  });

  test("never breaks a need, a capacity, a group or the slot limit, and plans every task once", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true }), strategies, (workload, strategy) => {
        const plan = planOf(workload, strategy);
        const spans = new Map(plan.tasks.map((task) => [task.id, task]));
        expect(spans.size).toBe(workload.tasks.length);
        expect(plan.tasks).toHaveLength(workload.tasks.length);
        expect(violations(workload, spans)).toEqual([]);
        for (const task of workload.tasks) {
          const planned = spans.get(task.id);
          expect((planned?.finishMs ?? 0) - (planned?.startMs ?? 0)).toBe(task.durationMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("two tasks never hold the same slot, and no slot is beyond maxParallel", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true }), (workload) => {
        const lastFinish = new Map<number, number>();
        for (const task of planOf(workload).tasks) {
          expect(task.slot).toBeLessThan(workload.maxParallel);
          expect(lastFinish.get(task.slot) ?? 0).toBeLessThanOrEqual(task.startMs);
          lastFinish.set(task.slot, task.finishMs);
        }
      }),
    );
  });

  test("is never longer than list scheduling, a larger budget never makes it longer, and equal seeds give equal plans", () => {
    fc.assert(
      fc.property(
        workloads({ withDemand: true, maxTasks: 40 }),
        fc.nat({ max: 150 }),
        fc.integer(),
        ({ tasks, ...limits }, generations, seed) => {
          const graph = createGraph(tasks);
          const plan = (count: number): Plan => createPlan(graph, { ...limits, search: { generations: count, seed } });
          const listed = plan(1);
          const short = plan(generations);
          const long = plan(generations + 60);
          expect(listed).toEqual(plan(0));
          expect(listed.generations).toBe(1);
          expect(short.makespanMs).toBeLessThanOrEqual(listed.makespanMs);
          expect(long.makespanMs).toBeLessThanOrEqual(short.makespanMs);
          expect(short.generations).toBeLessThanOrEqual(Math.max(1, generations));
          expect(plan(generations)).toEqual(short);
        },
      ),
    );
  });

  test("keeps every limit on generated graphs of all shapes, and shortens what list scheduling makes of them", () => {
    let listedMs = 0;
    let plannedMs = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const { tasks, capacity, maxParallel } = generateWorkload(seed, 10 + (seed % 40));
      const graph = createGraph(tasks);
      const plan = createPlan(graph, { capacity, maxParallel, search: { generations: 200 } });
      expect(violations({ tasks, capacity, maxParallel }, new Map(plan.tasks.map((task) => [task.id, task])))).toEqual(
        [],
      );
      expect(plan.makespanMs).toBeGreaterThanOrEqual(plan.lowerBoundMs);
      const listed = createPlan(graph, { capacity, maxParallel, search: { generations: 1 } });
      expect(plan.makespanMs).toBeLessThanOrEqual(listed.makespanMs);
      listedMs += listed.makespanMs / listed.lowerBoundMs;
      plannedMs += plan.makespanMs / plan.lowerBoundMs;
    }
    expect(plannedMs).toBeLessThan(0.99 * listedMs);
  });

  test("finds what list scheduling misses: a short task first, so that two long ones run side by side", () => {
    const tasks: Task[] = [
      { id: "a", durationMs: 3 },
      { id: "b", durationMs: 3 },
      { id: "c", durationMs: 2 },
      { id: "d", durationMs: 2 },
      { id: "e", durationMs: 2 },
    ];
    expect(createPlan(createGraph(tasks), { maxParallel: 2, search: { generations: 1 } }).makespanMs).toBe(7);
    const plan = createPlan(createGraph(tasks), { maxParallel: 2 });
    expect(plan).toMatchObject({ makespanMs: 6, lowerBoundMs: 6, reproducible: true });
    expect(plan.generations).toBeGreaterThan(1);
  });

  test("a task of lower priority never delays one of higher priority in what the search finds", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true }), (drawn) => {
        const tasks = drawn.tasks.map((task) => ({ ...task, durationMs: (task.durationMs ?? 0) + 1 }));
        const workload = { ...drawn, tasks };
        const plan = createPlan(createGraph(workload.tasks), { ...workload, search: { generations: 60 } });
        const listed = createPlan(createGraph(workload.tasks), { ...workload, search: { generations: 1 } });
        fc.pre(plan.makespanMs < listed.makespanMs);
        // Without all that is of lower priority than the highest, the rest fits at the same times or earlier.
        const priority = inheritedPriorities(
          graphIndex(createGraph(workload.tasks)),
          (i) => workload.tasks[i]?.priority,
        );
        const highest = Math.max(...priority);
        const urgent = workload.tasks.filter((_, i) => priority[i] === highest);
        const spans = new Map(plan.tasks.map((task) => [task.id, task]));
        const instance = instanceOf({ ...workload, tasks: urgent });
        const order = Int32Array.from(urgent.keys()).sort(
          (a, b) =>
            (spans.get(urgent[a]?.id ?? "")?.startMs ?? 0) - (spans.get(urgent[b]?.id ?? "")?.startMs ?? 0) ||
            instance.order.indexOf(a) - instance.order.indexOf(b),
        );
        const alone = new Timetable(instance);
        alone.build(order, "early");
        for (const [i, task] of urgent.entries()) {
          expect(spans.get(task.id)?.startMs).toBe(alone.startMs[i]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("begins with a given order: three schedules after a plan, another is as short", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { tasks, capacity, maxParallel } = generateWorkload(seed, 30);
      const graph = createGraph(tasks);
      const plan = createPlan(graph, { capacity, maxParallel, search: { generations: 400 } });
      const order = ["unknown", ...plan.tasks.map(({ id }) => id)];
      const again = createPlan(graph, { capacity, maxParallel, search: { generations: 4, order } });
      expect(again.makespanMs).toBeLessThanOrEqual(plan.makespanMs * (1 + 1e-12));
      const partly = createPlan(graph, { capacity, maxParallel, search: { generations: 4, order: order.slice(0, 9) } });
      expect(partly.tasks).toHaveLength(tasks.length);
    }
  });

  test("a time limit ends the search and is told of, unless there was nothing to search for", () => {
    const { tasks, capacity, maxParallel } = generateWorkload(3, 30);
    const graph = createGraph(tasks);
    let nowMs = 0;
    const search = { timeLimitMs: 20, now: () => nowMs++ };
    const plan = createPlan(graph, { capacity, maxParallel, search });
    expect(plan.reproducible).toBe(false);
    expect(plan.generations).toBeGreaterThan(1);
    expect(plan.generations).toBeLessThanOrEqual(21);
    expect(createPlan(graph, { capacity, maxParallel, search: { generations: 40 } }).reproducible).toBe(true);
    expect(createPlan(createGraph([{ id: "a" }]), { search: { timeLimitMs: 5 } }).reproducible).toBe(true);
  });

  test("takes durations of any size, also none", () => {
    for (const unit of [1e-300, 1e-9, 1, 1e12, 1e290]) {
      const { tasks, capacity, maxParallel } = generateWorkload(5, 30);
      const scaled = tasks.map((task, i) => ({ ...task, durationMs: i % 7 === 0 ? 0 : (task.durationMs ?? 0) * unit }));
      const plan = createPlan(createGraph(scaled), { capacity, maxParallel, search: { generations: 100 } });
      expect(plan.makespanMs).toBeGreaterThanOrEqual(plan.lowerBoundMs);
      expect(plan.makespanMs / plan.lowerBoundMs).toBeLessThan(2);
      for (const task of plan.tasks) expect(task.slackMs).toBeGreaterThanOrEqual(0);
    }
    const nothing = createGraph(Array.from({ length: 9 }, (_, i): Task => ({ id: `t${i}`, durationMs: 0 })));
    expect(createPlan(nothing, { maxParallel: 2 })).toMatchObject({ makespanMs: 0, generations: 1, utilisation: 0 });
    const wild = createGraph([1, 1e-200, 1e200].map((durationMs, i): Task => ({ id: `t${i}`, durationMs })));
    expect(createPlan(wild, { maxParallel: 2 }).makespanMs).toBe(1e200);
    const greedy = createGraph(
      [1, 2, 3].map((i): Task => ({ id: `t${i}`, durationMs: 1e10, demand: { bytes: 1e300 } })),
    );
    expect(createPlan(greedy, { capacity: { bytes: 1e300 } }).makespanMs).toBe(3e10);
    const endless = createGraph([1, 2].map((i): Task => ({ id: `t${i}`, durationMs: 1.7e308 })));
    expect(() => createPlan(endless)).toThrow("Cannot create plan: the durations of all tasks add up to more");
  });

  test("is that of list scheduling where tasks and limits are so many that a search would take too much memory", () => {
    const tasks = Array.from({ length: 4_000 }, (_, i): Task => ({
      id: `t${i}`,
      durationMs: 1 + (i % 7) / 3,
      group: `group ${i % 2_000}`,
    }));
    const plan = createPlan(createGraph(tasks), { maxParallel: 3, search: { generations: 50 } });
    expect(plan.generations).toBe(1);
    expect(plan.makespanMs / plan.lowerBoundMs).toBeLessThan(1.01);
  });

  test("tells how much of each resource is taken", () => {
    const tasks: Task[] = [
      { id: "a", durationMs: 10, demand: { cpu: 2, gpu: 1 } },
      { id: "b", durationMs: 10, demand: { cpu: 1 } },
    ];
    const capacity = { cpu: 3, gpu: 4, disk: 5, none: 0, endless: Infinity };
    const { resourceUtilisation } = createPlan(createGraph(tasks), { capacity });
    expect(resourceUtilisation).toEqual({ cpu: 1, gpu: 0.25, disk: 0 });
  });

  test("is never shorter than the lower bound", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true }), strategies, (workload, strategy) => {
        const plan = planOf(workload, strategy);
        expect(plan.makespanMs).toBeGreaterThanOrEqual(plan.lowerBoundMs - 1e-6);
        expect(plan.lowerBoundMs).toBeGreaterThanOrEqual(plan.criticalPathMs);
        expect(plan.utilisation).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("stays within Graham's bound: work / m + (1 - 1 / m) times the critical path", () => {
    fc.assert(
      fc.property(workloads({ withDemand: false }), (workload) => {
        const plan = planOf(workload);
        const workMs = workload.tasks.reduce((sum, task) => sum + (task.durationMs ?? 0), 0);
        const m = workload.maxParallel;
        expect(plan.makespanMs).toBeLessThanOrEqual(workMs / m + (1 - 1 / m) * plan.criticalPathMs + 1e-6);
      }),
    );
  });

  test("gives equal plans for equal inputs", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true }), strategies, (workload, strategy) => {
        expect(planOf(structuredClone(workload), strategy)).toEqual(planOf(workload, strategy));
      }),
    );
  });

  test("slack is what is left until the end behind the tail, and the critical path of an unlimited plan has none", () => {
    fc.assert(
      fc.property(workloads({ withDemand: false }), ({ tasks }) => {
        const plan = createPlan(createGraph(tasks));
        expect(plan.makespanMs).toBe(plan.criticalPathMs);
        const byId = new Map(plan.tasks.map((task) => [task.id, task]));
        for (const id of plan.criticalPath) expect(byId.get(id)?.slackMs).toBe(0);
        for (const task of plan.tasks) expect(task.startMs + task.tailMs + task.slackMs).toBe(plan.makespanMs);
      }),
    );
  });

  test("starts the longest remaining path first, where the order of declaration would lose", () => {
    const graph = createGraph([
      { id: "short", durationMs: 2 },
      { id: "other", durationMs: 2 },
      { id: "long", durationMs: 1 },
      { id: "rest", durationMs: 5, needs: ["long"] },
    ]);
    const plan = createPlan(graph, { maxParallel: 2 });
    expect(plan.tasks).toEqual([
      { id: "long", startMs: 0, finishMs: 1, slot: 0, slackMs: 0, tailMs: 6 },
      { id: "short", startMs: 0, finishMs: 2, slot: 1, slackMs: 2, tailMs: 2 },
      { id: "rest", startMs: 1, finishMs: 6, slot: 0, slackMs: 0, tailMs: 5 },
      { id: "other", startMs: 2, finishMs: 4, slot: 1, slackMs: 2, tailMs: 2 },
    ]);
    expect(plan).toMatchObject({
      makespanMs: 6,
      lowerBoundMs: 6,
      criticalPath: ["long", "rest"],
      criticalPathMs: 6,
      utilisation: 10 / 12,
      maxParallel: 2,
      resourceUtilisation: {},
      capacity: {},
      strategy: "critical-path",
      generations: 1,
      reproducible: true,
    });
  });

  test("puts priority before the longest path, also for what an urgent task needs; ties go by declaration", () => {
    const tasks: Task[] = [
      { id: "b", durationMs: 1 },
      { id: "a", durationMs: 1 },
      { id: "long", durationMs: 9 },
      { id: "setup", durationMs: 1 },
      { id: "urgent", durationMs: 1, needs: ["setup"], priority: 1 },
    ];
    const plan = createPlan(createGraph(tasks), { maxParallel: 1 });
    expect(plan.tasks.map((task) => task.id)).toEqual(["setup", "urgent", "long", "b", "a"]);
  });

  test("batches wait for the whole level", () => {
    const tasks: Task[] = [
      { id: "slow", durationMs: 10 },
      { id: "quick", durationMs: 1 },
      { id: "after", durationMs: 1, needs: ["quick"] },
    ];
    expect(starts(createPlan(createGraph(tasks), { strategy: "batches" }))).toEqual({ slow: 0, quick: 0, after: 10 });
    expect(starts(createPlan(createGraph(tasks)))).toEqual({ slow: 0, quick: 0, after: 1 });
  });

  test("lets a small task pass one that does not fit, but not for ever", () => {
    const small = Array.from({ length: 60 }, (_, i): Task => ({
      id: `s${i}`,
      durationMs: 2 - (i % 2) * 0.5,
      demand: { cpu: 1 },
    }));
    const big: Task = { id: "big", durationMs: 1, demand: { cpu: 2 }, priority: 1 };
    const first: Task = { id: "first", durationMs: 1, demand: { cpu: 1 }, priority: 2 };
    const plan = createPlan(createGraph([first, big, ...small]), { capacity: { cpu: 2 }, search: { generations: 1 } });
    const order = plan.tasks.map((task) => task.id);
    expect(order.slice(0, 2)).toEqual(["first", "s0"]);
    expect(order.indexOf("big")).toBeGreaterThan(2);
    expect(order.indexOf("big")).toBeLessThan(25);
  });

  test("adds fractional demands up to the full capacity", () => {
    const tasks = Array.from({ length: 10 }, (_, i): Task => ({ id: `t${i}`, durationMs: 1, demand: { share: 0.1 } }));
    expect(createPlan(createGraph(tasks), { capacity: { share: 1 } }).makespanMs).toBe(1);
    // 0.3 - 0.1 is a little less than 0.2.
    const uneven = [0.1, 0.2].map((share): Task => ({ id: `${share}`, durationMs: 1, demand: { share } }));
    expect(createPlan(createGraph(uneven), { capacity: { share: 0.3 } }).makespanMs).toBe(1);
  });

  test("names what bounds the plan from below: slots, a resource or a group", () => {
    const tasks = (extra: Partial<Task>): Task[] =>
      Array.from({ length: 4 }, (_, i) => ({ id: `t${i}`, durationMs: 10, ...extra }));
    const bound = (extra: Partial<Task>, options: Parameters<typeof createPlan>[1]): number =>
      createPlan(createGraph(tasks(extra)), options).lowerBoundMs;
    expect(bound({}, {})).toBe(10);
    expect(bound({}, { maxParallel: 2 })).toBe(20);
    expect(bound({ demand: { gpu: 1.5 } }, { capacity: { gpu: 4 } })).toBe(20);
    expect(bound({ demand: { gpu: 3 } }, { capacity: { gpu: 4 } })).toBe(40);
    expect(bound({ demand: { gpu: 3 } }, {})).toBe(10);
    expect(bound({ group: "port" }, {})).toBe(40);
  });

  test("refuses a demand above the capacity and options out of range", () => {
    const graph = createGraph([{ id: "a", demand: { memory_mb: 300 } }]);
    expect(() => createPlan(graph, { capacity: { memory_mb: 200 } })).toThrow(
      expect.objectContaining({ code: "SCHEDULER_DEMAND_EXCEEDS_CAPACITY", ids: ["a"] }),
    );
    expect(() => createPlan(graph, { capacity: { memory_mb: 200 } })).toThrow(SchedulerError);
    expect(() => createPlan(graph, { maxParallel: 0 })).toThrow("`maxParallel` must be a positive integer");
    expect(() => createPlan(graph, { capacity: { memory_mb: -1 } })).toThrow(RangeError);
    expect(() => createPlan(graph, { strategy: "fastest" as Strategy })).toThrow(TypeError);
    expect(() => createPlan(graph, { search: { generations: Number.NaN } })).toThrow("`search.generations` must be");
  });

  test("a plan is plain data, also of nothing", () => {
    const plan = createPlan(createGraph([]));
    expect(plan).toMatchObject({ tasks: [], makespanMs: 0, lowerBoundMs: 0, utilisation: 0, maxParallel: 1 });
    const other = createPlan(createGraph([{ id: "a" }, { id: "b" }]), { capacity: { cpu: Infinity, gpu: 1 } });
    expect(other.capacity).toEqual({ gpu: 1 });
    expect(JSON.parse(JSON.stringify(other))).toEqual(other);
    expectTypeOf(other).toEqualTypeOf<Plan<"a" | "b">>();
  });

  test("plans 20,000 tasks of as many different demands without scanning those that wait", () => {
    const tasks = Array.from({ length: 20_000 }, (_, i): Task => ({
      id: `t${i}`,
      durationMs: 1 + (i % 97),
      demand: { memory_mb: 100 + i / 100, cpu: 1 + (i % 3) },
    }));
    const plan = createPlan(createGraph(tasks), { capacity: { memory_mb: 2_000, cpu: 8 } });
    expect(plan.makespanMs / plan.lowerBoundMs).toBeLessThan(1.2);
  });
});
