import { inheritedPriorities, tails } from "./critical-path.ts";
import type { Frontier } from "./frontier.ts";
import type { GraphIndex } from "./graph-index.ts";
import type { Task } from "./task.ts";
import { usualDurationMs } from "./usual-duration.ts";

const NONE: readonly number[] = [];

/** Durations, needs, longest remaining paths and inherited priorities of an execution's tasks, which may be added to and changed. */
export class Tails {
  readonly #index: GraphIndex;
  readonly #frontier: Frontier;
  readonly #durationMs: number[];
  readonly #priority: number[];
  readonly #tailMs: number[];
  readonly #inherited: number[];
  readonly #addedNeeds: (readonly number[])[] = [];
  /** What an added task without a duration is taken to last. */
  #usualMs: number | undefined;
  /** Added tasks of which what they need has not learnt yet. */
  #news: number[] = [];
  #isAllStale = false;

  constructor(index: GraphIndex, tasks: readonly Task[], frontier: Frontier) {
    this.#index = index;
    this.#frontier = frontier;
    this.#durationMs = toNumbers(index.durationMs);
    this.#priority = tasks.map((task) => task.priority ?? 0);
    this.#tailMs = toNumbers(tails(index));
    this.#inherited = this.#priority.every((priority) => priority === this.#priority[0])
      ? this.#priority.slice()
      : toNumbers(inheritedPriorities(index, (task) => this.#priority[task]));
  }

  tailMs(task: number): number {
    return this.#tailMs[task] as number;
  }

  /** Its own or the highest of what depends on it. */
  priority(task: number): number {
    return this.#inherited[task] as number;
  }

  durationMs(task: number): number {
    return this.#durationMs[task] as number;
  }

  needs(task: number): readonly number[] {
    return this.#index.needs[task] ?? this.#addedNeeds[task - this.#index.needs.length] ?? NONE;
  }

  /** Adds the next task. What it needs learns of it with the next refresh. */
  add(task: Task, needs: readonly number[]): void {
    const durationMs = task.durationMs ?? (this.#usualMs ??= usualDurationMs(this.#index.durationMs));
    this.#addedNeeds.push(needs);
    this.#durationMs.push(durationMs);
    this.#priority.push(task.priority ?? 0);
    this.#tailMs.push(durationMs);
    this.#inherited.push(task.priority ?? 0);
    if (needs.length > 0) this.#news.push(this.#durationMs.length - 1);
  }

  setDurationMs(task: number, durationMs: number): void {
    if (this.#durationMs[task] === durationMs) return;
    this.#durationMs[task] = durationMs;
    this.#isAllStale = true;
  }

  setPriority(task: number, priority: number): void {
    if (this.#priority[task] === priority) return;
    this.#priority[task] = priority;
    this.#isAllStale = true;
  }

  /**
   * Computes tails and priorities again where that is necessary: linear in tasks and needs after a change of a duration or priority, and only
   * upwards from what was added otherwise.
   *
   * @param isOpen Whether a task may still start; others are of no interest.
   * @returns The tasks of which either has changed; undefined if that may be any.
   */
  refresh(isOpen: (task: number) => boolean): readonly number[] | undefined {
    const news = this.#news;
    if (news.length > 0) this.#news = [];
    if (!this.#isAllStale) return this.#tell(news, isOpen);
    this.#isAllStale = false;
    const { order } = this.#index;
    // What is added needs what is there, never the other way round.
    for (let task = this.#durationMs.length - 1; task >= order.length; task--) this.#refresh(task);
    for (let k = order.length - 1; k >= 0; k--) this.#refresh(order[k] as number);
    return undefined;
  }

  #tell(news: readonly number[], isOpen: (task: number) => boolean): readonly number[] {
    const changed: number[] = [];
    const first = news[0] ?? Infinity;
    // The last ones first: a task that was added as well passes everything on at once when its turn comes.
    for (const own of news.toReversed()) {
      const unvisited = [own];
      for (let task = unvisited.pop(); task !== undefined; task = unvisited.pop()) {
        const tailMs = this.#tailMs[task] as number;
        const priority = this.#inherited[task] as number;
        for (const need of this.needs(task)) {
          if (!isOpen(need)) continue;
          const longerMs = tailMs + (this.#durationMs[need] as number);
          if (longerMs <= (this.#tailMs[need] as number) && priority <= (this.#inherited[need] as number)) continue;
          this.#tailMs[need] = Math.max(longerMs, this.#tailMs[need] as number);
          this.#inherited[need] = Math.max(priority, this.#inherited[need] as number);
          changed.push(need);
          if (need < first) unvisited.push(need);
        }
      }
    }
    return changed;
  }

  #refresh(task: number): void {
    let longest = 0;
    let highest = this.#priority[task] as number;
    const dependents = this.#frontier.dependentsOf(task);
    for (const dependent of dependents) {
      longest = Math.max(longest, this.#tailMs[dependent] as number);
      highest = Math.max(highest, this.#inherited[dependent] as number);
    }
    this.#tailMs[task] = longest + (this.#durationMs[task] as number);
    this.#inherited[task] = highest;
  }
}

/** An array that can grow; a spread of so many numbers would take several times as long. */
function toNumbers(values: Float64Array): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < values.length; i++) numbers.push(values[i] as number);
  return numbers;
}
