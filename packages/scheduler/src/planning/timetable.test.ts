import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { violations, type Workload, workloads } from "../../test/arbitrary-tasks.ts";
import { instanceOf } from "../../test/instance-of.ts";
import type { Instance } from "./instance.ts";
import { Timetable } from "./timetable.ts";

const drawn = workloads({ withDemand: true });

function spansOf({ tasks }: Workload, startMs: Float64Array): Map<string, { startMs: number; finishMs: number }> {
  return new Map(
    tasks.map(({ id, durationMs = 0 }, i) => {
      const start = startMs[i] ?? 0;
      return [id, { startMs: start, finishMs: start + durationMs }];
    }),
  );
}

/** The serial scheme without any cleverness: every moment at which something ends is tried against all that has been placed. */
function placeOneByOne(instance: Instance, list: Int32Array): number[] {
  const { durationMs, needs, demands, amounts, capacity } = instance;
  const amountOf = (task: number, limit: number): number => {
    for (let d = demands.starts[task] ?? 0; d < (demands.starts[task + 1] ?? 0); d++) {
      if (demands.items[d] === limit) return amounts[d] ?? 0;
    }
    return 0;
  };
  const startMs: number[] = [];
  const placed: number[] = [];
  const endOf = (task: number): number => (startMs[task] ?? 0) + (durationMs[task] ?? 0);
  for (const task of list) {
    const own = needs.items.slice(needs.starts[task], needs.starts[task + 1]);
    const readyMs = Math.max(0, ...[...own].map(endOf));
    const fits = (from: number): boolean => {
      const to = from + (durationMs[task] ?? 0);
      const moments = [from, ...placed.map((other) => startMs[other] ?? 0)].filter((at) => at >= from && at < to);
      return moments.every((at) =>
        capacity.every((limit, r) => {
          const running = placed.filter((other) => (startMs[other] ?? 0) <= at && endOf(other) > at);
          const used = running.reduce((sum, other) => sum + amountOf(other, r), amountOf(task, r));
          return used <= limit * (1 + 1e-9);
        }),
      );
    };
    const candidates = [readyMs, ...placed.map(endOf)].filter((at) => at >= readyMs).sort((a, b) => a - b);
    startMs[task] = candidates.find(fits) ?? Number.NaN;
    placed.push(task);
  }
  return startMs;
}

describe("Timetable", () => {
  test("puts each task of a list at the earliest time at which it can start", () => {
    const oneOrMoreLimits = fc.oneof(drawn, workloads({ withDemand: false }));
    fc.assert(
      fc.property(oneOrMoreLimits, (workload) => {
        const tasks = workload.tasks.map((task) => ({ ...task, durationMs: (task.durationMs ?? 0) + 1 }));
        const instance = instanceOf({ ...workload, tasks });
        const timetable = new Timetable(instance);
        const lengthMs = timetable.build(instance.order, "early");
        expect([...timetable.startMs]).toEqual(placeOneByOne(instance, instance.order));
        expect(lengthMs).toBe(Math.max(0, ...tasks.map((task, i) => (timetable.startMs[i] ?? 0) + task.durationMs)));
      }),
      { numRuns: 300 },
    );
  });

  test("breaks no limit, also with tasks of no duration, from either end of time", () => {
    fc.assert(
      fc.property(drawn, (workload) => {
        const instance = instanceOf(workload);
        const timetable = new Timetable(instance);
        timetable.build(instance.order, "early");
        expect(violations(workload, spansOf(workload, timetable.startMs))).toEqual([]);
        const lengthMs = timetable.build(instance.order.toReversed(), "late");
        const fromTheStart = timetable.startMs.map(
          (start, i) => lengthMs - start - (workload.tasks[i]?.durationMs ?? 0),
        );
        expect(violations(workload, spansOf(workload, fromTheStart))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("is not longer after the tasks have been moved to the other end and back", () => {
    fc.assert(
      fc.property(drawn, (workload) => {
        const tasks = workload.tasks.map((task) => ({ ...task, durationMs: (task.durationMs ?? 0) + 1 }));
        const instance = instanceOf({ ...workload, tasks });
        const timetable = new Timetable(instance);
        let list = instance.order.slice();
        let lengthMs = timetable.build(list, "early");
        for (const direction of ["late", "early", "late", "early"] as const) {
          const other = new Int32Array(list.length);
          timetable.listByFinish(list, other);
          const movedMs = timetable.build(other, direction);
          expect(movedMs).toBeLessThanOrEqual(lengthMs);
          lengthMs = movedMs;
          list = other;
        }
      }),
    );
  });

  test("lists tasks by start, each after what it needs, and building from that list gives the same schedule", () => {
    fc.assert(
      fc.property(drawn, (workload) => {
        const tasks = workload.tasks.map((task) => ({ ...task, durationMs: (task.durationMs ?? 0) + 1 }));
        const instance = instanceOf({ ...workload, tasks });
        const timetable = new Timetable(instance);
        timetable.build(instance.order, "early");
        const startMs = timetable.startMs.slice();
        const list = new Int32Array(instance.size);
        timetable.listByStart(instance.order, list);
        expect([...list].map((task) => startMs[task])).toEqual([...startMs].sort((a, b) => a - b));
        timetable.build(list, "early");
        expect(timetable.startMs).toEqual(startMs);
      }),
    );
  });

  test("a task of no duration needs room at its moment, between what ends and what begins then", () => {
    const place = (tasks: Workload["tasks"], order: readonly number[]): number[] => {
      const instance = instanceOf({ tasks, capacity: {}, maxParallel: 1 });
      const timetable = new Timetable(instance);
      timetable.build(Int32Array.from(order), "early");
      return [...timetable.startMs];
    };
    const gate = { id: "gate", needs: ["before"], durationMs: 0 };
    const before = { id: "before", durationMs: 2 };
    const long = { id: "long", durationMs: 5 };
    expect(place([before, gate, long], [0, 2, 1])).toEqual([0, 2, 2]);
    // Behind `long`, which was placed first and runs across the end of `before`… which can itself only run after it.
    expect(place([before, gate, long], [2, 0, 1])).toEqual([5, 7, 0]);
    const loose = { id: "loose", durationMs: 0 };
    expect(place([long, loose, before], [0, 2, 1])).toEqual([0, 0, 5]);
  });
});
