/** Version of the state that this package writes. */
export const ALERT_STATE_VERSION = 1;

/** What is remembered of one rule about one step. */
export interface AlertMemory {
  readonly rule: string;
  readonly step?: string | undefined;
  /** `pending` is true, but nobody was told because of the cool-down; `open` was told; `over` is no longer true. */
  readonly phase: "pending" | "open" | "over";
  /** When the condition was first true, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly sinceRun: string;
  /** When somebody was last told that something is wrong; absent when nobody was. */
  readonly toldMs?: number | undefined;
  /** Measured runs in a row in which the condition was not true. */
  readonly goodCount: number;
  /** The last run that measured it, so that evaluating a run twice counts once. */
  readonly lastRun: string;
  /** When that run was, in milliseconds since 1970. */
  readonly lastMs: number;
}

/** What the next run must know of earlier ones: a plain JSON value, kept by the caller. */
export interface AlertState {
  readonly schema: "ai-workflow/alert-state";
  readonly version: typeof ALERT_STATE_VERSION;
  /** By the key of the alert. */
  readonly alerts: Readonly<Record<string, AlertMemory>>;
}

/** The state before the first run. */
export const EMPTY_ALERT_STATE: AlertState = {
  schema: "ai-workflow/alert-state",
  version: ALERT_STATE_VERSION,
  alerts: {},
};
