import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { violations, workloads, type Workload } from "../../test/arbitrary-tasks.ts";
import { generateWorkload } from "../../test/generate-workload.ts";
import { allOrders, instanceOf } from "../../test/instance-of.ts";
import { createGraph, graphIndex } from "../create-graph.ts";
import { tails } from "../critical-path.ts";
import { type Found, search, type SearchLimits } from "./search.ts";
import { Timetable } from "./timetable.ts";

/** Searches from the schedule of the tasks in topological order. */
function searchFrom(workload: Workload, limits: Partial<SearchLimits>): Found {
  const instance = instanceOf(workload);
  const timetable = new Timetable(instance);
  const makespanMs = timetable.build(instance.order, "early");
  const incumbent = { startMs: timetable.startMs.slice(), makespanMs, order: instance.order };
  const tailMs = tails(graphIndex(createGraph(workload.tasks)));
  const defaults = { generations: 300, seed: 1, lowerBoundMs: 0, places: undefined, isOver: undefined };
  return search(instance, tailMs, incumbent, { ...defaults, ...limits });
}

describe("search()", () => {
  test("finds the shortest of all schedules of a few tasks", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true, maxTasks: 7 }), (drawn) => {
        const workload = { ...drawn, tasks: drawn.tasks.map((task) => ({ ...task, priority: 0 })) };
        const instance = instanceOf(workload);
        const timetable = new Timetable(instance);
        let shortestMs = Infinity;
        for (const order of allOrders(instance)) shortestMs = Math.min(shortestMs, timetable.build(order, "early"));
        expect(searchFrom(workload, { lowerBoundMs: shortestMs }).makespanMs).toBe(shortestMs);
      }),
      { numRuns: 100 },
    );
  });

  test("with more generations never ends with a longer schedule, and breaks no limit on the way", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 40 }),
        fc.nat({ max: 200 }),
        fc.nat(),
        (draw, size, few, seed) => {
          const workload = generateWorkload(draw, size);
          const short = searchFrom(workload, { generations: few, seed });
          const long = searchFrom(workload, { generations: few + 100, seed });
          expect(long.makespanMs).toBeLessThanOrEqual(short.makespanMs);
          expect(short.generations).toBeLessThanOrEqual(few);
          const spans = new Map(
            workload.tasks.map(({ id, durationMs = 0 }, i) => {
              const startMs = long.startMs[i] ?? 0;
              return [id, { startMs, finishMs: startMs + durationMs }];
            }),
          );
          expect(violations(workload, spans)).toEqual([]);
          expect(searchFrom(workload, { generations: few, seed })).toEqual(short);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("ends at the lower bound, when it is told to, and gives the incumbent back when it finds nothing", () => {
    const workload = generateWorkload(3, 30);
    const best = searchFrom(workload, { generations: 2_000 });
    const again = searchFrom(workload, { generations: 2_000, lowerBoundMs: best.makespanMs });
    expect(again.makespanMs).toBe(best.makespanMs);
    expect(again.generations).toBeLessThan(2_000);

    let asked = 0;
    const stopped = searchFrom(workload, { isOver: () => ++asked > 10 });
    expect(stopped.generations).toBeGreaterThan(0);
    expect(stopped.generations).toBeLessThanOrEqual(10);
    expect(searchFrom(workload, { generations: 0 }).generations).toBe(0);
  });

  test("another seed takes another way", () => {
    const lengths = (seed: number): number[] =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((draw) => searchFrom(generateWorkload(draw, 60), { seed }).makespanMs);
    expect(lengths(1)).not.toEqual(lengths(2));
  });
});
