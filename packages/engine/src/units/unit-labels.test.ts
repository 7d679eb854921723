import * as fc from "fast-check";
import { expect, test } from "vitest";
import { labelUnits } from "./unit-labels.ts";

const labels = (units: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(labelUnits(Object.entries(units).map(([directory, name]) => ({ directory, name }))));

test("a unit is called what its manifest calls it", () => {
  expect(labels({ "packages/ui": "@shop/ui", svc: "example.com/svc", "": "com.shop:parent", ü: "größe" })).toEqual({
    "packages/ui": "@shop/ui",
    svc: "example.com/svc",
    "": "com.shop:parent",
    ü: "größe",
  });
});

test("units of one name are called by their folders, and so is who has the name of such a folder", () => {
  expect(labels({ a: "same", b: "same", c: "a", d: "d" })).toEqual({ a: "a", b: "b", c: "c", d: "d" });
});

test("a unit without a name is called by its folder, the root by a dot", () => {
  expect(labels({ "packages/a": "", "": "" })).toEqual({ "packages/a": "packages/a", "": "." });
});

test.each([
  ["a\nb", "a%0Ab"],
  ["\u001b[31m", "%1B%5B31m"],
  ["a b", "a%20b"],
  ["\u202eevil", "%E2%80%AEevil"],
  ["a%0Ab", "a%250Ab"],
  ["\ud800", "%uD800"],
  ["$(rm -rf .)", "%24%28rm%20-rf%20.%29"],
])("%j becomes %s", (name, label) => {
  expect(labels({ a: name })).toEqual({ a: label });
});

test("labels of any units are unique, on one line and without anything that a shell takes apart", () => {
  const name = fc.oneof(
    fc.constantFrom("same", "a", "b", "a/b", "", "%61"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const units = fc.uniqueArray(fc.record({ directory: name, name }), { selector: ({ directory }) => directory });
  fc.assert(
    fc.property(units, (list) => {
      const made = labelUnits(list);
      expect(made.size).toBe(list.length);
      expect(new Set(made.values()).size).toBe(list.length);
      for (const label of made.values()) expect(label).toMatch(/^[\p{L}\p{M}\p{N}@._:/+~%-]+$/u);
    }),
  );
});
