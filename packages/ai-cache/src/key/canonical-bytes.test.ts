import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalBytes } from "./canonical-bytes.ts";

const LONG = 300;
// With halves of surrogate pairs, and texts on both sides of every length at which the writing may differ.
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0xd700, max: 0xe010 }).map((code) => String.fromCharCode(code)) }),
  fc
    .tuple(fc.string({ unit: "binary", maxLength: 3 }), fc.constantFrom("a", "é", "\u{1F600}", "\uD800"))
    .map(([start, unit]) => start + unit.repeat(LONG)),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    texts,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(texts, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test("canonicalBytes() gives two values the same bytes exactly when JSON would call them equal", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(canonicalBytes(a, "a").equals(canonicalBytes(b, "b"))).toBe(sorted(a) === sorted(b));
      expect(canonicalBytes(JSON.parse(JSON.stringify(a)), "a")).toEqual(canonicalBytes(a, "a"));
    }),
  );
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? { entries: Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)) }
      : member,
  );
}

test("canonicalBytes() writes type and length before every value, and properties in order", () => {
  const value = { b: [null, true, false, -1.5], a: "é", none: undefined, [""]: { "\uD800": "\uDC00" } };
  expect(canonicalBytes(value, "value").toString("latin1")).toBe(
    "o3:s0:o1:u2:\x00\xD8u2:\x00\xDCs1:as2:\xC3\xA9s1:ba4:ntfd4:-1.5",
  );
});

test("canonicalBytes() writes long texts as it writes short ones", () => {
  for (const length of [255, 256, 70_000]) {
    const text = "\u{1F600}".repeat(length);
    expect(canonicalBytes(["a", text, "b"], "value").toString()).toBe(`a3:s1:as${4 * length}:${text}s1:b`);
  }
});

test("canonicalBytes() refuses what JSON does not hold, and says where it stands", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const [value, message] of [
    [{ a: [Number.NaN] }, "`value.a[0]` must be a JSON value, got NaN"],
    [{ a: () => 1 }, "`value.a` must be a JSON value, got function"],
    [[new Date(0)], "`value[0]` must be a plain object, got a class instance"],
    [circle, "`value[0]` must be a JSON value, got a circular reference"],
    [undefined, "`value` must be a JSON value, got undefined"],
  ] as const) {
    expect(() => canonicalBytes(value, "value")).toThrow(new TypeError(`Cannot write canonical bytes: ${message}`));
  }
});
