import type { Plan } from "../create-plan.ts";
import type { Limits } from "../limits.ts";
import type { Task } from "../task.ts";

/** Share of the length of the plan by which a task may end sooner or later than planned and yet be on time. */
const TOLERANCE = 0.001;

/** Sums of durations are rounded, and in one order otherwise than in another. */
const ROUNDING = 1e-9;

/**
 * So many times at most a task that would fit is held back by one plan after the other; after that it takes its place among those that wait, where
 * nobody overtakes it for ever.
 */
const HELD_AT_MOST = 64;

/** A plan while it is executed: who is due when, and whether what happened is still what was planned. */
export class Course {
  readonly #startMs: number[];
  readonly #finishMs: number[] = [];
  readonly #heldBack: number[] = [];
  #toleranceMs = 0;
  /** Something is not as planned. */
  isLeft = false;
  /** Tasks that are not due yet may be held back: when the plan was made for the very limits, and its durations are more than a guess. */
  readonly mayHold: boolean;

  constructor(plan: Plan, tasks: readonly Task[], limits: Limits) {
    const planned = new Map(plan.tasks.map((task) => [task.id, task]));
    this.#startMs = tasks.map((task) => planned.get(task.id)?.startMs ?? Infinity);
    this.#finishMs = tasks.map((task) => planned.get(task.id)?.finishMs ?? Infinity);
    this.#setTolerance(plan.makespanMs);
    const capacity = new Map(Object.entries(plan.capacity));
    const isSame =
      plan.maxParallel >= Math.min(limits.maxParallel, tasks.length) &&
      plan.maxParallel <= limits.maxParallel &&
      [...limits.capacity].every(([name, amount]) => amount === (capacity.get(name) ?? Infinity)) &&
      [...capacity].every(([name, amount]) => amount === (limits.capacity.get(name) ?? Infinity));
    this.mayHold = isSame && tasks.every((task) => task.durationMs !== undefined);
  }

  /** When the task is due; Infinity when the plan does not know it. */
  startMs(task: number): number {
    return this.#startMs[task] ?? Infinity;
  }

  /** Everything that has not started is due at another time from now on; what runs should end at its time. */
  follow(starts: Iterable<readonly [task: number, startMs: number, finishMs: number]>, makespanMs: number): void {
    for (const [task, startMs, finishMs] of starts) {
      this.#startMs[task] = startMs;
      this.#finishMs[task] = finishMs;
    }
    this.#setTolerance(makespanMs);
    this.isLeft = false;
  }

  /** A task has ended, or has not by now: is that as planned? */
  hasEnded(task: number, nowMs: number): void {
    // An unknown finish is never met.
    if (!(Math.abs(nowMs - (this.#finishMs[task] ?? Infinity)) <= this.#toleranceMs)) this.isLeft = true;
  }

  /** From when on a task that still runs is late. */
  lateMs(task: number): number {
    return (this.#finishMs[task] ?? Infinity) + 2 * this.#toleranceMs;
  }

  /** Whether a task that could start has to wait because the plan has something better. */
  holds(task: number, nowMs: number): boolean {
    if (!this.mayHold || this.isLeft || this.isDue(task, nowMs)) return false;
    const startMs = this.startMs(task);
    if (startMs === Infinity) return false;
    const times = (this.#heldBack[task] ?? 0) + 1;
    this.#heldBack[task] = times;
    return times <= HELD_AT_MOST;
  }

  isDue(task: number, nowMs: number): boolean {
    return this.startMs(task) <= nowMs + this.#toleranceMs;
  }

  #setTolerance(makespanMs: number): void {
    this.#toleranceMs = Math.max(ROUNDING, makespanMs * TOLERANCE);
  }
}
