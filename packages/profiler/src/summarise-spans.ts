import type { Span } from "./span.ts";

/** The time of all spans of one name. */
export interface SpanSummary {
  readonly name: string;
  /** How many spans had this name. */
  readonly count: number;
  /** Sum of the spans' durations in milliseconds; a span inside one of the same name is not counted again. */
  readonly totalMs: number;
  /**
   * Sum over the spans of the time in which none of their children was open, in milliseconds. Spans that ran at the same time
   * each count, so self times may add up to more than the time that passed.
   */
  readonly selfMs: number;
  /** How many of the spans never ended. */
  readonly unfinished: number;
}

/** Settings of {@link summariseSpans}. */
export interface SummariseSpansOptions {
  /**
   * When spans that never ended count as ended, in milliseconds on the spans' clock.
   * @defaultValue the latest time in any of the spans
   */
  readonly endMs?: number | undefined;
}

const latestMs = (spans: readonly Span[]): number =>
  spans.reduce((latest, span) => Math.max(latest, span.startMs, span.endMs ?? 0), 0);

/** Milliseconds within `fromMs`..`toMs` that at least one of `spans` covers. */
function coveredMs(spans: readonly Span[], fromMs: number, toMs: number, endOf: (span: Span) => number): number {
  let covered = 0;
  let reachedMs = fromMs;
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const startMs = Math.max(span.startMs, reachedMs);
    const endMs = Math.min(endOf(span), toMs);
    if (endMs > startMs) {
      covered += endMs - startMs;
      reachedMs = endMs;
    }
  }
  return covered;
}

/**
 * Gives total and self time for each span name, largest self time first (ties by name). Where children of a span overlap,
 * the time they share is taken from the parent's self time once. Takes any spans, also part of a record's: a span whose
 * parent is not among them counts as top-level. Takes O(n log n) time.
 *
 * @example
 * ```ts
 * const [slowest] = summariseSpans(record.spans);
 * ```
 */
export function summariseSpans(spans: readonly Span[], options: SummariseSpansOptions = {}): readonly SpanSummary[] {
  const openEndMs = options.endMs ?? latestMs(spans);
  const endOf = (span: Span): number => Math.max(span.startMs, span.endMs ?? openEndMs);
  const byId = new Map(spans.map((span) => [span.id, span]));
  const childrenOf = new Map<number, Span[]>();
  for (const span of spans) {
    if (span.parentId === undefined || !byId.has(span.parentId)) continue;
    const siblings = childrenOf.get(span.parentId);
    if (siblings === undefined) childrenOf.set(span.parentId, [span]);
    else siblings.push(span);
  }

  const summaries = new Map<string, { count: number; totalMs: number; selfMs: number; unfinished: number }>();
  const visited = new Set<Span>();
  /** Visits a tree without recursion, so that depth cannot exhaust the stack; `openNames` holds the names around the span. */
  const visit = (root: Span): void => {
    const openNames = new Map<string, number>();
    const work: { span: Span; leave: boolean }[] = [{ span: root, leave: false }];
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      const { span, leave } = item;
      const around = openNames.get(span.name) ?? 0;
      if (leave) {
        openNames.set(span.name, around - 1);
        continue;
      }
      if (visited.has(span)) continue;
      visited.add(span);
      openNames.set(span.name, around + 1);
      const children = childrenOf.get(span.id) ?? [];
      const durationMs = endOf(span) - span.startMs;
      let summary = summaries.get(span.name);
      if (summary === undefined) {
        summary = { count: 0, totalMs: 0, selfMs: 0, unfinished: 0 };
        summaries.set(span.name, summary);
      }
      summary.count += 1;
      summary.totalMs += around === 0 ? durationMs : 0;
      summary.selfMs += durationMs - coveredMs(children, span.startMs, endOf(span), endOf);
      summary.unfinished += span.endMs === undefined ? 1 : 0;
      work.push({ span, leave: true });
      for (const child of children) work.push({ span: child, leave: false });
    }
  };
  for (const span of spans) {
    if (span.parentId === undefined || !byId.has(span.parentId)) visit(span);
  }
  // What is left has itself as an ancestor, which only a damaged record can hold.
  for (const span of spans) visit(span);

  return [...summaries]
    .map(([name, summary]) => ({ name, ...summary }))
    .toSorted((a, b) => b.selfMs - a.selfMs || (a.name < b.name ? -1 : 1));
}
