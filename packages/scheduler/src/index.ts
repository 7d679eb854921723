export { RESERVE_AFTER, RESERVE_AFTER_ADDED } from "./admission.ts";
export type { TaskContext } from "./attempt.ts";
export { createGraph } from "./create-graph.ts";
export { createPlan, type Plan, type PlannedTask, type PlanOptions } from "./create-plan.ts";
export { SchedulerError, type SchedulerErrorCode } from "./errors.ts";
export {
  DEFAULT_GRACE_MS,
  DEFAULT_REPLAN_GENERATIONS,
  DEFAULT_REPLAN_TIME_SHARE,
  DEFAULT_RETRY_DELAY_MS,
  type ExecuteOptions,
  MAX_RETRY_DELAY_MS,
  type OnFailure,
  type ReplanOptions,
  type SetTimer,
} from "./execute-options.ts";
export { execute, type Execution } from "./execute.ts";
export { explain, type ExecutedLink, type Explanation, type TaskExplanation } from "./explain.ts";
export type { ExplainedWait } from "./explained-wait.ts";
export type { ExecutionEvent, ExecutionResult, TaskOutcome } from "./outcome.ts";
export type { SearchOptions } from "./planning/search-options.ts";
export type { Strategy } from "./strategy.ts";
export type { Task, TaskGraph, TaskUpdate } from "./task.ts";
export type { Wait } from "./waits.ts";
export { WHAT_IF_UP_TO, whatIf, type WhatIf, type WhatIfRange } from "./what-if.ts";
