import type { GraphEdge, GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** Fill colours of what is done with a step; readable in print and without telling colours apart, for the words stand there, too. */
const FILL: Readonly<Record<GraphNode["action"], string>> = { run: "#fff3c4", replay: "#d9f2e3", skip: "#eeeeee" };

/**
 * Gives a graph in the language of Graphviz: arrows from what is waited for to what waits, dashed where only the order counts; a frame for
 * each stage; the critical path bold. Pure.
 *
 * Source: Graphviz, "The DOT language".
 */
export function graphToDot({ workflow, stages, nodes, edges }: WorkflowGraph): string {
  const staged = new Set(stages);
  const critical = new Set(nodes.filter(({ isCritical }) => isCritical).map(({ id }) => id));
  return [
    `digraph ${quote(workflow)} {`,
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    ...stages.flatMap((stage, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${quote(stage)};`,
      ...nodes.filter((node) => node.stage === stage).map((node) => `    ${nodeLine(node)}`),
      "  }",
    ]),
    ...nodes.filter(({ stage }) => stage === undefined || !staged.has(stage)).map((node) => `  ${nodeLine(node)}`),
    ...edges.map((edge) => `  ${edgeLine(edge, critical.has(edge.from) && critical.has(edge.to))}`),
    "}",
    "",
  ].join("\n");
}

function nodeLine({ id, action, isCritical, explanation }: GraphNode): string {
  const bold = isCritical ? ", penwidth=2" : "";
  return `${quote(id)} [label=${quote(`${id}\n${action}`)}, tooltip=${quote(explanation)}, fillcolor="${FILL[action]}"${bold}];`;
}

function edgeLine({ from, to, kind }: GraphEdge, isCritical: boolean): string {
  const attributes = [...(kind === "needs" ? ["style=dashed"] : []), ...(isCritical ? ["penwidth=2"] : [])];
  return `${quote(to)} -> ${quote(from)}${attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`};`;
}

/** In a quoted text only the quotation mark ends it; a backslash would begin one of Graphviz's own escapes. */
function quote(text: string): string {
  return `"${text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(/\r?\n/g, "\\n")
    .replaceAll(/[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, "\uFFFD")}"`;
}
