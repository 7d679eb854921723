/**
 * What a runner does that starts whatever is ready in the order of declaration, as p-graph and task runners do: the length of the schedule, with
 * exact durations. A task that does not fit lets later ones pass. Quadratic; it is here to be compared with, not to be quick.
 *
 * @param {readonly { id: string, needs: readonly string[], durationMs: number, demand?: Record<string, number> }[]} tasks
 * @param {{ maxParallel?: number, capacity?: Record<string, number> }} limits
 */
export function declarationOrderMs(tasks, { maxParallel = Infinity, capacity = {} }) {
  const finishMs = new Map();
  const used = Object.fromEntries(Object.keys(capacity).map((name) => [name, 0]));
  let waiting = [...tasks];
  let running = [];
  let nowMs = 0;
  const fits = ({ demand = {} }) =>
    running.length < maxParallel &&
    Object.keys(capacity).every((name) => used[name] + (demand[name] ?? 0) <= capacity[name]);
  const take = ({ demand = {} }, sign) => {
    for (const name of Object.keys(capacity)) used[name] += sign * (demand[name] ?? 0);
  };
  for (;;) {
    const left = [];
    for (const task of waiting) {
      const isReady = task.needs.every((need) => finishMs.get(need) <= nowMs);
      if (isReady && fits(task)) {
        take(task, 1);
        finishMs.set(task.id, nowMs + task.durationMs);
        running.push(task);
      } else left.push(task);
    }
    waiting = left;
    if (running.length === 0) return nowMs;
    nowMs = Math.min(...running.map(({ id }) => finishMs.get(id)));
    const ended = running.filter(({ id }) => finishMs.get(id) === nowMs);
    running = running.filter(({ id }) => finishMs.get(id) !== nowMs);
    for (const task of ended) take(task, -1);
  }
}
