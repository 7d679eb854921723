import type { SpanAttributes } from "../span.ts";

/**
 * Environment variable that names the file to which the processes of a step append their spans. The protocol is one JSON object a line:
 *
 * ```text
 * {"begin":"setup","at":1764118800.123}
 * {"end":"setup","at":1764118801.5,"attributes":{"files":3}}
 * {"span":"parse","from":1764118801.5,"to":1764118802.25}
 * ```
 *
 * - Times are seconds since 1970, as a number or as text with a decimal point or comma (as `$EPOCHREALTIME` writes it in some locales).
 * - `id` (text or number) tells spans of one name apart, `pid` keeps the spans of processes apart that write at the same time: an end
 *   belongs to the latest begin of that name, `id` (where it gives one) and `pid`.
 * - `parent` names the `id` of the span around; `null` says that there is none. Without it, that is the latest span begun by the same
 *   `pid` that is still open.
 * - `attributes` hold text, numbers and booleans; those of the end are added to those of the begin.
 * - A begin without an end is a span that was not finished.
 * - Spans lie within the step; that a child lies within its parent is up to who tells them.
 * - Append each line in one write, with its line end.
 */
export const SPANS_VARIABLE = "WORKFLOW_SPANS";

/** A span as told by a process of a step. Times are milliseconds on the clock of the run. */
export interface ChildSpan {
  readonly name: string;
  /** Place of the span around it in the list, which comes before it. */
  readonly parentIndex?: number | undefined;
  readonly startMs: number;
  /** Absent when the span was not finished. */
  readonly endMs?: number | undefined;
  readonly attributes?: SpanAttributes | undefined;
}

/** When the step ran, and how the wall clock of its processes relates to the clock of the run. */
export interface StepWindow {
  /** Start on the clock of the run, in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Wall clock at the start, in milliseconds since 1970. */
  readonly wallAtStartMs: number;
}

/** What the processes of a step told. */
export interface ToldSpans {
  /** In the order in which they began; parents come before their children. */
  readonly spans: readonly ChildSpan[];
  /** What could not be used, in words; empty when everything could. */
  readonly problems: readonly string[];
}
