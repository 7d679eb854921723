import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createSpanRecorder, type OpenSpan } from "./create-span-recorder.ts";
import type { Span } from "./span.ts";

function manualClock(startMs = 0): { now: () => number; set: (ms: number) => void } {
  let ms = startMs;
  return { now: () => ms, set: (next) => (ms = next) };
}

describe("createSpanRecorder()", () => {
  test("counts time from its own creation and gives spans in order of starting", () => {
    const clock = manualClock(1000);
    const recorder = createSpanRecorder({ now: clock.now });
    clock.set(1005);
    const outer = recorder.start("outer", { step: "lint", attributes: { files: 3 } });
    clock.set(1007);
    const inner = recorder.start("inner", { parent: outer });
    clock.set(1010);
    outer.end({ ok: true });
    clock.set(1012);
    inner.end();
    expect(recorder.spans()).toEqual([
      { id: 1, name: "outer", step: "lint", startMs: 5, endMs: 10, attributes: { files: 3, ok: true } },
      { id: 2, parentId: 1, name: "inner", step: "lint", startMs: 7, endMs: 12 },
    ]);
    expect(recorder.elapsedMs()).toBe(12);
  });

  test("can count from an origin before its creation", () => {
    const clock = manualClock(40);
    const recorder = createSpanRecorder({ now: clock.now, originMs: 0 });
    expect(recorder.start("boot").end()).toMatchObject({ startMs: 40, endMs: 40 });
    expect(() => createSpanRecorder({ originMs: Number.NaN })).toThrow(RangeError);
  });

  test("leaves a span that was not ended without an end", () => {
    const recorder = createSpanRecorder();
    recorder.start("killed");
    expect(recorder.spans()[0]).not.toHaveProperty("endMs");
  });

  test("keeps the first end of a span that is ended twice", () => {
    const clock = manualClock();
    const recorder = createSpanRecorder({ now: clock.now });
    const span = recorder.start("once");
    clock.set(3);
    const first = span.end({ a: 1 });
    clock.set(9);
    expect(span.end({ a: 2 })).toBe(first);
    expect(recorder.spans()).toEqual([{ id: 1, name: "once", startMs: 0, endMs: 3, attributes: { a: 1 } }]);
  });

  test("ends a span when its block is left through `using` or Symbol.dispose", () => {
    const recorder = createSpanRecorder();
    const span = recorder.start("block");
    span[Symbol.dispose]();
    expect(recorder.spans()[0]).toHaveProperty("endMs");
  });

  test("refuses a parent it does not know", () => {
    const recorder = createSpanRecorder();
    expect(() => recorder.start("child", { parent: 7 })).toThrow(
      "Cannot start span: `parent` must be a span of this recorder, got 7",
    );
    expect(recorder.spans()).toEqual([]);
  });

  test("takes a parent by its id, and a step of its own before the parent's", () => {
    const recorder = createSpanRecorder();
    const parent = recorder.start("p", { step: "a" });
    recorder.start("c", { parent: parent.id, step: "b" });
    expect(recorder.spans()[1]).toMatchObject({ parentId: 1, step: "b" });
  });

  test("keeps attributes that JSON cannot hold as text, and a `__proto__` attribute as data", () => {
    const recorder = createSpanRecorder();
    const attributes = JSON.parse('{"__proto__": "odd"}') as Record<string, string>;
    recorder.start("x", { attributes: { ...attributes, rate: Number.NaN } }).end({ most: Infinity });
    const copy = JSON.parse(JSON.stringify(recorder.spans())) as Span[];
    expect(copy).toEqual(recorder.spans());
    expect(copy[0]?.attributes).toMatchObject({ rate: "NaN", most: "Infinity" });
  });

  test("hands each ended span to the listener, whose errors never reach the measured code", () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const recorder = createSpanRecorder({
      onSpan: (span) => {
        seen.push(span.name);
        throw new Error("listener");
      },
      onListenerError: (error) => errors.push(error),
    });
    expect(recorder.measure("work", () => 5)).toBe(5);
    expect(seen).toEqual(["work"]);
    expect(errors).toHaveLength(1);
    expect(
      createSpanRecorder({
        onSpan: () => {
          throw new Error("dropped");
        },
      }).measure("w", () => 1),
    ).toBe(1);
  });

  test("measures synchronous work, also when it throws", () => {
    const recorder = createSpanRecorder();
    const error = new Error("no");
    expect(() =>
      recorder.measure("bad", () => {
        throw error;
      }),
    ).toThrow(error);
    expect(recorder.spans()[0]).toMatchObject({ name: "bad", attributes: { error: true } });
    expect(recorder.spans()[0]).toHaveProperty("endMs");
  });

  test("measures asynchronous work until it settles", async () => {
    const clock = manualClock();
    const recorder = createSpanRecorder({ now: clock.now });
    let open: (value: number) => void = () => undefined;
    const result = recorder.measure("slow", () => new Promise<number>((resolve) => (open = resolve)));
    expectTypeOf(result).toEqualTypeOf<Promise<number>>();
    expect(recorder.spans()[0]).not.toHaveProperty("endMs");
    clock.set(8);
    open(42);
    expect(await result).toBe(42);
    expect(recorder.spans()[0]).toMatchObject({ startMs: 0, endMs: 8 });
    await expect(recorder.measure("lost", () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    expect(recorder.spans()[1]).toMatchObject({ attributes: { error: true } });
  });

  test("never goes back in time and never loses a span, whatever the clock says and in whatever order spans end", () => {
    const action = fc.record({ clockMs: fc.integer({ min: -1e6, max: 1e6 }), end: fc.option(fc.nat(20)) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const clock = manualClock();
        const recorder = createSpanRecorder({ now: clock.now });
        const started: OpenSpan[] = [];
        let previousMs = 0;
        for (const { clockMs, end } of actions) {
          clock.set(clockMs);
          if (end === null) started.push(recorder.start("s", { parent: started.at(-1) }));
          else started[end % Math.max(1, started.length)]?.end();
          expect(recorder.elapsedMs()).toBeGreaterThanOrEqual(previousMs);
          previousMs = recorder.elapsedMs();
        }
        const spans = recorder.spans();
        expect(spans.map((span) => span.id)).toEqual(started.map((span) => span.id));
        for (const span of spans) {
          expect(span.endMs ?? Infinity).toBeGreaterThanOrEqual(span.startMs);
          if (span.parentId !== undefined) {
            expect(spans[span.parentId - 1]?.startMs).toBeLessThanOrEqual(span.startMs);
          }
        }
      }),
    );
  });
});

test("record() keeps what somebody else measured beside the recorder's own spans, and refuses times out of order", () => {
  const seen: string[] = [];
  const recorder = createSpanRecorder({ now: () => 100, originMs: 0, onSpan: ({ name }) => seen.push(name) });
  const outer = recorder.start("attempt", { step: "review" });
  const span = recorder.record(
    "ai_call",
    { startMs: 10, endMs: 60.0004 },
    { parent: outer, attributes: { cache: "miss", tokens: Infinity } },
  );
  expect(span).toEqual({
    id: 2,
    parentId: 1,
    name: "ai_call",
    step: "review",
    startMs: 10,
    endMs: 60,
    attributes: { cache: "miss", tokens: "Infinity" },
  });
  expect(recorder.spans()[1]).toBe(span);
  expect(seen).toEqual(["ai_call"]);
  for (const [startMs, endMs] of [
    [5, 4],
    [-1, 4],
    [Number.NaN, 4],
    [1, Infinity],
  ] as const) {
    expect(() => recorder.record("x", { startMs, endMs })).toThrow(RangeError);
  }
  expect(() => recorder.record("x", { startMs: 0, endMs: 1 }, { parent: 9 })).toThrow(RangeError);
  expect(recorder.spans()).toHaveLength(2);
});
