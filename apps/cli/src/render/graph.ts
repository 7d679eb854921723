import { levelsOf, type GraphNode, type WorkflowGraph } from "@ai-workflow/engine";
import { displayWidth, padColumns } from "./display-width.ts";
import { printable } from "./printable.ts";

/** The width of the longest word for what is done with a step. */
const ACTION_COLUMNS = 6;

/**
 * A graph as lines for people: its stages with their steps in an order in which they could run, what is done with each, and what it waits
 * for. `*` marks the critical path, and the last line says so. Pure.
 *
 * @param columns - of the terminal: a list that does not fit into them goes on below its beginning; without it each step is one line
 */
export function renderGraph(graph: WorkflowGraph, columns: number = Infinity): string {
  const names = new Map(graph.nodes.map(({ id }) => [id, printable(id)]));
  const width = Math.max(0, ...[...names.values()].map((name) => displayWidth(name)));
  const needs = new Map<string, string[]>();
  for (const { from, to, kind } of graph.edges) {
    const name = printable(to);
    needs.set(from, [...(needs.get(from) ?? []), kind === "uses" ? `${name} (its outputs)` : name]);
  }
  const line = ({ id, action, isCritical }: GraphNode): string => {
    const head = `${isCritical ? "*" : " "} ${padColumns(names.get(id) ?? "", width)}  ${action.padEnd(ACTION_COLUMNS)}`;
    return after(head, needs.get(id) ?? [], columns).trimEnd();
  };
  const ordered = inOrder(graph);
  const withoutStage = ordered.filter(({ stage }) => stage === undefined || !graph.stages.includes(stage));
  const groups = [
    ...graph.stages.map((stage) => ({
      title: `stage ${printable(stage)}`,
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

/** The head of a step's line with what it waits for behind it, broken between names where the terminal ends. */
function after(head: string, names: readonly string[], columns: number): string {
  if (names.length === 0) return head;
  let text = `${head}  after`;
  let used = displayWidth(text);
  // Below its beginning, unless that leaves no room for names.
  const indent = used + 1 <= (2 / 3) * columns ? used + 1 : 4;
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    const size = displayWidth(word);
    const fits = (index === 0 && indent > used) || used + 1 + size <= columns;
    text += fits ? ` ${word}` : `\n${" ".repeat(indent)}${word}`;
    used = (fits ? used + 1 : indent) + size;
  }
  return text;
}

/** Nodes by the length of the longest way of needs behind them, in the order of the configuration where that is the same. */
function inOrder({ nodes, edges }: WorkflowGraph): readonly GraphNode[] {
  const levels = levelsOf({ nodes, edges });
  return nodes.toSorted((one, other) => (levels.get(one.id) ?? 0) - (levels.get(other.id) ?? 0));
}
