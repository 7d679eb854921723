/** What a {@link SchedulerError} is about. Each code has a heading in `docs/errors.md`. */
export type SchedulerErrorCode =
  | "SCHEDULER_DUPLICATE_ID"
  | "SCHEDULER_UNKNOWN_NEED"
  | "SCHEDULER_CYCLE"
  | "SCHEDULER_DEMAND_EXCEEDS_CAPACITY"
  | "SCHEDULER_UNKNOWN_ID"
  | "SCHEDULER_FINISHED";

/** A graph or a request that cannot be scheduled, with the ids it is about. */
export class SchedulerError extends Error {
  override readonly name = "SchedulerError";
  readonly code: SchedulerErrorCode;
  /** The tasks concerned. For `SCHEDULER_CYCLE` the path: each task needs the next one, and the first is repeated at the end. */
  readonly ids: readonly string[];

  constructor(code: SchedulerErrorCode, message: string, ids: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.ids = ids;
  }
}
