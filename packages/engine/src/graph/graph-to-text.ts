import { levelsOf } from "./graph-levels.ts";
import type { GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/**
 * Gives a graph as lines for people: its stages with their steps in an order in which they could run, what is done with each, and what it
 * waits for. `*` marks the critical path, and the last line says so. Pure.
 */
export function graphToText(graph: WorkflowGraph): string {
  const width = Math.max(0, ...graph.nodes.map(({ id }) => id.length));
  const needs = new Map<string, string[]>();
  for (const { from, to, kind } of graph.edges) {
    needs.set(from, [...(needs.get(from) ?? []), kind === "uses" ? `${to} (its outputs)` : to]);
  }
  const line = ({ id, action, isCritical }: GraphNode): string => {
    const after = needs.get(id);
    const rest = after === undefined ? "" : `  after ${after.join(", ")}`;
    return `${isCritical ? "*" : " "} ${id.padEnd(width)}  ${action.padEnd(6)}${rest}`.trimEnd();
  };
  const ordered = inOrder(graph);
  const withoutStage = ordered.filter(({ stage }) => stage === undefined || !graph.stages.includes(stage));
  const groups = [
    ...graph.stages.map((stage) => ({
      title: `stage ${stage}`,
      nodes: ordered.filter((node) => node.stage === stage),
    })),
    { title: graph.stages.length === 0 ? undefined : "without a stage", nodes: withoutStage },
  ].filter(({ nodes }) => nodes.length > 0);
  const legend = graph.nodes.some(({ isCritical }) => isCritical) ? "\n* on the critical path\n" : "";
  const text = groups
    .map(({ title, nodes }) =>
      [...(title === undefined ? [] : [title]), ...nodes.map((node) => line(node)), ""].join("\n"),
    )
    .join("\n");
  return text + legend;
}

/** Nodes by the length of the longest way of needs behind them, in the order of the configuration where that is the same. */
function inOrder({ nodes, edges }: WorkflowGraph): readonly GraphNode[] {
  const levels = levelsOf({ nodes, edges });
  return nodes.toSorted((one, other) => (levels.get(one.id) ?? 0) - (levels.get(other.id) ?? 0));
}
