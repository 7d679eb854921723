import type { GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/**
 * Gives a graph as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown: arrows from what is waited for to what waits, dotted
 * where only the order counts; a frame for each stage. Names of steps stand in labels alone, where nothing of them is syntax. Pure.
 *
 * Source: Mermaid, "Flowcharts: basic syntax".
 */
export function graphToMermaid({ stages, nodes, edges }: WorkflowGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const nameOf = (id: string): string => names.get(id) ?? "";
  const staged = new Set(stages);
  const node = ({ id, action }: GraphNode): string => `${nameOf(id)}["${escape(id)}<br/>${action}"]:::${action}`;
  const critical = nodes.filter(({ isCritical }) => isCritical).map(({ id }) => nameOf(id));
  return [
    "flowchart LR",
    ...stages.flatMap((stage, index) => [
      `  subgraph s${index}["${escape(stage)}"]`,
      ...nodes.filter((one) => one.stage === stage).map((one) => `    ${node(one)}`),
      "  end",
    ]),
    ...nodes.filter(({ stage }) => stage === undefined || !staged.has(stage)).map((one) => `  ${node(one)}`),
    ...edges.map(({ from, to, kind }) => `  ${nameOf(to)} ${kind === "uses" ? "-->" : "-.->"} ${nameOf(from)}`),
    "  classDef run fill:#fff3c4,stroke:#8a6d00,color:#000",
    "  classDef replay fill:#d9f2e3,stroke:#1b7f4b,color:#000",
    "  classDef skip fill:#eeeeee,stroke:#888888,color:#000",
    ...(critical.length === 0
      ? []
      : ["  classDef critical stroke-width:3px", `  class ${critical.join(",")} critical`]),
    "",
  ].join("\n");
}

/** All but letters, digits and what cannot be syntax is written by its number. */
function escape(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._@/-]/gu, (one) => `#${one.codePointAt(0) ?? 0};`);
}
