import { tolerance } from "../limits.ts";
import type { Instance, Lists } from "./instance.ts";

/** Which end of time a schedule is built from: `late` is the mirror image, in which needs and dependents change places. */
export type Direction = "early" | "late";

/**
 * Builds schedules by the serial scheme (Kelley 1963; Kolisch 1996): the tasks of a list, one after the other, each at the earliest time at
 * which its needs have finished and everything it takes is free for as long as it runs.
 *
 * What is free is kept as a linked list of moments at which that changes, in order of time. A task begins at the moment at which a need of it
 * ends or at a later one, and that moment is already in the list, so that nothing has to be looked up: at most one moment a task is added, and
 * no memory is allocated. A task of no duration has a moment of its own between those that end and those that begin at its time, so that tasks
 * that run across this time leave it room. Durations are any real numbers.
 */
export class Timetable {
  readonly #instance: Instance;
  /** The capacities, a little larger than given, so that the rounding of fractional demands does no harm. */
  readonly #capacity: Float64Array;
  /** Start of each task in the last schedule that was built, in milliseconds from the end it was built from. */
  readonly startMs: Float64Array;
  readonly #timeMs: Float64Array;
  /** By moment and limit: what is free from this moment to the next. */
  readonly #free: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #startAt: Int32Array;
  readonly #finishAt: Int32Array;
  /** First task that belongs to a moment, and for each task the one after it. */
  readonly #firstAt: Int32Array;
  readonly #sibling: Int32Array;
  #head = 0;
  #last = 0;
  #count = 0;

  constructor(instance: Instance) {
    const { size, capacity } = instance;
    this.#instance = instance;
    this.#capacity = capacity.map((amount) => amount + tolerance(amount));
    this.startMs = new Float64Array(size);
    this.#timeMs = new Float64Array(size + 1);
    this.#free = new Float64Array((size + 1) * capacity.length);
    this.#next = new Int32Array(size + 1);
    this.#previous = new Int32Array(size + 1);
    this.#startAt = new Int32Array(size);
    this.#finishAt = new Int32Array(size);
    this.#firstAt = new Int32Array(size + 1);
    this.#sibling = new Int32Array(size);
  }

