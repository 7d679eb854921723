import { tails } from "../critical-path.ts";
import type { GraphIndex } from "../graph-index.ts";
import type { Limits } from "../limits.ts";
import { findSchedule } from "../planning/find-schedule.ts";
import { sumWork } from "../planning/work-bound.ts";
import type { Task } from "../task.ts";

/** A task that runs longer than predicted is expected to take so much of its time so far on top, */
const OVERTIME = 0.2;
/** and as much again once it has taken so many times what was predicted. */
const FAR_OVER = 1.5;

/** Time that new plans may take before their share of the elapsed time counts, in milliseconds. */
const HEAD_START_MS = 5;

/** With less than so many generations a new plan is not worth it. */
const FEWEST_GENERATIONS = 20;

/** More tasks are not planned anew while others wait for it. */
const LARGEST = 5_000;

/** What a new plan costs on a machine of 2025, in milliseconds: a task, and a task or demand in a generation. */
const MS_PER_TASK = 0.002;
const MS_PER_PLACED = 0.000_05;

/** Beyond this size a generation costs more than its share. */
const FULL_SPEED = 500;

/**
 * Says whether a new plan is worth its time. It counts estimated time and not measured time, so that equal executions plan anew equally.
 *
 * Where nothing but the number of parallel tasks is limited it never is: there the longest remaining path comes out closer to the optimum than new
 * plans do, which count on durations that have just proved wrong. Under limited resources and groups new plans win (benchmarks/scheduler).
 */
export class ReplanBudget {
  readonly #timeShare: number;
  readonly #generations: number;
  /** Tasks and demands a task. */
  readonly #placedPerTask: number;
  #isWorthIt: boolean;
  #spentMs = 0;

