import { describe, expect, test } from "vitest";
import { createLookTimer } from "./look-timer.ts";

function create() {
  let nowMs = 0;
  const due = new Map<() => void, number>();
  const called: number[] = [];
  const timer = createLookTimer(
    () => called.push(nowMs),
    () => nowMs,
    (callback, ms) => {
      due.set(callback, nowMs + ms);
      return () => due.delete(callback);
    },
  );
  const moveTo = (ms: number): void => {
    nowMs = ms;
    for (const [callback, dueMs] of due) {
      if (dueMs > nowMs) continue;
      due.delete(callback);
      callback();
    }
  };
  return { timer, called, moveTo, planned: () => [...due.values()] };
}

describe("createLookTimer()", () => {
  test("one look is to come at most: the one that comes sooner", () => {
    const { timer, called, moveTo, planned } = create();
    timer.plan(1_000);
    timer.plan(5_000);
    expect(planned()).toEqual([1_000]);
    timer.plan(250);
    expect(planned()).toEqual([250]);
    moveTo(2_000);
    expect(called).toEqual([2_000]);
    timer.plan(700);
    expect(planned()).toEqual([2_700]);
  });

  test("what was called off does not come, and another one can be planned", () => {
    const { timer, called, moveTo, planned } = create();
    timer.plan(100);
    timer.callOff();
    timer.callOff();
    moveTo(500);
    expect(called).toEqual([]);
    timer.plan(100);
    expect(planned()).toEqual([600]);
  });
});
