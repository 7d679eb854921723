import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrarySpans } from "../test/arbitrary-run-record.ts";
import type { Span } from "./span.ts";
import { summariseSpans } from "./summarise-spans.ts";

describe("summariseSpans()", () => {
  test("takes the time children share from the parent once", () => {
    const spans: Span[] = [
      { id: 1, name: "outer", startMs: 0, endMs: 100 },
      { id: 2, parentId: 1, name: "a", startMs: 10, endMs: 50 },
      { id: 3, parentId: 1, name: "b", startMs: 30, endMs: 70 },
      { id: 4, parentId: 1, name: "late", startMs: 90, endMs: 130 },
    ];
    expect(summariseSpans(spans)).toEqual([
      { name: "a", count: 1, totalMs: 40, selfMs: 40, unfinished: 0 },
      { name: "b", count: 1, totalMs: 40, selfMs: 40, unfinished: 0 },
      { name: "late", count: 1, totalMs: 40, selfMs: 40, unfinished: 0 },
      { name: "outer", count: 1, totalMs: 100, selfMs: 30, unfinished: 0 },
    ]);
  });

  test("does not count a span inside one of its own name again, but does when it stands beside", () => {
    const spans: Span[] = [
      { id: 1, name: "walk", startMs: 0, endMs: 10 },
      { id: 2, parentId: 1, name: "walk", startMs: 2, endMs: 6 },
      { id: 3, name: "walk", startMs: 20, endMs: 25 },
    ];
    expect(summariseSpans(spans)).toEqual([{ name: "walk", count: 3, totalMs: 15, selfMs: 15, unfinished: 0 }]);
  });

  test("lets unfinished spans last to the end given, else to the latest time known", () => {
    const spans: Span[] = [
      { id: 1, name: "open", startMs: 5 },
      { id: 2, name: "closed", startMs: 0, endMs: 9 },
    ];
    expect(summariseSpans(spans)[1]).toEqual({ name: "open", count: 1, totalMs: 4, selfMs: 4, unfinished: 1 });
    expect(summariseSpans(spans, { endMs: 30 })[0]).toMatchObject({ name: "open", totalMs: 25 });
  });

  test("bears parents that are missing or go round in a circle", () => {
    const spans: Span[] = [
      { id: 1, parentId: 2, name: "a", startMs: 0, endMs: 10 },
      { id: 2, parentId: 1, name: "b", startMs: 0, endMs: 10 },
      { id: 3, parentId: 99, name: "c", startMs: 0, endMs: 10 },
    ];
    expect(summariseSpans(spans).map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  test("bears very deep nesting", () => {
    const spans = Array.from({ length: 50_000 }, (_, index): Span => ({
      id: index + 1,
      ...(index === 0 ? {} : { parentId: index }),
      name: "deep",
      startMs: 0,
      endMs: 1,
    }));
    expect(summariseSpans(spans)).toEqual([{ name: "deep", count: 50_000, totalMs: 1, selfMs: 1, unfinished: 0 }]);
  });

  test("self times of spans that nest without overlapping add up to the time of the outermost spans", () => {
    const tree: fc.Arbitrary<Span[]> = fc.array(fc.tuple(fc.nat(100), fc.nat(9)), { maxLength: 15 }).map((drafts) => {
      const root: Span = { id: 1, name: "root", startMs: 0, endMs: 1000 };
      const spans: Span[] = [root];
      for (const [choice, name] of drafts) {
        // Each new span takes the middle third of what its parent has left after its last child.
        const parent = spans.at(choice % spans.length) ?? root;
        const freeFrom = Math.max(
          parent.startMs,
          ...spans.filter(({ parentId }) => parentId === parent.id).map(({ endMs }) => endMs ?? 0),
        );
        const third = ((parent.endMs ?? 0) - freeFrom) / 3;
        spans.push({
          id: spans.length + 1,
          parentId: parent.id,
          name: `n${name}`,
          startMs: freeFrom + third,
          endMs: freeFrom + 2 * third,
        });
      }
      return spans;
    });
    fc.assert(
      fc.property(tree, (spans) => {
        const selfMs = summariseSpans(spans).reduce((sum, summary) => sum + summary.selfMs, 0);
        expect(selfMs).toBeCloseTo(1000, 6);
      }),
    );
  });

  test("for any spans: self time is what a count of milliseconds without open children gives", () => {
    fc.assert(
      fc.property(arbitrarySpans(["a"]), (spans) => {
        const latest = Math.max(0, ...spans.flatMap(({ startMs, endMs }) => [startMs, endMs ?? 0]));
        const isOpen = (span: Span, ms: number): boolean => span.startMs <= ms && ms < (span.endMs ?? latest);
        const expected = new Map<string, number>();
        for (const span of spans) {
          const children = spans.filter(({ parentId }) => parentId === span.id);
          let selfMs = 0;
          for (let ms = 0; ms < latest; ms += 1) {
            if (isOpen(span, ms) && !children.some((child) => isOpen(child, ms))) selfMs += 1;
          }
          expected.set(span.name, (expected.get(span.name) ?? 0) + selfMs);
        }
        const summaries = summariseSpans(spans);
        expect(new Map(summaries.map(({ name, selfMs }) => [name, selfMs]))).toEqual(expected);
        expect(summaries.reduce((sum, { count }) => sum + count, 0)).toBe(spans.length);
      }),
    );
  });
});
