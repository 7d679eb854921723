import { createGraph, createPlan, execute } from "@ai-workflow/scheduler";
import { createRandom } from "../measure/statistics.mjs";
import { VirtualClock } from "./virtual-clock.mjs";

/** One unit of the sets is taken for one second, so that new plans are paid for with a realistic share of the time. */
export const UNIT_MS = 1_000;

/** How an execution goes on when durations turn out otherwise; options of `execute()` beside the plan, undefined for no plan. */
export const RULES = {
  "order of the plan": { replan: false },
  "longest path": undefined,
  "new plans, 1 % of the time": {},
  "new plans, whenever": { replan: { timeShare: Infinity } },
};

/**
 * Executes a problem whose durations were predicted wrongly, for each rule: the length beside that of the plan with the true durations.
 * @param {import("./data.mjs").Problem} problem
 * @param {number} sigma Standard deviation of the logarithm of predicted over true durations.
 * @param {number} seed
 * @returns {Promise<Record<string, { ratio: number, replans: number }>>}
 */
export async function executeWithErrors(problem, sigma, seed) {
  const normal = createNormal(createRandom(seed));
  const trueMs = new Map(problem.tasks.map(({ id, durationMs }) => [id, durationMs * UNIT_MS]));
  const actual = problem.tasks.map((task) => ({ ...task, durationMs: trueMs.get(task.id) }));
  const predicted = actual.map((task) => ({ ...task, durationMs: task.durationMs * Math.exp(sigma * normal()) }));
  const reference = createPlan(createGraph(actual), problem.limits).makespanMs;
  const graph = createGraph(predicted);
  const plan = createPlan(graph, problem.limits);
  const results = {};
  for (const [name, options] of Object.entries(RULES)) {
    const how = options === undefined ? problem.limits : { ...options, plan };
    const { makespanMs, replans } = await executeOnVirtualClock(graph, trueMs, how);
    results[name] = { ratio: makespanMs / reference, replans };
  }
  return results;
}

/** Runs a graph in virtual time, with durations of its own. */
export async function executeOnVirtualClock(graph, trueMs, options) {
  const clock = new VirtualClock();
  let replans = 0;
  const execution = execute(graph, (task) => clock.delay(trueMs.get(task.id)), {
    now: clock.now,
    setTimer: clock.setTimer,
    onEvent: (event) => {
      if (event.type === "replanned" && event.by === "plan") replans += 1;
    },
    ...options,
  });
  const { makespanMs, ok } = await clock.until(execution.result);
  if (!ok) throw new Error("Cannot measure: an execution failed");
  return { makespanMs, replans };
}

/** Normally distributed numbers (Box and Muller 1958). */
function createNormal(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