  constructor(
    settings: { readonly timeShare: number; readonly generations: number },
    tasks: readonly Task[],
    limits: Limits,
  ) {
    this.#timeShare = settings.timeShare;
    this.#generations = settings.generations;
    let placed = 0;
    for (const { demand } of tasks) if (demand !== undefined) placed += Object.keys(demand).length;
    const isLimited = (name: string): boolean => (limits.capacity.get(name) ?? Infinity) < Infinity;
    this.#isWorthIt = tasks.some(
      ({ group, demand }) => group !== undefined || (demand !== undefined && Object.keys(demand).some(isLimited)),
    );
    this.#placedPerTask = 1 + placed / Math.max(1, tasks.length);
  }

  /** Generations for a plan of so many tasks after so much time; 0 when it has to wait. */
  generations(size: number, elapsedMs: number): number {
    if (!this.#isWorthIt || size > LARGEST) return 0;
    if (this.#timeShare === Infinity) return this.#generations;
    const leftMs = HEAD_START_MS + this.#timeShare * elapsedMs - this.#spentMs;
    const affordable = Math.floor((leftMs - size * MS_PER_TASK) / this.#generationMs(size));
    const fewest = Math.min(FEWEST_GENERATIONS, this.#generations);
    return affordable < fewest ? 0 : Math.min(affordable, this.#generations);
  }

  /** There is no plan to be had, and will not be. */
  giveUp(): void {
    this.#isWorthIt = false;
  }

  /** A plan has been made. */
  spend(size: number, generations: number): void {
    this.#spentMs += size * MS_PER_TASK + generations * this.#generationMs(size);
  }

  #generationMs(size: number): number {
    return size * this.#placedPerTask * MS_PER_PLACED * Math.max(1, size / FULL_SPEED);
  }
}

/** What is left of an execution. */
export interface Rest {
  /** What runs. */
  readonly running: readonly number[];
  /** What has not started, in an order in which every task comes after what it needs. */
  readonly waiting: readonly number[];
  /** The task as it is now. */
  task(number: number): Task;
  /** What it needs, ended or not. */
  needs(number: number): readonly number[];
  /** Predicted duration in milliseconds. */
  durationMs(number: number): number;
  /** For how long a running task has run. */
  elapsedMs(number: number): number;
  /** When it was to start by the plan so far; the search begins with this order. */
  dueMs(number: number): number;
}

/** A plan for the rest. Times are milliseconds from now. */
export interface Replanned {
  readonly starts: readonly (readonly [task: number, startMs: number, finishMs: number])[];
  readonly makespanMs: number;
  readonly generations: number;
}

/**
 * Plans what is left: what runs goes on, for as long as it is still predicted to take.
 *
 * @throws {RangeError} when the durations add up to more than a number can hold.
 */
export function replan(rest: Rest, limits: Limits, generations: number): Replanned {
  const { running, waiting } = rest;
  const numbers = [...running, ...waiting];
  const place = new Map(numbers.map((number, i) => [number, i]));
  const needs: (readonly number[])[] = [];
  const dependents: number[][] = numbers.map(() => []);
  const durationMs = new Float64Array(numbers.length);
  for (const [i, number] of numbers.entries()) {
    if (i < running.length) {
      needs.push([]);
      const elapsedMs = rest.elapsedMs(number);
      durationMs[i] = stillMs(rest.durationMs(number), elapsedMs);
      continue;
    }
    const open = rest.needs(number).flatMap((need) => place.get(need) ?? []);
    needs.push(open);
    for (const need of open) dependents[need]?.push(i);
    durationMs[i] = rest.durationMs(number);
  }
  const at = new Map(numbers.map((number, i) => [rest.task(number).id, i]));
  const index: GraphIndex = { at, needs, dependents, order: Int32Array.from(place.values()), durationMs };
  const tasks = withRunningFirst(rest, limits);
  const tailMs = tails(index);
  const problem = {
    index,
    tasks,
    tailMs,
    criticalPathMs: tailMs.reduce((longest, tail) => Math.max(longest, tail), 0),
    work: sumWork(tasks, durationMs, limits, "plan anew"),
  };
  const order = numbers.toSorted((a, b) => compare(rest.dueMs(a), rest.dueMs(b))).map((number) => rest.task(number).id);
  const settings = { generations, seed: 1, timeLimitMs: undefined, order, now: (): number => 0 };
  const { startMs, makespanMs, generations: used } = findSchedule(problem, limits, "critical-path", settings, 1);
  return {
    starts: numbers.map((number, i) => {
      const start = startMs[i] as number;
      return [number, start, start + (durationMs[i] as number)] as const;
    }),
    makespanMs,
    generations: used,
  };
}

/** What a task that has run for some time still takes, by what was predicted for all of it. */
function stillMs(predictedMs: number, elapsedMs: number): number {
  if (elapsedMs > predictedMs * FAR_OVER) return elapsedMs;
  return Math.max(predictedMs - elapsedMs, elapsedMs * OVERTIME);
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Tasks of which those that run have the highest priority, and together demand no more than there is, so that they all begin at once. */
function withRunningFirst(rest: Rest, limits: Limits): readonly Task[] {
  const { running, waiting } = rest;
  let highest = 0;
  for (const number of waiting) highest = Math.max(highest, rest.task(number).priority ?? 0);
  const left = new Map(limits.capacity);
  const cap = (demand: Task["demand"], isRunning: boolean): Task["demand"] => {
    if (demand === undefined) return undefined;
    return Object.fromEntries(
      Object.entries(demand).map(([name, amount]) => {
        const most = (isRunning ? left.get(name) : limits.capacity.get(name)) ?? Infinity;
        const taken = Math.min(amount, most);
        if (isRunning && most < Infinity) left.set(name, most - taken);
        return [name, taken];
      }),
    );
  };
  return [
    ...running.map((number): Task => {
      const { id, demand, group } = rest.task(number);
      return { id, demand: cap(demand, true), group, priority: highest + 1 };
    }),
    ...waiting.map((number): Task => {
      const own = rest.task(number);
      return { id: own.id, demand: cap(own.demand, false), group: own.group, priority: own.priority };
    }),
  ];
}
