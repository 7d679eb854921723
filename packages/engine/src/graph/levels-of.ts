import type { WorkflowGraph } from "./workflow-graph.ts";

/** For each step the number of steps on the longest way of needs behind it. The graph has no circle, as no workflow has. */
export function levelsOf({ nodes, edges }: Pick<WorkflowGraph, "nodes" | "edges">): ReadonlyMap<string, number> {
  const waitsFor = new Map<string, string[]>();
  const isNeededBy = new Map<string, string[]>();
  for (const { from, to } of edges) {
    waitsFor.set(from, [...(waitsFor.get(from) ?? []), to]);
    isNeededBy.set(to, [...(isNeededBy.get(to) ?? []), from]);
  }
  const levels = new Map<string, number>();
  const open = new Map(nodes.map(({ id }) => [id, new Set(waitsFor.get(id)).size]));
  const ready = nodes.map(({ id }) => id).filter((id) => open.get(id) === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    levels.set(id, Math.max(0, ...(waitsFor.get(id) ?? []).map((need) => (levels.get(need) ?? 0) + 1)));
    for (const next of new Set(isNeededBy.get(id))) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return levels;
}
