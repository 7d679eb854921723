import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reasonChain, type Cause } from "./reason.ts";
import { spread, type DirectCauses } from "./spread.ts";
import { unitId, type Unit } from "./unit.ts";

function unit(at: number, needs: readonly number[]): Unit {
  const directory = `u${String(at).padStart(6, "0")}`;
  return {
    id: unitId("js", directory),
    name: directory,
    directory,
    kind: "js",
    manifest: `${directory}/package.json`,
    workspace: "",
    dependencies: needs.map((need) => ({
      unit: unitId("js", `u${String(need).padStart(6, "0")}`),
      kind: "runtime",
      manifest: `${directory}/package.json`,
    })),
    inherits: [],
    requires: [],
  };
}

const file = (path: string): Cause => ({ kind: "file", path });
const direct = (causes: readonly Cause[], spreads: boolean): DirectCauses => ({
  causes,
  spreading: spreads ? causes[0] : undefined,
});

const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(
      fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 4 }), { minLength: count, maxLength: count }),
      fc.array(fc.constantFrom("none", "quiet", "loud"), { minLength: count, maxLength: count }),
    ),
  )
  .map(([edges, states]) => {
    const units = edges.map((needs, at) => unit(at, needs));
    const causes = new Map(
      units.flatMap(({ id }, at) =>
        states[at] === "none" ? [] : [[id, direct([file(`${id}/x`)], states[at] === "loud")] as const],
      ),
    );
    return { units, causes };
  });

describe("spread()", () => {
  test("reaches exactly what a naive repetition reaches", () => {
    fc.assert(
      fc.property(graph, ({ units, causes }) => {
        const spreading = new Set([...causes].filter(([, one]) => one.spreading !== undefined).map(([id]) => id));
        for (let before = -1; before !== spreading.size;) {
          before = spreading.size;
          for (const { id, dependencies } of units) {
            if (dependencies.some((edge) => spreading.has(edge.unit))) spreading.add(id);
          }
        }
        const expected = new Set([...spreading, ...causes.keys()]);
        expect(new Set(spread(units, causes).keys())).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test("every chain is a way of the graph from a cause to the unit without a unit twice, the shortest first", () => {
    fc.assert(
      fc.property(graph, ({ units, causes }) => {
        const byId = new Map(units.map((one) => [one.id, one]));
        for (const [id, reasons] of spread(units, causes)) {
          expect(reasons.length).toBeGreaterThan(0);
          for (const reason of reasons) {
            const chain = reasonChain(reason);
            expect(chain).toHaveLength(reason.length);
            expect(chain.at(-1)?.unit).toBe(id);
            expect(new Set(chain.map((step) => step.unit)).size).toBe(chain.length);
            expect(causes.get(chain[0]?.unit ?? "")?.causes).toContain(reason.cause);
            for (const [at, step] of chain.entries()) {
              if (at === 0) expect(step.previous).toBeUndefined();
              else {
                const needs = byId.get(step.unit)?.dependencies.map((edge) => edge.unit);
                expect(needs).toContain(chain[at - 1]?.unit);
              }
            }
          }
          const lengths = reasons.map(({ length }) => length);
          expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("more causes never reach less", () => {
    fc.assert(
      fc.property(graph, fc.nat(11), ({ units, causes }, at) => {
        const one = units[at % units.length];
        const more = new Map(causes);
        if (one !== undefined) more.set(one.id, direct([file("more")], true));
        const [few, many] = [spread(units, causes), spread(units, more)];
        expect([...few.keys()].filter((id) => !many.has(id))).toEqual([]);
      }),
    );
  });

  test("a chain of 50,000 units that ends in a circle is walked without recursion", () => {
    const count = 50_000;
    const units = Array.from({ length: count }, (_, at) => unit(at, [at === 0 ? count - 1 : at - 1]));
    const reasons = spread(units, new Map([[units[0]?.id ?? "", direct([file("x")], true)]]));
    expect(reasons.size).toBe(count);
    expect(reasons.get(units.at(-1)?.id ?? "")?.[0]?.length).toBe(count);
  });

  test("an edge to a unit that does not exist leads nowhere", () => {
    const reasons = spread([unit(0, [7])], new Map([[unit(0, []).id, direct([file("x")], true)]]));
    expect([...reasons.keys()]).toEqual([unit(0, []).id]);
  });
});
