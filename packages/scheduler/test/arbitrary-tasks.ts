import * as fc from "fast-check";
import type { Task } from "../src/task.ts";

export interface Workload {
  readonly tasks: readonly Task[];
  readonly capacity: Readonly<Record<string, number>>;
  readonly maxParallel: number;
}

/** Acyclic tasks "t0", "t1", … declared in a shuffled order, with or without demands and groups, and limits under which all of them can run. */
export function workloads(options: {
  readonly withDemand: boolean;
  readonly maxTasks?: number;
}): fc.Arbitrary<Workload> {
  const { withDemand, maxTasks = 25 } = options;
  const shape = fc.record({
    durationMs: fc.integer({ min: 0, max: 20 }),
    needs: fc.array(fc.nat(), { maxLength: 3 }),
    cpu: fc.integer({ min: 0, max: 4 }),
    memory: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
    group: fc.constantFrom(undefined, undefined, undefined, "database", "port"),
    priority: fc.constantFrom(undefined, undefined, 0, 1, 5),
  });
  return fc
    .record({ shapes: fc.array(shape, { maxLength: maxTasks }), maxParallel: fc.integer({ min: 1, max: 5 }) })
    .map(({ shapes, maxParallel }) => ({
      maxParallel,
      capacity: withDemand ? { cpu: 4, memory: 1 } : {},
      tasks: shapes.map((made, i): Task => ({
        id: `t${i}`,
        needs: i === 0 ? [] : made.needs.map((need) => `t${need % i}`),
        durationMs: made.durationMs,
        priority: made.priority,
        ...(withDemand ? { demand: { cpu: made.cpu, memory: made.memory }, group: made.group } : {}),
      })),
    }))
    .chain((workload) =>
      fc
        .shuffledSubarray([...workload.tasks], { minLength: workload.tasks.length })
        .map((tasks) => ({ ...workload, tasks })),
    );
}

/** What is wrong with the spans in which tasks ran: empty when every need, capacity, group and slot limit was kept. */
export function violations(
  workload: Workload,
  spans: ReadonlyMap<string, { readonly startMs: number; readonly finishMs: number }>,
): readonly string[] {
  const wrong: string[] = [];
  for (const task of workload.tasks) {
    const span = spans.get(task.id);
    if (span === undefined) continue;
    for (const need of task.needs ?? []) {
      if ((spans.get(need)?.finishMs ?? Infinity) > span.startMs) wrong.push(`${task.id} started before ${need} ended`);
    }
    // Usage can only be highest at a start. A span without length takes nothing after its moment.
    let running = 0;
    let inGroup = 0;
    const used = new Map<string, number>();
    for (const other of workload.tasks) {
      const its = spans.get(other.id);
      if (its === undefined || its.startMs > span.startMs || its.finishMs <= span.startMs) continue;
      running += 1;
      if (other.group !== undefined && other.group === task.group) inGroup += 1;
      for (const [resource, amount] of Object.entries(other.demand ?? {})) {
        used.set(resource, (used.get(resource) ?? 0) + amount);
      }
    }
    if (running > workload.maxParallel) wrong.push(`${running} tasks at ${span.startMs}`);
    if (inGroup > 1) wrong.push(`${inGroup} tasks of "${task.group}" at ${span.startMs}`);
    for (const [resource, amount] of used) {
      if (amount > (workload.capacity[resource] ?? Infinity) + 1e-6) {
        wrong.push(`${amount} of ${resource} at ${span.startMs}`);
      }
    }
  }
  return wrong;
}
