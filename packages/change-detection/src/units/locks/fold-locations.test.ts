import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldLocations, type LocatedPackage } from "./fold-locations.ts";

type Located = ReadonlyMap<string, LocatedPackage>;

const graph: fc.Arbitrary<Located> = fc
  .integer({ min: 1, max: 7 })
  .chain((count) =>
    fc
      .array(
        fc.record({ content: fc.constantFrom("x", "y"), needs: fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }) }),
        { minLength: count, maxLength: count },
      )
      .map(
        (list) =>
          new Map(
            list.map(({ content, needs }, at) => [
              `p${at}`,
              { name: content, version: "1", content, needs: needs.map((need) => `p${need}`) },
            ]),
          ),
      ),
  );

/** Bisimilarity by repeated refinement over the whole of both graphs: the plain definition. */
function alike(left: Located, a: string, right: Located, b: string): boolean {
  let related = new Set<string>();
  const pair = (x: string, y: string): string => `${x} ${y}`;
  for (const [x, one] of left) for (const [y, two] of right) if (one.content === two.content) related.add(pair(x, y));
  for (let before = -1; before !== related.size;) {
    before = related.size;
    related = new Set(
      [...related].filter((key) => {
        const [x = "", y = ""] = key.split(" ");
        const [one, two] = [left.get(x)?.needs ?? [], right.get(y)?.needs ?? []];
        return (
          one.every((need) => two.some((other) => related.has(pair(need, other)))) &&
          two.every((need) => one.some((other) => related.has(pair(other, need))))
        );
      }),
    );
  }
  return related.has(pair(a, b));
}

describe("foldLocations()", () => {
  test("places that differ in anything they reach never share a key, in one graph or between two", () => {
    fc.assert(
      fc.property(graph, graph, (left, right) => {
        const [first, second] = [foldLocations(left).keys, foldLocations(right).keys];
        for (const a of left.keys()) {
          for (const b of right.keys()) {
            if (first.get(a) === second.get(b)) expect(alike(left, a, right, b)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("keys do not depend on places: the same graph under other names has the same keys", () => {
    fc.assert(
      fc.property(graph, (one) => {
        const rename = (place: string): string => `moved/${9 - Number(place.slice(1))}`;
        const other = new Map(
          [...one].reverse().map(([place, entry]) => [rename(place), { ...entry, needs: entry.needs.map(rename) }]),
        );
        const [first, second] = [foldLocations(one), foldLocations(other)];
        for (const place of one.keys()) expect(second.keys.get(rename(place))).toBe(first.keys.get(place));
        expect(new Set(second.nodes.keys())).toEqual(new Set(first.nodes.keys()));
      }),
    );
  });

  test("long chains and large cycles end", () => {
    const circle = (count: number): Located =>
      new Map(
        Array.from({ length: count }, (_, at) => [
          `p${at}`,
          { name: "p", version: "1", content: at === 0 ? "x" : "y", needs: [`p${(at + 1) % count}`] },
        ]),
      );
    expect(new Set(foldLocations(circle(300)).keys.values()).size).toBe(300);
    expect(foldLocations(circle(30_000)).keys.size).toBe(30_000);
  });
});
