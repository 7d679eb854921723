import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareLocks } from "./compare-locks.ts";
import type { LockGraph } from "./lock-graph.ts";

const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
const needs = fc.uniqueArray(key, { maxLength: 3 }).map((list) => list.sort());
const graph: fc.Arbitrary<LockGraph> = fc.record({
  nodes: fc
    .dictionary(key, fc.record({ content: fc.constantFrom("1", "2"), needs }))
    .map(
      (entries) =>
        new Map(Object.entries(entries).map(([name, one]) => [name, { ...one, name, version: one.content }])),
    ),
  importers: fc
    .dictionary(fc.constantFrom("", "x", "y"), fc.record({ content: fc.constantFrom("", "s"), needs }))
    .map((entries) => new Map(Object.entries(entries))),
  importersAre: fc.constant("folders"),
  shared: fc.constant(new Map()),
});

/** All that an importer says and reaches, as text; undefined where something is missing. */
function closure({ nodes, importers }: LockGraph, importer: string): string | undefined {
  const start = importers.get(importer);
  const seen = new Set<string>();
  const walk = (one: string): boolean => {
    if (seen.has(one)) return true;
    seen.add(one);
    const node = nodes.get(one);
    return node !== undefined && node.needs.every(walk);
  };
  if (start === undefined || !start.needs.every(walk)) return undefined;
  const reached = [...seen].sort().map((one) => [one, nodes.get(one)?.content, nodes.get(one)?.needs]);
  return JSON.stringify([start, reached]);
}

describe("compareLocks()", () => {
  test("names exactly the importers whose closures differ, cycles and missing packages included", () => {
    fc.assert(
      fc.property(graph, graph, fc.boolean(), (base, other, isEdit) => {
        // Often both sides share most: then the interesting cases are not lost among those where all differs.
        const now = isEdit ? { ...base, nodes: new Map([...base.nodes, ...[...other.nodes].slice(0, 1)]) } : other;
        const difference = compareLocks(base, now);
        if (difference.kind !== "importers") throw new Error("nothing is shared");
        const expected = [...new Set([...base.importers.keys(), ...now.importers.keys()])].filter((importer) => {
          const [was, is] = [closure(base, importer), closure(now, importer)];
          return was === undefined || is === undefined || was !== is;
        });
        expect(difference.importers.map(({ importer }) => importer).sort()).toEqual(expected.sort());
      }),
      { numRuns: 3000 },
    );
  });

  test("30,000 packages in one chain that closes are compared without recursion", () => {
    const build = (content: string): LockGraph => ({
      nodes: new Map(
        Array.from({ length: 30_000 }, (_, at) => [
          `p${at}`,
          { name: `p${at}`, version: "1", content: at === 29_999 ? content : "", needs: [`p${(at + 1) % 30_000}`] },
        ]),
      ),
      importers: new Map([["", { content: "", needs: ["p0"] }]]),
      importersAre: "folders",
      shared: new Map(),
    });
    expect(compareLocks(build("1"), build("1"))).toEqual({ kind: "importers", importers: [] });
    expect(compareLocks(build("1"), build("2"))).toMatchObject({
      importers: [{ importer: "", what: "p29999 1 resolves differently" }],
    });
  });

  test("says which versions changed, and whether something was only taken away", () => {
    const one = (version: string): LockGraph => ({
      nodes: new Map([
        [`a@${version}`, { name: "a", version, content: version, needs: [] }],
        ["b@1", { name: "b", version: "1", content: "", needs: [] }],
      ]),
      importers: new Map([["", { content: version, needs: [`a@${version}`, "b@1"] }]]),
      importersAre: "folders",
      shared: new Map(),
    });
    expect(compareLocks(one("1"), one("2"))).toEqual({
      kind: "importers",
      importers: [{ importer: "", what: "a 1 -> 2", isRemovalOnly: false, isOneSided: false }],
    });
    const without = { ...one("1"), importers: new Map([["", { content: "", needs: ["b@1"] }]]) };
    without.nodes = new Map([...without.nodes].filter(([name]) => name !== "a@1"));
    expect(compareLocks(one("1"), without)).toEqual({
      kind: "importers",
      importers: [{ importer: "", what: "a 1 -> (gone)", isRemovalOnly: true, isOneSided: false }],
    });
  });

  test("a shared part that differs makes everything differ and is named", () => {
    const empty = { nodes: new Map(), importers: new Map(), importersAre: "folders" } as const;
    expect(
      compareLocks({ ...empty, shared: new Map([["`overrides`", "1"]]) }, { ...empty, shared: new Map() }),
    ).toEqual({
      kind: "everything",
      what: "`overrides` changed",
    });
  });
});
