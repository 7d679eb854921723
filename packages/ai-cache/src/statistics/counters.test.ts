import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addCounters, flattenCounters, parseCounters, subtractCounters } from "./counters.ts";

const counters = fc
  .dictionary(fc.constantFrom("a", "b.c", "b.d-e", "constructor", "x_y"), fc.nat(1_000_000), { noNullPrototype: true })
  .map((record) => new Map(Object.entries(record)));

test("flattenCounters() names nested numbers by their path and leaves out what is no count", () => {
  const nested = { a: 1, b: { c: 2, d: { "e-f": 3 } }, text: "4", nan: Number.NaN, minus: -1, none: null };
  expect(Object.fromEntries(flattenCounters(nested))).toEqual({ a: 1, "b.c": 2, "b.d.e-f": 3 });
});

test("subtractCounters() is what addCounters() needs to get back to the later counts", () => {
  fc.assert(
    fc.property(counters, counters, (before, growth) => {
      const after = addCounters(before, growth);
      const grown = subtractCounters(after, before);
      expect([...grown.values()].every((count) => count > 0)).toBe(true);
      for (const [name, count] of after) expect((before.get(name) ?? 0) + (grown.get(name) ?? 0)).toBe(count);
    }),
  );
});

test("addCounters() never leaves the safe integers, whatever it adds", () => {
  const large = new Map([["a", Number.MAX_SAFE_INTEGER]]);
  expect(addCounters(large, large, large).get("a")).toBe(Number.MAX_SAFE_INTEGER);
});

test("parseCounters() takes back what was written", () => {
  fc.assert(
    fc.property(counters, (given) => {
      expect(parseCounters(JSON.parse(JSON.stringify(Object.fromEntries(given))))).toEqual(given);
    }),
  );
});

test.each([
  ["a list", "[1]"],
  ["nothing", "null"],
  ["a negative count", '{"a":-1}'],
  ["an infinite count", '{"a":1e999}'],
  ["a count that is text", '{"a":"1"}'],
  ["the name of the prototype", '{"__proto__":1}'],
  ["a name that is no name", '{"a\\u001b[31m":1}'],
  [
    "far too many names",
    JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`n${index}`, 1]))),
  ],
])("parseCounters() refuses %s", (_, text) => {
  expect(parseCounters(JSON.parse(text))).toBeUndefined();
});
