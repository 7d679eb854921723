import { measureWithin } from "./measure-within.ts";
import type { Span, SpanAttribute, SpanAttributes } from "./span.ts";

/** A span that has started and can be ended. */
export interface OpenSpan {
  readonly id: number;
  /**
   * Ends the span and gives it back, with `attributes` added to those it started with. Ending again changes nothing.
   */
  end(attributes?: SpanAttributes): Span;
  /** The same as `end()`, for `using span = recorder.start("…")`. */
  [Symbol.dispose](): void;
}

/** Settings of one span. */
export interface SpanOptions {
  /**
   * The span around this one, or its id.
   * @defaultValue none: a top-level span
   */
  readonly parent?: OpenSpan | number | undefined;
  /**
   * Id of the step the time belongs to.
   * @defaultValue the step of `parent`
   */
  readonly step?: string | undefined;
  readonly attributes?: SpanAttributes | undefined;
}

/** Settings of a recorder. */
export interface SpanRecorderOptions {
  /**
   * Reads a clock in milliseconds. A reading below an earlier one counts as the earlier one, so times never go back.
   * @defaultValue `performance.now()`
   */
  readonly now?: (() => number) | undefined;
  /**
   * The reading of `now` that counts as 0.
   * @defaultValue the reading when the recorder is made
   */
  readonly originMs?: number | undefined;
  /** Called with each span as it ends. What it throws goes to `onListenerError` and never reaches the code measured. */
  readonly onSpan?: ((span: Span) => void) | undefined;
  /**
   * Called with what `onSpan` threw.
   * @defaultValue the error is dropped
   */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** Collects spans in memory. */
export interface SpanRecorder {
  /**
   * Starts a span.
   * @throws {RangeError} when `parent` is not a span of this recorder.
   */
  start(name: string, options?: SpanOptions): OpenSpan;
  /**
   * Adds a span that somebody else measured, without `endMs` one that was not finished. Times are on the clock of
   * {@link SpanRecorder.elapsedMs}.
   * @throws {RangeError} when `parent` is not a span of this recorder, or the times are no times in order.
   */
  record(
    name: string,
    times: { readonly startMs: number; readonly endMs?: number | undefined },
    options?: SpanOptions,
  ): Span;
  /**
   * Runs `work` within a span and gives back what it returns. For a promise the span ends when that settles. When `work`
   * throws or rejects, the span gets the attribute `error: true` and the error passes through.
   */
  measure<T>(name: string, work: (span: OpenSpan) => T, options?: SpanOptions): T;
  /** All spans so far in the order in which they were started or recorded; open ones have no `endMs`. The array is a copy. */
  spans(): readonly Span[];
  /** Milliseconds since the origin, on the clock of the spans. */
  elapsedMs(): number;
}

/** Microseconds are precise enough and keep the JSON short. */
const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000;

/** JSON has no NaN and no infinities, so they are kept as text. */
const storable = (value: SpanAttribute): SpanAttribute =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

function storableAttributes(attributes: SpanAttributes): SpanAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, storable(value)]));
}

/**
 * Gives a recorder of named, nested, concurrent spans on one monotonic clock. Starting and ending a span takes a few
 * microseconds and no I/O.
 *
 * @throws {RangeError} when `originMs` is not finite.
 * @example
 * ```ts
 * const recorder = createSpanRecorder();
 * await recorder.measure("git_operations", async (span) => {
 *   await recorder.measure("git_status", () => readStatus(), { parent: span });
 * });
 * recorder.spans(); // two spans, the second with `parentId: 1`
 * ```
 */
export function createSpanRecorder(options: SpanRecorderOptions = {}): SpanRecorder {
  const { onSpan, onListenerError } = options;
  const now = options.now ?? (() => performance.now());
  const originMs = options.originMs ?? now();
  if (!Number.isFinite(originMs)) {
    throw new RangeError(`Cannot create span recorder: \`originMs\` must be a finite number, got ${originMs}`);
  }
  const spans: Span[] = [];
  let latestMs = 0;

  const elapsedMs = (): number => {
    const readingMs = roundMs(now() - originMs);
    if (readingMs > latestMs) latestMs = readingMs;
    return latestMs;
  };

  const parentOf = (parent: OpenSpan | number | undefined): Span | undefined => {
    if (parent === undefined) return undefined;
    const id = typeof parent === "number" ? parent : parent.id;
    const span = spans[id - 1];
    if (span === undefined) {
      throw new RangeError(`Cannot start span: \`parent\` must be a span of this recorder, got ${id}`);
    }
    return span;
  };

  const finish = (id: number, attributes: SpanAttributes | undefined, endMs: number = elapsedMs()): Span => {
    const begun = spans[id - 1] as Span;
    if (begun.endMs !== undefined) return begun;
    const all =
      attributes === undefined ? begun.attributes : { ...begun.attributes, ...storableAttributes(attributes) };
    const span: Span = { ...begun, endMs, ...(all === undefined ? {} : { attributes: all }) };
    spans[id - 1] = span;
    if (onSpan !== undefined) {
      try {
        onSpan(span);
      } catch (error) {
        onListenerError?.(error);
      }
    }
    return span;
  };

  const open = (name: string, startMs: number, { parent, step, attributes }: SpanOptions): number => {
    const parentSpan = parentOf(parent);
    const ownStep = step ?? parentSpan?.step;
    const id = spans.length + 1;
    spans.push({
      id,
      ...(parentSpan === undefined ? {} : { parentId: parentSpan.id }),
      name,
      ...(ownStep === undefined ? {} : { step: ownStep }),
      startMs,
      ...(attributes === undefined ? {} : { attributes: storableAttributes(attributes) }),
    });
    return id;
  };

  const record = (
    name: string,
    { startMs, endMs }: { readonly startMs: number; readonly endMs?: number | undefined },
    spanOptions?: SpanOptions,
  ): Span => {
    const lastMs = endMs ?? startMs;
    if (!(startMs >= 0 && lastMs >= startMs && lastMs < Infinity)) {
      throw new RangeError(
        `Cannot record span: \`startMs\` and \`endMs\` must be times in order, got ${startMs}, ${endMs}`,
      );
    }
    const id = open(name, roundMs(startMs), spanOptions ?? {});
    return endMs === undefined ? (spans[id - 1] as Span) : finish(id, undefined, roundMs(endMs));
  };

  const start = (name: string, spanOptions: SpanOptions = {}): OpenSpan => {
    const id = open(name, elapsedMs(), spanOptions);
    return {
      id,
      end: (more) => finish(id, more),
      [Symbol.dispose]: () => void finish(id, undefined),
    };
  };

  const measure = <T>(name: string, work: (span: OpenSpan) => T, spanOptions?: SpanOptions): T =>
    measureWithin(start(name, spanOptions), work);

  return { start, record, measure, spans: () => spans.slice(), elapsedMs };
}
