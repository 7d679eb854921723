import { tolerance } from "../limits.ts";
import type { Instance } from "./instance.ts";
import type { Lists } from "./lists.ts";

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
  /** By moment and limit: what is not taken by what runs across it. Only where there are tasks of no duration that take something. */
  readonly #across: Float64Array | undefined;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #startAt: Int32Array;
  readonly #finishAt: Int32Array;
  /** First task that belongs to a moment, and for each task the one after it. */
  readonly #firstAt: Int32Array;
  readonly #sibling: Int32Array;
  /** By task, what it takes of the first limit; used where that is the only one. */
  readonly #onlyAmount: Float64Array;
  /** The least that a task takes of it. */
  readonly #smallestAmount: number;
  #head = 0;
  #last = 0;
  #count = 0;

  constructor(instance: Instance) {
    const { size, durationMs, capacity, demands, amounts } = instance;
    this.#instance = instance;
    this.#capacity = capacity.map((amount) => amount + tolerance(amount));
    this.startMs = new Float64Array(size);
    this.#timeMs = new Float64Array(size + 1);
    this.#free = new Float64Array((size + 1) * capacity.length);
    const isInstant = (duration: number, task: number): boolean =>
      duration === 0 && (demands.starts[task] as number) < (demands.starts[task + 1] as number);
    if (durationMs.some(isInstant)) this.#across = new Float64Array(this.#free.length);
    this.#next = new Int32Array(size + 1);
    this.#previous = new Int32Array(size + 1);
    this.#startAt = new Int32Array(size);
    this.#finishAt = new Int32Array(size);
    this.#firstAt = new Int32Array(size + 1);
    this.#sibling = new Int32Array(size);
    this.#onlyAmount = new Float64Array(size);
    for (let task = 0; task < size; task++) {
      const from = demands.starts[task] as number;
      if (from < (demands.starts[task + 1] as number)) this.#onlyAmount[task] = amounts[from] as number;
    }
    this.#smallestAmount = amounts.reduce((least, amount) => Math.min(least, amount), Infinity);
  }

  /**
   * Builds the schedule of a list that has every task after what it needs (for `late`: after what depends on it).
   *
   * @returns its length in milliseconds.
   */
  build(list: Int32Array, direction: Direction): number {
    const needs = direction === "early" ? this.#instance.needs : this.#instance.dependents;
    this.#timeMs[0] = 0;
    this.#next[0] = -1;
    this.#previous[0] = -1;
    this.#free.set(this.#capacity);
    this.#across?.set(this.#capacity);
    this.#head = 0;
    this.#last = 0;
    this.#count = 1;
    if (this.#capacity.length === 1) this.#placeUnderOneLimit(list, needs);
    else this.#placeUnderLimits(list, needs);
    return this.#timeMs[this.#last] as number;
  }

  #placeUnderLimits(list: Int32Array, needs: Lists): void {
    const { durationMs, demands, amounts } = this.#instance;
    const { starts, items } = needs;
    const demandStarts = demands.starts;
    const demandItems = demands.items;
    const width = this.#capacity.length;
    const timeMs = this.#timeMs;
    const free = this.#free;
    const across = this.#across;
    const next = this.#next;
    const finishAt = this.#finishAt;

    for (let k = 0; k < list.length; k++) {
      const task = list[k] as number;
      let start = this.#head;
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
      const duration = durationMs[task] as number;
      if (duration === 0) {
        this.#placeInstant(task, start);
        continue;
      }
      const from = demandStarts[task] as number;
      const to = demandStarts[task + 1] as number;
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
      if (across !== undefined && (timeMs[start] as number) < finishMs) start = this.#behindInstants(start);
      let moment = start;
      for (;;) {
        const following = next[moment] as number;
        const isLast = following < 0 || (timeMs[following] as number) >= finishMs;
        // What is free at a new moment is copied before the task takes its part.
        if (isLast) finishAt[task] = this.#finishMoment(moment, following, finishMs);
        const row = moment * width;
        for (let d = from; d < to; d++) {
          const at = row + (demandItems[d] as number);
          free[at] = (free[at] as number) - (amounts[d] as number);
        }
        if (isLast) break;
        moment = following;
      }
      if (across !== undefined) this.#runAcross(task, start, moment, across);
      this.startMs[task] = timeMs[start] as number;
      this.#startAt[task] = start;
    }
  }

  /** The same for a single limit, such as identical processors: without the loops over limits it takes half the time. */
  #placeUnderOneLimit(list: Int32Array, needs: Lists): void {
    const { durationMs } = this.#instance;
    const { starts, items } = needs;
    const amountOf = this.#onlyAmount;
    const timeMs = this.#timeMs;
    const free = this.#free;
    const across = this.#across;
    const next = this.#next;
    const finishAt = this.#finishAt;
    const startAt = this.#startAt;
    const startMs = this.startMs;
    const smallest = this.#smallestAmount;
    /** Every moment before this one is full: nothing can run through it any more. */
    let open = 0;

    for (let k = 0; k < list.length; k++) {
      const task = list[k] as number;
      let start = this.#head;
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
      const duration = durationMs[task] as number;
      if (duration === 0) {
        this.#placeInstant(task, start);
        continue;
      }
      const amount = amountOf[task] as number;
      if (amount > 0 && (timeMs[start] as number) < (timeMs[open] as number)) start = open;
      while ((free[start] as number) < amount) start = next[start] as number;
      let beginMs = timeMs[start] as number;
      let finishMs = beginMs + duration;
      let last = start;
      for (;;) {
        const following = next[last] as number;
        if (following < 0 || (timeMs[following] as number) >= finishMs) break;
        last = following;
        if ((free[last] as number) >= amount) continue;
        do last = next[last] as number;
        while ((free[last] as number) < amount);
        start = last;
        beginMs = timeMs[start] as number;
        finishMs = beginMs + duration;
      }
      if (across !== undefined && beginMs < finishMs) start = this.#behindInstants(start);
      finishAt[task] = this.#finishMoment(last, next[last] as number, finishMs);
      for (let moment = start; moment !== last; moment = next[moment] as number) {
        free[moment] = (free[moment] as number) - amount;
      }
      free[last] = (free[last] as number) - amount;
      if (across !== undefined) this.#runAcross(task, start, last, across);
      while ((free[open] as number) < smallest) open = next[open] as number;
      startMs[task] = beginMs;
      startAt[task] = start;
    }
  }

  /** The moment at which a task ends that runs through `last`: the one that follows it, or a new one in between. */
  #finishMoment(last: number, following: number, finishMs: number): number {
    if (following >= 0 && this.#timeMs[following] === finishMs) return following;
    const moment = this.#count++;
    this.#timeMs[moment] = finishMs;
    this.#next[moment] = following;
    this.#previous[moment] = last;
    this.#next[last] = moment;
    if (following < 0) this.#last = moment;
    else this.#previous[following] = moment;
    const width = this.#capacity.length;
    const free = this.#free;
    for (let r = 0; r < width; r++) free[moment * width + r] = free[last * width + r] as number;
    // What ran through `last` until now runs across the new moment; the task that ends here does not.
    if (this.#across !== undefined) {
      for (let r = 0; r < width; r++) this.#across[moment * width + r] = free[last * width + r] as number;
    }
    return moment;
  }

  /** Places a task of no duration at a moment of its own, before `start` or the first later one across which enough is free. */
  #placeInstant(task: number, start: number): void {
    const { demands, amounts } = this.#instance;
    const width = this.#capacity.length;
    const free = this.#free;
    const across = this.#across;
    const from = demands.starts[task] as number;
    const to = demands.starts[task + 1] as number;
    const moment = this.#count++;
    if (across !== undefined) {
      search: for (;;) {
        for (let d = from; d < to; d++) {
          if ((across[start * width + (demands.items[d] as number)] as number) < (amounts[d] as number)) {
            start = this.#next[start] as number;
            continue search;
          }
        }
        break;
      }
      for (let r = 0; r < width; r++) {
        const there = across[start * width + r] as number;
        across[moment * width + r] = there;
        free[moment * width + r] = there;
      }
      for (let d = from; d < to; d++) {
        const at = moment * width + (demands.items[d] as number);
        free[at] = (free[at] as number) - (amounts[d] as number);
      }
    } else {
      for (let r = 0; r < width; r++) free[moment * width + r] = free[start * width + r] as number;
    }
    const before = this.#previous[start] as number;
    this.#timeMs[moment] = this.#timeMs[start] as number;
    this.#next[moment] = start;
    this.#previous[moment] = before;
    this.#previous[start] = moment;
    if (before < 0) this.#head = moment;
    else this.#next[before] = moment;
    this.startMs[task] = this.#timeMs[start] as number;
    this.#startAt[task] = moment;
    this.#finishAt[task] = start;
  }

  /** Takes the part of a task from what is free across the moments it runs through; where it begins it does not yet run across. */
  #runAcross(task: number, start: number, last: number, across: Float64Array): void {
    const { demands, amounts } = this.#instance;
    const width = this.#capacity.length;
    for (let moment = start; moment !== last;) {
      moment = this.#next[moment] as number;
      for (let d = demands.starts[task] as number; d < (demands.starts[task + 1] as number); d++) {
        const at = moment * width + (demands.items[d] as number);
        across[at] = (across[at] as number) - (amounts[d] as number);
      }
    }
  }

  /** The last moment at the time of this one: behind those of tasks of no duration. */
  #behindInstants(start: number): number {
    let last = start;
    for (;;) {
      const following = this.#next[last] as number;
      if (following < 0 || this.#timeMs[following] !== this.#timeMs[start]) return last;
      last = following;
    }
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
