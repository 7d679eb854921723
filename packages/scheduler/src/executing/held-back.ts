import type { Admission } from "../admission.ts";
import type { Course } from "./course.ts";
import { TaskHeap } from "./task-heap.ts";
import type { Wait, WaitLog } from "../waits.ts";

/** Where no more tasks than this are held back, what is in their way is looked at again whenever anything happens. */
const LOOKED_AT_AGAIN = 64;

const PLAN: Pick<Wait, "cause" | "on"> = { cause: "plan", on: "plan" };

/** What {@link HeldBack} works with. */
export interface HeldBackOptions {
  /** Undefined where there is no plan, and so nothing to hold back. */
  readonly course: Course | undefined;
  readonly admission: Admission;
  readonly waits: WaitLog;
  /** Whether a task that was put here is still here: it may have been cancelled. */
  readonly isHeld: (task: number) => boolean;
}

/** The tasks that could start and that the plan holds back for something better, by the start it has for them. */
export class HeldBack {
  readonly #options: HeldBackOptions;
  /** Some may have left. */
  readonly #heap: TaskHeap;
  /** Those of which it is not known yet what they would wait for if the plan did not hold them back. */
  #newly: number[] = [];

  constructor(options: HeldBackOptions) {
    this.#options = options;
    const { course } = options;
    // Only what has a time at which it is due is held back, so this is never NaN.
    const dueMs = (task: number): number => course?.startMs(task) ?? 0;
    this.#heap = new TaskHeap((a, b) => dueMs(a) - dueMs(b) || a - b);
  }

  get isEmpty(): boolean {
    return this.#heap.size === 0;
  }

  put(task: number, nowMs: number): void {
    this.#heap.push(task);
    this.#options.waits.open(task, "plan", "plan", nowMs);
    this.#newly.push(task);
  }

  /** The one that is due first, left where it is; -1 when there is none. */
  first(): number {
    for (;;) {
      const task = this.#heap.peek();
      if (task < 0 || this.#options.isHeld(task)) return task;
      this.#heap.pop();
    }
  }

  /** Takes out the one that is due first; -1 when there is none. */
  take(): number {
    const task = this.first();
    if (task >= 0) this.#heap.pop();
    return task;
  }

  /** Says what else is in their way: only what would fit waits for the plan alone. */
  nameObstacles(nowMs: number): void {
    const { waits, isHeld } = this.#options;
    const newly = this.#newly;
    if (newly.length > 0) this.#newly = [];
    for (const task of newly) {
      if (!isHeld(task)) continue;
      const { cause, on } = this.#obstacleOf(task);
      waits.rename(task, cause, on);
    }
    if (this.#heap.size > LOOKED_AT_AGAIN) return;
    for (const task of this.#heap.tasks) {
      if (!isHeld(task)) continue;
      const { cause, on } = this.#obstacleOf(task);
      waits.open(task, cause, on, nowMs);
    }
  }

  #obstacleOf(task: number): Pick<Wait, "cause" | "on"> {
    return this.#options.admission.obstacleOf(task) ?? PLAN;
  }
}
