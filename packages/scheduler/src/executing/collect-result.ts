import type { ExecutionResult, TaskOutcome } from "./outcome.ts";
import type { Task } from "../task.ts";
import type { Wait, WaitLog } from "../waits.ts";

/** What an execution knows when every task has ended: by the number of the task. */
export interface Ended<Id extends string, T> {
  readonly tasks: readonly Task<Id>[];
  readonly outcomes: readonly TaskOutcome<T, Id>[];
  readonly waits: WaitLog;
  readonly ok: boolean;
  readonly makespanMs: number;
}

/** The maps are made when they are asked for: for many tasks they take longer than all else at the end. */
export function collectResult<Id extends string, T>(ended: Ended<Id, T>): ExecutionResult<Id, T> {
  const { tasks, ok, makespanMs } = ended;
  let outcomes: ReadonlyMap<Id, TaskOutcome<T, Id>> | undefined;
  let waits: ReadonlyMap<Id, readonly Wait[]> | undefined;
  return {
    tasks,
    get outcomes() {
      outcomes ??= new Map(tasks.map(({ id }, number) => [id, ended.outcomes[number] as TaskOutcome<T, Id>] as const));
      return outcomes;
    },
    get waits() {
      waits ??= waitsOfStarted(ended);
      return waits;
    },
    ok,
    makespanMs,
  };
}

function waitsOfStarted<Id extends string>({ tasks, outcomes, waits }: Ended<Id, unknown>): Map<Id, readonly Wait[]> {
  const found = new Map<Id, readonly Wait[]>();
  for (const [number, { id }] of tasks.entries()) {
    if (outcomes[number]?.startedMs === undefined) continue;
    const own = waits.of(number);
    if (own.length > 0) found.set(id, own);
  }
  return found;
}
