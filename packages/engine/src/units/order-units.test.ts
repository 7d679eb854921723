import * as fc from "fast-check";
import { expect, test } from "vitest";
import { orderUnits, type UnitEdge } from "./order-units.ts";

/** `{ web: "ui ~tools" }`: web needs ui, and tools for development. */
function edgesOf(text: Readonly<Record<string, string>>): ReadonlyMap<string, readonly UnitEdge[]> {
  return new Map(
    Object.entries(text).map(([unit, needs]) => [
      unit,
      needs
        .split(" ")
        .filter(Boolean)
        .map((need) => ({ directory: need.replace("~", ""), isDev: need.startsWith("~") })),
    ]),
  );
}

const order = (text: Readonly<Record<string, string>>): unknown => {
  const { before, circles } = orderUnits(edgesOf(text));
  return { ...Object.fromEntries(before), circles };
};

test("units come after those that they need, for whatever", () => {
  expect(order({ web: "ui ~tools", ui: "core", core: "", tools: "core" })).toEqual({
    web: ["ui", "tools"],
    ui: ["core"],
    core: [],
    tools: ["core"],
    circles: [],
  });
});

test("in a circle what is needed for development gives way", () => {
  expect(order({ core: "~testing", testing: "core", web: "core ~testing" })).toEqual({
    core: [],
    testing: ["core"],
    web: ["core", "testing"],
    circles: [],
  });
});

test("a circle of what is needed at run time has no order, and is told; what is outside of it has one", () => {
  expect(order({ a: "b core", b: "a", core: "", web: "a" })).toEqual({
    a: ["core"],
    b: [],
    core: [],
    web: ["a"],
    circles: [["a", "b"]],
  });
});

test("a unit that needs itself comes after nobody", () => {
  expect(order({ a: "a" })).toEqual({ a: [], circles: [] });
});

test("a chain of 20,000 units is ordered", () => {
  const chain = new Map(
    Array.from({ length: 20_000 }, (_, index) => [
      `u${index}`,
      index === 0 ? [] : [{ directory: `u${index - 1}`, isDev: false }],
    ]),
  );
  const { before, circles } = orderUnits(chain);
  expect(circles).toEqual([]);
  expect(before.get("u19999")).toEqual(["u19998"]);
});

test("no order has a circle, and every edge that is in no circle is kept", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const edge = fc.record({ directory: fc.constantFrom(...names), isDev: fc.boolean() });
  const graph = fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.array(edge, { maxLength: 3 }))));
  const reaches = (from: string, to: string, next: (at: string) => readonly string[]): boolean => {
    const seen = new Set(next(from));
    for (const at of seen) for (const further of next(at)) seen.add(further);
    return seen.has(to);
  };
  fc.assert(
    fc.property(graph, (entries) => {
      const edges = new Map(entries);
      const { before } = orderUnits(edges);
      const needs = (at: string): readonly string[] => (edges.get(at) ?? []).map(({ directory }) => directory);
      for (const name of names) {
        expect(reaches(name, name, (at) => before.get(at) ?? [])).toBe(false);
        for (const need of needs(name)) {
          if (!reaches(need, name, needs) && need !== name) expect(before.get(name)).toContain(need);
        }
      }
    }),
  );
});
