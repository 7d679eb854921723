import { expect, test } from "vitest";
import { readSearch, type SearchOptions } from "./search-options.ts";

test("readSearch() gives what is asked for, with defaults", () => {
  expect(readSearch(undefined, "test")).toMatchObject({ generations: undefined, seed: 1, timeLimitMs: undefined });
  expect(readSearch({ generations: 5, seed: -3 }, "test")).toMatchObject({ generations: 5, seed: -3 });
  expect(readSearch({ timeLimitMs: 9 }, "test")).toMatchObject({ generations: Infinity, timeLimitMs: 9 });
  expect(readSearch({ timeLimitMs: 9, generations: 4 }, "test").generations).toBe(4);
  expect(readSearch({ order: new Set(["b", "a"]) }, "test").order).toEqual(["b", "a"]);
  const now = (): number => 7;
  expect(readSearch({ now }, "test").now).toBe(now);
  const { now: clock } = readSearch({}, "test");
  expect(clock()).toBeLessThanOrEqual(clock());
});

test.each<[unknown, typeof TypeError | typeof RangeError, string]>([
  [7, TypeError, "Cannot test: `search` must be an object, got 7"],
  [null, TypeError, "`search` must be an object, got null"],
  [{ generations: -1 }, RangeError, "`search.generations`"],
  [{ generations: 1.5 }, RangeError, "got 1.5"],
  [{ generations: Number.NaN }, RangeError, "got NaN"],
  [{ generations: Infinity }, RangeError, "or Infinity with a time limit"],
  [{ generations: "9" }, RangeError, 'got "9"'],
  [{ seed: 0.5 }, RangeError, "`search.seed` must be a whole number"],
  [{ seed: Number.NaN }, RangeError, "`search.seed`"],
  [{ timeLimitMs: -1 }, RangeError, "`search.timeLimitMs`"],
  [{ timeLimitMs: Infinity }, RangeError, "must be a finite number"],
  [{ timeLimitMs: Number.NaN }, RangeError, "got NaN"],
  [{ order: 5 }, TypeError, "`search.order` must be an iterable of ids, got 5"],
  [{ order: ["a", 5] }, TypeError, "`search.order` must have ids, got 5"],
  [{ now: 5 }, TypeError, "`search.now` must be a function"],
])("readSearch(%j) is refused", (options, kind, message) => {
  expect(() => readSearch(options as SearchOptions, "test")).toThrow(kind);
  expect(() => readSearch(options as SearchOptions, "test")).toThrow(message);
});
