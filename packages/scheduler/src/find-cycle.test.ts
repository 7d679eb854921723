import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findCycle } from "./find-cycle.ts";

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.array(fc.nat({ max: size - 1 }), { maxLength: 3 }), { minLength: size, maxLength: size }),
  );

/** Length of the shortest cycle by all-pairs shortest paths (Floyd and Warshall), Infinity without one. */
function girth(successors: readonly (readonly number[])[]): number {
  const distance = successors.map((edges) => successors.map((_, to) => (edges.includes(to) ? 1 : Infinity)));
  const at = (i: number, j: number): number => distance[i]?.[j] ?? Infinity;
  for (const k of distance.keys()) {
    for (const [i, row] of distance.entries()) {
      for (const j of distance.keys()) row[j] = Math.min(at(i, j), at(i, k) + at(k, j));
    }
  }
  return Math.min(...distance.map((row, i) => row[i] ?? Infinity));
}

test("findCycle() gives a real cycle of the smallest length, and none exactly when there is none", () => {
  fc.assert(
    fc.property(graphs, (successors) => {
      const cycle = findCycle(successors);
      expect(cycle?.length ?? Infinity).toBe(girth(successors));
      for (const [i, node] of (cycle ?? []).entries()) {
        expect(successors[node]).toContain(cycle?.[(i + 1) % cycle.length]);
      }
      if (cycle !== undefined) expect(cycle[0]).toBe(Math.min(...cycle));
    }),
    { numRuns: 500 },
  );
});

test("findCycle() finds a ring of 100,000 nodes without recursion", () => {
  const size = 100_000;
  const ring = Array.from({ length: size }, (_, i) => [(i + 1) % size]);
  expect(findCycle(ring)).toHaveLength(size);
});
