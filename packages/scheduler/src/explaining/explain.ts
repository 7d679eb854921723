import type { Plan, PlannedTask } from "../create-plan.ts";
import type { ExplainedWait } from "./explained-wait.ts";
import { HolderIndex } from "./holders.ts";
import type { ExecutionResult, TaskOutcome } from "../executing/outcome.ts";
import type { Task } from "../task.ts";

/** What became of a task and why then. Times are milliseconds since the execution began. */
export interface TaskExplanation<Id extends string = string> {
  readonly id: Id;
  readonly status: TaskOutcome<unknown>["status"];
  /** When its needs and level would have let it start; undefined if it never did. */
  readonly readyMs?: number | undefined;
  /** Its first start; undefined if it never did. */
  readonly startedMs?: number | undefined;
  readonly finishedMs: number;
  /** Everything it waited for, oldest first; those after `startedMs` lie between attempts. */
  readonly waits: readonly ExplainedWait<Id>[];
  /** From the first start to the end, without what it waited in between. Undefined if it never started. */
  readonly actualMs?: number | undefined;
  /** By the plan, or as declared; undefined where neither says anything. */
  readonly predictedMs?: number | undefined;
  readonly plannedStartMs?: number | undefined;
  /** All of this in a line. */
  readonly text: string;
}

/** A task of the executed critical path, and what made it start when it did. */
export interface ExecutedLink<Id extends string = string> {
  readonly id: Id;
  readonly startedMs: number;
  readonly finishedMs: number;
  /** The last thing it waited for; undefined when it started as soon as it was known. */
  readonly wait?: ExplainedWait<Id> | undefined;
}

/** Why an execution took as long as it did. */
export interface Explanation<Id extends string = string> {
  /** One for each task, in the order of the result. */
  readonly tasks: ReadonlyMap<Id, TaskExplanation<Id>>;
  /**
   * What really determined the end, first to last: the task that finished last, before it the one whose end let it start, through needs, resources,
   * groups and slots alike. Where nothing but the plan held a task back, what ended last before it.
   */
  readonly criticalPath: readonly ExecutedLink<Id>[];
}

/**
 * Says for each task of an execution when it could have started, when it did and what it waited for, and what determined the end of it all. Pure:
 * plain data from plain data. O(n log n) for n tasks and waits, plus the holders that are named.
 *
 * @param plan The plan that was executed; what was predicted is taken from it.
 *
 * @example
 * ```ts
 * const { tasks, criticalPath } = explain(await execution.result, plan);
 * for (const { text } of tasks.values()) print(text);
 * ```
 */
export function explain<Id extends string>(
  result: Pick<ExecutionResult<Id>, "tasks" | "outcomes" | "waits">,
  plan?: Plan<Id>,
): Explanation<Id> {
  const planned = new Map<Id, PlannedTask<Id>>();
  for (const task of plan?.tasks ?? []) planned.set(task.id, task);
  const holders = new HolderIndex(result);
  const tasks = new Map<Id, TaskExplanation<Id>>();
  for (const task of result.tasks) {
    const outcome = result.outcomes.get(task.id);
    if (outcome === undefined) continue;
    const waits = (result.waits.get(task.id) ?? []).map((wait) => holders.explain(wait));
    tasks.set(task.id, explainTask(task, outcome, waits, planned.get(task.id)));
  }
  return { tasks, criticalPath: executedPath(tasks) };
}

function explainTask<Id extends string>(
  { id, durationMs }: Task<Id>,
  { status, startedMs, finishedMs }: TaskOutcome<unknown, Id>,
  waits: readonly ExplainedWait<Id>[],
  planned: PlannedTask<Id> | undefined,
): TaskExplanation<Id> {
  const facts = {
    id,
    status,
    finishedMs,
    waits,
    predictedMs: planned === undefined ? durationMs : planned.finishMs - planned.startMs,
    plannedStartMs: planned?.startMs,
  };
  if (startedMs === undefined) return { ...facts, text: textOf(facts) };
  let readyMs = waits.find((wait) => wait.toMs <= startedMs)?.fromMs ?? startedMs;
  let pausedMs = 0;
  for (const wait of waits) {
    if (wait.fromMs >= startedMs) pausedMs += wait.durationMs;
    else if (wait.cause === "need" || wait.cause === "batch") readyMs = wait.toMs;
  }
  const started = { ...facts, readyMs, startedMs, actualMs: finishedMs - startedMs - pausedMs };
  return { ...started, text: textOf(started) };
}

function textOf(task: Omit<TaskExplanation, "text">): string {
  const { id, status, readyMs, startedMs, finishedMs, plannedStartMs, predictedMs, actualMs } = task;
  if (startedMs === undefined || readyMs === undefined || actualMs === undefined) {
    return `${id}: ${status} at ${ms(finishedMs)} without having started`;
  }
  const delays = task.waits.filter((wait) => wait.fromMs >= readyMs).map(waitText);
  const plan = plannedStartMs === undefined ? "" : ` (planned ${ms(plannedStartMs)})`;
  const duration = predictedMs === undefined ? "" : ` (predicted ${ms(predictedMs)})`;
  const waited = delays.length === 0 ? "" : `; waited ${delays.join(", then ")}`;
  return `${id}: ready at ${ms(readyMs)}, started at ${ms(startedMs)}${plan}${waited}; ${status} after ${ms(actualMs)}${duration}`;
}

const NAMED_IN_TEXT = 3;

function waitText({ cause, on, durationMs, heldBy }: ExplainedWait): string {
  const others = heldBy.length - NAMED_IN_TEXT;
  const names = [...heldBy.slice(0, NAMED_IN_TEXT), ...(others > 0 ? [`${others} more`] : [])].join(", ");
  const by = names === "" ? "" : ` held by ${names}`;
  switch (cause) {
    case "need":
      return `${ms(durationMs)} for ${on}`;
    case "resource":
      return `${ms(durationMs)} for ${on}${by}`;
    case "group":
      return `${ms(durationMs)} for group ${on}${by}`;
    case "slot":
      return `${ms(durationMs)} for a slot${by}`;
    case "batch":
      return `${ms(durationMs)} for level ${on}`;
    case "plan":
      return `${ms(durationMs)} for its turn in the plan`;
    case "retry":
      return `${ms(durationMs)} after attempt ${on}`;
  }
}

/** Milliseconds with at most one decimal. */
function ms(value: number): string {
  return `${Math.round(value * 10) / 10} ms`;
}

function executedPath<Id extends string>(tasks: ReadonlyMap<Id, TaskExplanation<Id>>): readonly ExecutedLink<Id>[] {
  let last: TaskExplanation<Id> | undefined;
  for (const task of tasks.values()) {
    if (task.startedMs !== undefined && (last === undefined || task.finishedMs > last.finishedMs)) last = task;
  }
  const path: ExecutedLink<Id>[] = [];
  const seen = new Set<Id>();
  for (let task = last; task?.startedMs !== undefined && !seen.has(task.id);) {
    const { id, startedMs, finishedMs, waits } = task;
    seen.add(id);
    const wait: ExplainedWait<Id> | undefined = waits.findLast(({ toMs }) => toMs <= startedMs);
    path.push({ id, startedMs, finishedMs, ...(wait === undefined ? {} : { wait }) });
    task = wait?.endedBy === undefined ? undefined : tasks.get(wait.endedBy);
  }
  return path.reverse();
}
