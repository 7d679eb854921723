export { RESERVE_AFTER, RESERVE_AFTER_ADDED } from "./admission.ts";
export type { TaskContext } from "./executing/attempt.ts";
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
} from "./executing/execute-options.ts";
export { execute, type Execution } from "./executing/execute.ts";
export { explain, type ExecutedLink, type Explanation, type TaskExplanation } from "./explaining/explain.ts";
export type { ExplainedWait } from "./explaining/explained-wait.ts";
export type { ExecutionEvent, ExecutionResult, TaskOutcome } from "./executing/outcome.ts";
export type { SearchOptions } from "./planning/search-options.ts";
export type { Strategy } from "./strategy.ts";
export type { Task, TaskGraph, TaskUpdate } from "./task.ts";
export type { Wait } from "./waits.ts";
export { WHAT_IF_UP_TO, whatIf, type WhatIf, type WhatIfRange } from "./what-if.ts";
