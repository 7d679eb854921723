import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workloads } from "../../test/arbitrary-tasks.ts";
import { createGraph, graphIndex } from "../create-graph.ts";
import { flatten, type Lists } from "./lists.ts";
import { withoutShortcuts } from "./without-shortcuts.ts";

function listsOf({ starts, items }: Lists): number[][] {
  return Array.from({ length: starts.length - 1 }, (_, i) => Array.from(items.slice(starts[i], starts[i + 1])));
}

/** By task, all that it needs, directly or not. */
function closure(needs: readonly (readonly number[])[], order: Int32Array): Set<number>[] {
  const all: Set<number>[] = needs.map(() => new Set());
  for (const task of order) {
    for (const need of needs[task] ?? []) for (const other of [need, ...(all[need] ?? [])]) all[task]?.add(other);
  }
  return all;
}

describe("withoutShortcuts()", () => {
  test("keeps what is needed directly or not, and no need that follows from another", () => {
    fc.assert(
      fc.property(workloads({ withDemand: false, maxTasks: 40 }), ({ tasks }) => {
        const { needs, dependents, order } = graphIndex(createGraph(tasks));
        const kept = withoutShortcuts({ needs: flatten(needs), dependents: flatten(dependents) }, order);
        const keptNeeds = listsOf(kept.needs);
        const all = closure(needs, order);
        expect(closure(keptNeeds, order)).toEqual(all);
        for (const own of keptNeeds) {
          for (const need of own) expect(own.some((other) => all[other]?.has(need))).toBe(false);
        }
        const pairs = (lists: number[][], turn: boolean): string[] =>
          lists.flatMap((own, i) => own.map((other) => (turn ? `${other} ${i}` : `${i} ${other}`))).sort();
        expect(pairs(listsOf(kept.dependents), true)).toEqual(pairs(keptNeeds, false));
      }),
    );
  });

  test("gives a graph back as it is when it is too large to be looked through", () => {
    const size = 1_001;
    const needs = Array.from({ length: size }, (_, i) => (i < 2 ? [] : [0, 1]));
    const links = { needs: flatten(needs), dependents: flatten(needs.map(() => [])) };
    expect(withoutShortcuts(links, Int32Array.from(needs.keys()))).toBe(links);
  });
});
