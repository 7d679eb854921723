import { tolerance } from "../limits.ts";
import type { Instance } from "./instance.ts";
import type { Lists } from "./lists.ts";

/** Up to so many beginnings and so many ends of intervals are looked at, for each limit. */
const INTERVAL_ENDS = 24;

/** With more tasks at a limit only the whole length is looked at: the intervals gain little there and would cost more than list scheduling. */
const INTERVALS_UP_TO = 2_000;

/** Sums are rounded: before it is rounded up, a bound is not trusted beyond this share. */
const ROUNDING = 1e-9;

/**
 * A length in milliseconds that no schedule of the instance can fall below. The longest of:
 *
 * - what is known, at least the longest path;
 * - for every limit, what must be taken of it within an interval, over its capacity, and what comes before and after the interval (energetic
 *   reasoning; Fernandez and Bussell 1973 for processors, Baptiste, Le Pape and Nuijten 1999 for resources). The interval that is everything
 *   gives work over capacity;
 * - the same for the tasks of which at most one, two or three can run at once, because each takes more than a half, a third or a quarter.
 *
 * If all durations are whole numbers, so is the shortest length, and the bound is rounded up.
 */
export function lowerBound(instance: Instance, headMs: Float64Array, tailMs: Float64Array, knownMs: number): number {
  let bound = knownMs;
  const { size, durationMs, capacity, demands, amounts } = instance;
  const counts = new Int32Array(capacity.length);
  for (const limit of demands.items) counts[limit] = (counts[limit] as number) + 1;
  const users = Array.from(counts, (count) => ({
    tasks: new Int32Array(count),
    amounts: new Float64Array(count),
    filled: 0,
  }));
  for (let task = 0; task < size; task++) {
    if (durationMs[task] === 0) continue;
    for (let d = demands.starts[task] as number; d < (demands.starts[task + 1] as number); d++) {
      const user = users[demands.items[d] as number] as (typeof users)[number];
      user.tasks[user.filled] = task;
      user.amounts[user.filled++] = amounts[d] as number;
    }
  }
  const whole = durationMs.every(Number.isInteger);
  for (const [limit, user] of users.entries()) {
    const limitCapacity = capacity[limit] as number;
    const tasks = user.tasks.subarray(0, user.filled);
    const taken = user.amounts.subarray(0, user.filled);
    bound = intervalBound(durationMs, headMs, tailMs, tasks, taken, limitCapacity, bound);
    // Together they may take a little more than there is: amounts of 1.1 fit three times into 3.3, though the sum is rounded up.
    const most = limitCapacity + tolerance(limitCapacity);
    for (let at = 1; at <= 3 && limitCapacity > at; at++) {
      const large = tasks.filter((_, k) => (taken[k] as number) * (at + 1) > most);
      // As many as are on the limit: nothing new. So few that they fit at once: no bound.
      if (
        large.length <= at ||
        (large.length === tasks.length && taken.every((amount) => amount * at === limitCapacity))
      ) {
        continue;
      }
      bound = intervalBound(durationMs, headMs, tailMs, large, new Float64Array(large.length).fill(1), at, bound);
    }
  }
  const rounded = Math.ceil(bound * (1 - ROUNDING));
  return whole && Number.isSafeInteger(rounded) ? Math.max(bound, rounded) : bound;
}

/** Longest path to the start of each task, in milliseconds; the same towards the end when needs and dependents change places. */
export function heads(order: Int32Array, needs: Lists, durationMs: Float64Array): Float64Array {
  const headMs = new Float64Array(order.length);
  for (const task of order) {
    let longest = 0;
    for (let e = needs.starts[task] as number; e < (needs.starts[task + 1] as number); e++) {
      const need = needs.items[e] as number;
      longest = Math.max(longest, (headMs[need] as number) + (durationMs[need] as number));
    }
    headMs[task] = longest;
  }
  return headMs;
}

/** The longest bound that intervals between a head and a distance from the end give for one limit, or `known` if that is longer. */
function intervalBound(
  durationMs: Float64Array,
  headMs: Float64Array,
  tailMs: Float64Array,
  tasks: Int32Array,
  taken: Float64Array,
  capacity: number,
  known: number,
): number {
  const count = tasks.length;
  const own = Float64Array.from(tasks, (task) => durationMs[task] as number);
  const head = Float64Array.from(tasks, (task) => headMs[task] as number);
  const rest = Float64Array.from(tasks, (task, k) => (tailMs[task] as number) - (own[k] as number));
  const isSmall = count <= INTERVALS_UP_TO;
  const begins = isSmall ? spread(head) : [minimum(head)];
  const ends = isSmall ? spread(rest) : [minimum(rest)];
  // What lies behind each beginning, and what before each end, is at least what lies between both: most pairs need no closer look.
  const behind = begins.map((begin) => workBeyond(own, head, taken, begin) / capacity);
  const before = ends.map((end) => workBeyond(own, rest, taken, end) / capacity);
  let bound = known;
  for (const [b, begin] of begins.entries()) {
    for (const [e, end] of ends.entries()) {
      if (begin + end + Math.min(behind[b] as number, before[e] as number) <= bound) continue;
      // Any schedule is at least `bound` long, so the interval is at least this long.
      const length = bound - begin - end;
      if (!(length > 0)) continue;
      let work = 0;
      for (let k = 0; k < count; k++) {
        const duration = own[k] as number;
        const early = (head[k] as number) + duration - begin;
        const late = (rest[k] as number) + duration - end;
        let inside = early < late ? early : late;
        if (inside > duration) inside = duration;
        if (inside > length) inside = length;
        if (inside > 0) work += inside * (taken[k] as number);
      }
      // Very large amounts may add up to more than a number can hold; then they say nothing.
      if (work < Infinity) bound = Math.max(bound, begin + end + work / capacity);
    }
  }
  return bound;
}

/** What must be taken beyond a distance from the start, if everything runs as near to the start as its head lets it; the same towards the end. */
function workBeyond(own: Float64Array, head: Float64Array, taken: Float64Array, distance: number): number {
  let work = 0;
  for (let k = 0; k < own.length; k++) {
    const duration = own[k] as number;
    const beyond = (head[k] as number) + duration - distance;
    if (beyond > 0) work += (beyond < duration ? beyond : duration) * (taken[k] as number);
  }
  return work;
}

/** The distinct values in rising order, thinned out evenly to {@link INTERVAL_ENDS}. */
function spread(values: Float64Array): readonly number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length <= INTERVAL_ENDS) return distinct;
  const step = (distinct.length - 1) / (INTERVAL_ENDS - 1);
  return Array.from({ length: INTERVAL_ENDS }, (_, k) => distinct[Math.round(k * step)] as number);
}

function minimum(values: Float64Array): number {
  let smallest = Infinity;
  for (const value of values) if (value < smallest) smallest = value;
  return smallest;
}
