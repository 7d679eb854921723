import { createGraph, createPlan, execute } from "@ai-workflow/scheduler";
import { PGraph } from "p-graph";
import pLimit from "p-limit";
import PQueue from "p-queue";
import { executeOnVirtualClock, UNIT_MS } from "./deviations.mjs";
import { VirtualClock } from "./virtual-clock.mjs";

/**
 * Ways to run the same tasks, each with at most so many at once: the library, its peers as their documents say, and level after level.
 * p-queue and p-limit know no needs: there a task is put into the queue by the last of its needs, as one has to write it oneself.
 * @typedef {object} Runner
 * @property {string} name
 * @property {(tasks: readonly { id: string, needs: readonly string[] }[], run: (id: string) => Promise<void>, concurrency: number) => Promise<void>} start
 */

/** @type {readonly Runner[]} */
export const RUNNERS = [
  {
    name: "scheduler",
    start: async (tasks, run, concurrency) => {
      const { ok } = await execute(createGraph(tasks), (task) => run(task.id), { maxParallel: concurrency }).result;
      if (!ok) throw new Error("Cannot measure: a task failed");
    },
  },
  {
    name: "p-graph",
    start: async (tasks, run, concurrency) => {
      const nodes = new Map(tasks.map(({ id }) => [id, { run: () => run(id) }]));
      const dependencies = tasks.flatMap(({ id, needs }) => needs.map((need) => [need, id]));
      await new PGraph(nodes, dependencies).run({ concurrency });
    },
  },
  {
    name: "p-queue",
    start: (tasks, run, concurrency) => {
      const queue = new PQueue({ concurrency });
      return startWhenReady(tasks, (id) => queue.add(() => run(id)));
    },
  },
  {
    name: "p-limit",
    start: (tasks, run, concurrency) => {
      const limit = pLimit(concurrency);
      return startWhenReady(tasks, (id) => limit(() => run(id)));
    },
  },
  {
    name: "level by level",
    start: async (tasks, run, concurrency) => {
      for (const level of levelsOf(tasks)) {
        let next = 0;
        const work = async () => {
          while (next < level.length) {
            const id = level[next];
            next += 1;
            await run(id);
          }
        };
        await Promise.all(Array.from({ length: Math.min(concurrency, level.length) }, work));
      }
    },
  },
];

/** Counts needs down by hand, and hands a task over when none is left. */
async function startWhenReady(tasks, add) {
  const open = new Map();
  const dependents = new Map(tasks.map(({ id }) => [id, []]));
  for (const { id, needs } of tasks) {
    open.set(id, needs.length);
    for (const need of needs) dependents.get(need).push(id);
  }
  let left = tasks.length;
  await new Promise((resolve, reject) => {
    const start = async (id) => {
      await add(id);
      left -= 1;
      for (const dependent of dependents.get(id)) {
        open.set(dependent, open.get(dependent) - 1);
        if (open.get(dependent) === 0) start(dependent).catch(reject);
      }
      if (left === 0) resolve();
    };
    for (const { id, needs } of tasks) if (needs.length === 0) start(id).catch(reject);
  });
}

function levelsOf(tasks) {
  const level = new Map();
  const levels = [];
  for (const { id, needs } of tasks) {
    const own = needs.reduce((highest, need) => Math.max(highest, level.get(need) + 1), 0);
    level.set(id, own);
    (levels[own] ??= []).push(id);
  }
  return levels;
}

/**
 * Length of the execution of a problem in virtual time, with exact durations. Only where all that is limited is the number of parallel tasks: the
 * peers know no other limit.
 * @param {Runner} runner
 * @param {import("./data.mjs").Problem} problem
 */
export async function makespan(runner, { tasks, limits }) {
  const trueMs = new Map(tasks.map(({ id, durationMs }) => [id, durationMs * UNIT_MS]));
  const timed = tasks.map((task) => ({ ...task, durationMs: trueMs.get(task.id) }));
  if (runner.name === "scheduler") {
    const graph = createGraph(timed);
    const { makespanMs } = await executeOnVirtualClock(graph, trueMs, { plan: createPlan(graph, limits) });
    return makespanMs / UNIT_MS;
  }
  const clock = new VirtualClock();
  await clock.until(runner.start(inOrder(timed), (id) => clock.delay(trueMs.get(id)), limits.maxParallel));
  return clock.now() / UNIT_MS;
}

/** The tasks so that each comes after what it needs, otherwise as declared. */
function inOrder(tasks) {
  const placed = new Set();
  const ordered = [];
  for (let left = tasks; left.length > 0;) {
    const ready = left.filter(({ needs }) => needs.every((need) => placed.has(need)));
    for (const task of ready) {
      placed.add(task.id);
      ordered.push(task);
    }
    left = left.filter(({ id }) => !placed.has(id));
  }
  return ordered;
}