  /**
   * Builds the schedule of a list that has every task after what it needs (for `late`: after what depends on it).
   *
   * @returns its length in milliseconds.
   */
  build(list: Int32Array, direction: Direction): number {
    const { size, durationMs, demands, amounts } = this.#instance;
    const capacity = this.#capacity;
    const { starts, items }: Lists = direction === "early" ? this.#instance.needs : this.#instance.dependents;
    const demandStarts = demands.starts;
    const demandItems = demands.items;
    const width = capacity.length;
    const timeMs = this.#timeMs;
    const free = this.#free;
    const next = this.#next;
    const previous = this.#previous;
    const finishAt = this.#finishAt;
    const startAt = this.#startAt;
    const startMs = this.startMs;

    let head = 0;
    let last = 0;
    let count = 1;
    timeMs[0] = 0;
    next[0] = -1;
    previous[0] = -1;
    for (let r = 0; r < width; r++) free[r] = capacity[r] as number;

    for (let k = 0; k < size; k++) {
      const task = list[k] as number;
      let start = head;
      let readyMs = 0;
      for (let e = starts[task] as number, end = starts[task + 1] as number; e < end; e++) {
        const moment = finishAt[items[e] as number] as number;
        const endMs = timeMs[moment] as number;
        if (endMs > readyMs) {
          readyMs = endMs;
          start = moment;
        } else if (endMs === readyMs && moment !== start) {
          start = later(start, moment, timeMs, next);
        }
      }
      const from = demandStarts[task] as number;
      const to = demandStarts[task + 1] as number;
      const duration = durationMs[task] as number;

      if (duration === 0) {
        // A moment of its own before `start`. What runs across it is at most what is taken on either side.
        search: for (;;) {
          const before = previous[start] as number;
          if (before < 0) break;
          for (let d = from; d < to; d++) {
            const r = demandItems[d] as number;
            const amount = amounts[d] as number;
            if ((free[start * width + r] as number) < amount && (free[before * width + r] as number) < amount) {
              start = next[start] as number;
              continue search;
            }
          }
          break;
        }
        const moment = count++;
        const before = previous[start] as number;
        for (let r = 0; r < width; r++) {
          const here = free[start * width + r] as number;
          const there = before < 0 ? (capacity[r] as number) : (free[before * width + r] as number);
          free[moment * width + r] = here > there ? here : there;
        }
        for (let d = from; d < to; d++) {
          const at = moment * width + (demandItems[d] as number);
          free[at] = (free[at] as number) - (amounts[d] as number);
        }
        timeMs[moment] = timeMs[start] as number;
        next[moment] = start;
        previous[moment] = before;
        previous[start] = moment;
        if (before < 0) head = moment;
        else next[before] = moment;
        startMs[task] = timeMs[start] as number;
        startAt[task] = moment;
        finishAt[task] = start;
        continue;
      }

      let finishMs = (timeMs[start] as number) + duration;
      if (from < to) {
        let moment = start;
        search: for (;;) {
          const row = moment * width;
          for (let d = from; d < to; d++) {
            if ((free[row + (demandItems[d] as number)] as number) < (amounts[d] as number)) {
              moment = next[moment] as number;
              start = moment;
              finishMs = (timeMs[start] as number) + duration;
              continue search;
            }
          }
          moment = next[moment] as number;
          if (moment < 0 || (timeMs[moment] as number) >= finishMs) break;
        }
      }
      let moment = start;
      for (;;) {
        const following = next[moment] as number;
        const isLast = following < 0 || (timeMs[following] as number) >= finishMs;
        let finish = following;
        if (isLast && (following < 0 || (timeMs[following] as number) > finishMs)) {
          finish = count++;
          timeMs[finish] = finishMs;
          next[finish] = following;
          previous[finish] = moment;
          next[moment] = finish;
          if (following < 0) last = finish;
          else previous[following] = finish;
          for (let r = 0; r < width; r++) free[finish * width + r] = free[moment * width + r] as number;
        }
        const row = moment * width;
        for (let d = from; d < to; d++) {
          const at = row + (demandItems[d] as number);
          free[at] = (free[at] as number) - (amounts[d] as number);
        }
        if (isLast) {
          finishAt[task] = finish;
          break;
        }
        moment = following;
      }
      startMs[task] = timeMs[start] as number;
      startAt[task] = start;
    }
    this.#head = head;
    this.#last = last;
    this.#count = count;
    return timeMs[last] as number;
  }

  /** The tasks of the last schedule by start, earliest first; equal ones as in the `list` it was built from. Linear time. */
  listByStart(list: Int32Array, into: Int32Array): void {
    const firstAt = this.#firstAt.fill(-1, 0, this.#count);
    const sibling = this.#sibling;
    for (let k = list.length - 1; k >= 0; k--) {
      const task = list[k] as number;
      const moment = this.#startAt[task] as number;
      sibling[task] = firstAt[moment] as number;
      firstAt[moment] = task;
    }
    let filled = 0;
    for (let moment = this.#head; moment >= 0; moment = this.#next[moment] as number) {
      for (let task = firstAt[moment] as number; task >= 0; task = sibling[task] as number) into[filled++] = task;
    }
  }

  /**
   * The tasks of the last schedule by finish, latest first; equal ones in reversed order of the `list` it was built from. Building the opposite
   * direction from it moves every task towards the other end (justification). Linear time.
   */
  listByFinish(list: Int32Array, into: Int32Array): void {
    const firstAt = this.#firstAt.fill(-1, 0, this.#count);
    const sibling = this.#sibling;
    for (let k = 0; k < list.length; k++) {
      const task = list[k] as number;
      const moment = this.#finishAt[task] as number;
      sibling[task] = firstAt[moment] as number;
      firstAt[moment] = task;
    }
    let filled = 0;
    for (let moment = this.#last; moment >= 0; moment = this.#previous[moment] as number) {
      for (let task = firstAt[moment] as number; task >= 0; task = sibling[task] as number) into[filled++] = task;
    }
  }
}

/** Of two different moments with the same time the one further on in the list. */
function later(a: number, b: number, timeMs: Float64Array, next: Int32Array): number {
  const at = timeMs[a] as number;
  for (let moment = a; moment >= 0 && timeMs[moment] === at; moment = next[moment] as number) {
    if (moment === b) return b;
  }
  return a;
}
