import type { Span } from "../span.ts";

/** Part of a stretch of time, under the name of the spans that were open in it. */
export interface TimeShare {
  /** Undefined for the time in no span. */
  readonly name: string | undefined;
  readonly ms: number;
}

/**
 * Splits a stretch of time among the spans that were open in it, innermost first: where several were innermost at the same time, their names
 * share it equally. What comes out adds up to the stretch. Largest share first. O(n log n) for n spans with few names.
 *
 * @param around - names of spans that only hold others: the time that is theirs alone counts as that of no span
 */
export function splitTime(
  spans: readonly Span[],
  fromMs: number,
  toMs: number,
  around: ReadonlySet<string> = new Set(),
): readonly TimeShare[] {
  const within = (ms: number): number => Math.min(Math.max(ms, fromMs), toMs);
  const ids = new Map(spans.map((span) => [span.id, span]));
  const edges = spans.flatMap((span) => {
    const startMs = within(span.startMs);
    const endMs = within(span.endMs ?? toMs);
    return endMs > startMs
      ? [
          { atMs: startMs, span, opens: true },
          { atMs: endMs, span, opens: false },
        ]
      : [];
  });
  edges.sort((a, b) => a.atMs - b.atMs);
  const open = new Set<Span>();
  const openInside = new Map<Span, number>();
  const innermost = new Map<string, number>();
  const shares = new Map<string | undefined, number>();
  const give = (name: string | undefined, ms: number): void => void shares.set(name, (shares.get(name) ?? 0) + ms);
  const count = (span: Span, by: 1 | -1): void => {
    if (around.has(span.name)) return;
    const now = (innermost.get(span.name) ?? 0) + by;
    if (now <= 0) innermost.delete(span.name);
    else innermost.set(span.name, now);
  };
  const isInnermost = (span: Span): boolean => open.has(span) && (openInside.get(span) ?? 0) === 0;

  let reachedMs = fromMs;
  const pass = (atMs: number): void => {
    const ms = atMs - reachedMs;
    if (ms > 0 && innermost.size === 0) give(undefined, ms);
    else if (ms > 0) for (const name of innermost.keys()) give(name, ms / innermost.size);
    reachedMs = Math.max(reachedMs, atMs);
  };
  for (const { atMs, span, opens } of edges) {
    pass(atMs);
    const parent = span.parentId === undefined ? undefined : ids.get(span.parentId);
    const wasInnermost = parent !== undefined && isInnermost(parent);
    if (opens) {
      open.add(span);
      if (isInnermost(span)) count(span, 1);
    } else {
      if (isInnermost(span)) count(span, -1);
      open.delete(span);
    }
    if (parent === undefined || parent === span) continue;
    openInside.set(parent, (openInside.get(parent) ?? 0) + (opens ? 1 : -1));
    const isNow = isInnermost(parent);
    if (wasInnermost !== isNow) count(parent, isNow ? 1 : -1);
  }
  pass(toMs);
  return [...shares]
    .map(([name, ms]) => ({ name, ms }))
    .toSorted((a, b) => b.ms - a.ms || ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
}
