/** What a span's attribute may hold. Never put a secret's value here: attributes are written to disk. */
export type SpanAttribute = string | number | boolean;

/** Named values that describe a span. */
export type SpanAttributes = Readonly<Record<string, SpanAttribute>>;

/**
 * A named stretch of time. Times are milliseconds after the recorder's origin (for a run: after the run's start) on one
 * monotonic clock.
 */
export interface Span {
  /** Unique within its recorder, counted from 1 in order of starting. */
  readonly id: number;
  /** The span that was open around this one. */
  readonly parentId?: number | undefined;
  /** What was done, for example `setup`, `git_operations` or `ai_call`. */
  readonly name: string;
  /** Id of the step the time belongs to; absent for the run's own time. */
  readonly step?: string | undefined;
  readonly startMs: number;
  /** Absent when the span was never finished, for example because the process was killed. */
  readonly endMs?: number | undefined;
  readonly attributes?: SpanAttributes | undefined;
}
