import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abortLater } from "./abort-later.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([true, false])("aborts for the same reason when the time is up, aborted before: %j", (isBefore) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  if (isBefore) controller.abort(reason);
  const later = abortLater(controller.signal, 1_000);
  if (!isBefore) {
    vi.advanceTimersByTime(5_000);
    expect(later?.aborted).toBe(false);
    controller.abort(reason);
  }
  vi.advanceTimersByTime(999);
  expect(later?.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(later?.aborted).toBe(true);
  expect(later?.reason).toBe(reason);
});

test("without a signal there is nothing to follow", () => {
  expect(abortLater(undefined, 1_000)).toBeUndefined();
});
