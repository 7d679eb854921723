import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrarySpans } from "../../test/arbitrary-run-record.ts";
import type { Span } from "../span.ts";
import { splitTime, type TimeShare } from "./split-time.ts";

/** The same, millisecond by millisecond. */
function splitSlowly(spans: readonly Span[], fromMs: number, toMs: number): ReadonlyMap<string | undefined, number> {
  const shares = new Map<string | undefined, number>();
  for (let atMs = fromMs; atMs < toMs; atMs += 1) {
    const open = spans.filter(({ startMs, endMs = toMs }) => startMs <= atMs && atMs < endMs);
    const innermost = open.filter(({ id }) => open.every(({ parentId }) => parentId !== id));
    const names: readonly (string | undefined)[] =
      innermost.length === 0 ? [undefined] : [...new Set(innermost.map(({ name }) => name))];
    for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1 / names.length);
  }
  return shares;
}

const toMap = (shares: readonly TimeShare[]): ReadonlyMap<string | undefined, number> =>
  new Map(shares.map(({ name, ms }) => [name, ms]));

describe("splitTime()", () => {
  test("gives time to the innermost spans, and shares it where several are", () => {
    const spans: readonly Span[] = [
      { id: 1, name: "attempt", startMs: 0, endMs: 100 },
      { id: 2, parentId: 1, name: "setup", startMs: 0, endMs: 40 },
      { id: 3, parentId: 2, name: "git_operations", startMs: 10, endMs: 20 },
      { id: 4, parentId: 1, name: "ai_call", startMs: 30 },
      { id: 5, parentId: 1, name: "ai_call", startMs: 35, endMs: 60 },
    ];
    expect(splitTime(spans, 0, 110, new Set(["attempt"]))).toEqual([
      { name: "ai_call", ms: 75 },
      { name: "setup", ms: 25 },
      { name: "git_operations", ms: 10 },
    ]);
    expect(splitTime(spans.slice(0, 2), 0, 110, new Set(["attempt"]))).toEqual([
      { name: undefined, ms: 70 },
      { name: "setup", ms: 40 },
    ]);
    expect(splitTime([], 5, 5)).toEqual([]);
  });

  test("agrees with looking at every millisecond, and adds up to the stretch", () => {
    fc.assert(
      fc.property(arbitrarySpans([]), fc.nat(60), fc.nat(60), (spans, fromMs, lengthMs) => {
        const shares = splitTime(spans, fromMs, fromMs + lengthMs);
        const expected = splitSlowly(spans, fromMs, fromMs + lengthMs);
        expect(new Set(shares.map(({ name }) => name))).toEqual(new Set(expected.keys()));
        for (const [name, ms] of toMap(shares)) expect(ms).toBeCloseTo(expected.get(name) ?? NaN, 6);
        expect(shares.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(lengthMs, 6);
      }),
    );
  });
});
