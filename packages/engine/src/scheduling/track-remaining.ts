import type { ExecutionEvent, Plan, TaskGraph } from "@ai-workflow/scheduler";
import { confirmedBy, isStepTask } from "./build-tasks.ts";
import { estimateRemaining, overdueAfterMs, type ExpectedTime, type RemainingTime } from "./estimate-remaining.ts";

/** Time between two estimates at least, in milliseconds. */
const LEAST_GAP_MS = 1_000;
/** The same, as a share of what was left at the last one: who waits for an hour need not hear of each second. */
const LEAST_SHARE = 0.05;

/** What {@link expectTasks} goes by. */
export interface TaskExpectations {
  readonly graph: TaskGraph;
  /** Steps that no earlier run has timed. */
  readonly unknown: ReadonlySet<string>;
  /** What has become known of tasks since they were scheduled, in milliseconds. @defaultValue nothing */
  readonly updatedMs?: ReadonlyMap<string, number> | undefined;
  /** What a step rarely exceeds, in milliseconds, where known. */
  readonly upperMs: (stepId: string) => number | undefined;
}

/** What the tasks of a schedule are expected to take: steps as planned or as was told since; gates and confirmations nothing. */
export function expectTasks({
  graph,
  unknown,
  updatedMs = new Map(),
  upperMs,
}: TaskExpectations): (taskId: string) => ExpectedTime | undefined {
  return (id) => {
    const updated = updatedMs.get(id);
    const expectedMs = updated ?? graph.get(id)?.durationMs;
    if (!isStepTask(id) && (expectedMs ?? 0) === 0) return { expectedMs: 0, upperMs: 0 };
    const stepId = confirmedBy(id) ?? id;
    if (expectedMs === undefined || (updated === undefined && unknown.has(stepId))) return undefined;
    return { expectedMs, upperMs: upperMs(stepId) };
  };
}

/** How much longer a run takes, told as it goes on. */
export interface RemainingTracker {
  /** To be called with each event of the execution. */
  readonly note: (event: ExecutionEvent) => void;
  /** Nothing is told any more. */
  readonly close: () => void;
}

/** What {@link trackRemaining} needs. */
export interface RemainingTrackerOptions extends Omit<TaskExpectations, "updatedMs"> {
  readonly plan: Plan;
  /** The clock of the execution's events, in milliseconds. */
  readonly now: () => number;
  readonly tell: (remaining: RemainingTime) => void;
  /** Calls back once, later, and gives what calls that off. It must not keep the process alive. */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
}

/**
 * Follows an execution and tells how much longer it takes: when it begins, after steps have started or ended, and when a step becomes overdue;
 * never more than once a second, nor before a twentieth of the time that was left has passed. A run that is planned to take less than a second
 * hears nothing before a second is over.
 */
export function trackRemaining(options: RemainingTrackerOptions): RemainingTracker {
  const { graph, plan, now, tell, setTimer } = options;
  const order = plan.tasks.map(({ id }) => id);
  const ended = new Set<string>();
  const startedMs = new Map<string, number>();
  const updatedMs = new Map<string, number>();
  const expect = expectTasks({ ...options, updatedMs });
  let earliestMs = plan.makespanMs < LEAST_GAP_MS ? LEAST_GAP_MS : 0;
  let isNew = false;
  let isClosed = false;
  let timer: { readonly atMs: number; readonly stop: () => void } | undefined;

  const wakeAt = (atMs: number): void => {
    if (timer !== undefined && timer.atMs <= atMs) return;
    timer?.stop();
    timer = atMs === Infinity ? undefined : { atMs, stop: setTimer(look, Math.max(0, Math.ceil(atMs - now()))) };
  };

  const look = (): void => {
    timer = undefined;
    if (isClosed) return;
    const atMs = now();
    if (atMs < earliestMs) return wakeAt(earliestMs);
    const running = new Map([...startedMs].map(([id, start]) => [id, Math.max(0, atMs - start)]));
    const remaining = estimateRemaining({
      graph,
      ended,
      running,
      expect,
      order,
      maxParallel: plan.maxParallel,
      capacity: plan.capacity,
    });
    isNew = false;
    if (remaining === undefined) return;
    earliestMs = atMs + Math.max(LEAST_GAP_MS, remaining.expectedMs * LEAST_SHARE);
    tell(remaining);
    let dueMs = Infinity;
    for (const [id, start] of startedMs) {
      const time = expect(id);
      if (time === undefined || remaining.overdue.includes(id)) continue;
      // A timer of whole milliseconds must not come a fraction too early.
      dueMs = Math.min(dueMs, start + overdueAfterMs(time) + 1);
    }
    wakeAt(Math.max(earliestMs, dueMs));
  };

  return {
    note(event): void {
      switch (event.type) {
        case "started":
          startedMs.set(event.id, event.atMs);
          break;
        case "retried":
          startedMs.delete(event.id);
          break;
        case "settled":
          startedMs.delete(event.id);
          ended.add(event.id);
          break;
        case "updated":
          if (event.durationMs === undefined) return;
          updatedMs.set(event.id, event.durationMs);
          break;
        case "added":
        case "stopping":
        case "replanned":
        case "finished":
          return;
      }
      if (isNew || isClosed) return;
      isNew = true;
      // What happens in the same moment is one change.
      wakeAt(Math.max(earliestMs, event.atMs));
    },
    close(): void {
      isClosed = true;
      timer?.stop();
    },
  };
}
