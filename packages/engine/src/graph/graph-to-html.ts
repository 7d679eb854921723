import { levelsOf } from "./levels-of.ts";
import type { GraphEdge, GraphNode, WorkflowGraph } from "./workflow-graph.ts";

/** Sizes in pixels. */
const WIDTH = 190;
const HEIGHT = 44;
const GAP_X = 70;
const GAP_Y = 18;
const MARGIN = 24;
/** Characters of a name that fit into a box; the whole name is its tooltip. */
const MAX_LABEL = 20;

interface Place {
  readonly x: number;
  readonly y: number;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1c; --line: #8a8a8a; --run: #fff3c4; --replay: #d9f2e3; --skip: #ececec; --page: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --line: #8a8a8a; --run: #5c4a00; --replay: #14532d; --skip: #333; --page: #161616 } }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px system-ui, sans-serif }
header { padding: 12px 24px } h1 { font-size: 18px; margin: 0 } p { margin: 4px 0 }
.scroll { overflow: auto } text { fill: var(--ink) } .small { font-size: 11px }
rect { stroke: var(--line) } .run { fill: var(--run) } .replay { fill: var(--replay) } .skip { fill: var(--skip) }
.critical rect { stroke: var(--ink); stroke-width: 3 } path { fill: none; stroke: var(--line) } path.needs { stroke-dasharray: 4 4 }
path.critical { stroke: var(--ink); stroke-width: 2 }
a:hover rect { stroke: var(--ink); stroke-width: 2 } a:focus-visible rect { stroke: Highlight; stroke-width: 4 }
a { color: inherit } tr:target { background: var(--run) }
table { border-collapse: collapse; margin: 12px 24px } td, th { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--line) }
`;

/**
 * Gives a graph as a page of its own: nothing is loaded, no script runs, and what steps are called is text. Columns are levels: a step stands
 * right of all that it waits for, in each column near what it waits for (the barycentre method). A table below says the same in words; each
 * step leads to its row there, by mouse and by keyboard.
 *
 * Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE Transactions on
 * Systems, Man, and Cybernetics 11 (1981). Pure.
 */
export function graphToHtml(graph: WorkflowGraph): string {
  const places = layOut(graph);
  const columns = Math.max(0, ...[...places.values()].map(({ x }) => x)) + WIDTH + MARGIN;
  const rows = Math.max(0, ...[...places.values()].map(({ y }) => y)) + HEIGHT + MARGIN;
  const critical = new Set(graph.nodes.filter(({ isCritical }) => isCritical).map(({ id }) => id));
  const counts = (["run", "replay", "skip"] as const)
    .map((action) => `${graph.nodes.filter((node) => node.action === action).length} to ${action}`)
    .join(", ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(graph.workflow)}: graph</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escape(graph.workflow)}</h1>
<p>${counts}. A line goes from what is waited for to what waits, dashed where only the order counts; a bold frame is the critical path.</p>
</header>
<div class="scroll" tabindex="0" role="region" aria-label="Steps and what they wait for; the table below has the same">
<svg width="${columns}" height="${rows}" role="group">
${graph.edges.map((edge) => edgeOf(edge, places, critical)).join("\n")}
${graph.nodes.map((node, index) => boxOf(node, places.get(node.id) ?? { x: 0, y: 0 }, index)).join("\n")}
</svg>
</div>
<table>
<thead><tr><th>step</th><th>stage</th><th>what</th><th>why</th><th>after</th></tr></thead>
<tbody>
${graph.nodes.map((node, index) => rowOf(node, graph, index)).join("\n")}
</tbody>
</table>
</body>
</html>
`;
}

function layOut({ nodes, edges }: WorkflowGraph): ReadonlyMap<string, Place> {
  const levels = levelsOf({ nodes, edges });
  const waitsFor = new Map<string, string[]>();
  for (const { from, to } of edges) waitsFor.set(from, [...(waitsFor.get(from) ?? []), to]);
  const byLevel = new Map<number, string[]>();
  for (const { id } of nodes) byLevel.set(levels.get(id) ?? 0, [...(byLevel.get(levels.get(id) ?? 0) ?? []), id]);
  const places = new Map<string, Place>();
  for (const [level, ids] of [...byLevel].toSorted(([one], [other]) => one - other)) {
    const centre = (id: string): number => {
      const needs = waitsFor.get(id) ?? [];
      return needs.reduce((sum, need) => sum + (places.get(need)?.y ?? 0), 0) / Math.max(1, needs.length);
    };
    for (const [row, id] of ids.toSorted((one, other) => centre(one) - centre(other)).entries()) {
      places.set(id, { x: MARGIN + level * (WIDTH + GAP_X), y: MARGIN + row * (HEIGHT + GAP_Y) });
    }
  }
  return places;
}

function edgeOf(
  { from, to, kind }: GraphEdge,
  places: ReadonlyMap<string, Place>,
  critical: ReadonlySet<string>,
): string {
  const [start, end] = [places.get(to), places.get(from)];
  if (start === undefined || end === undefined) return "";
  const [x, y, right, bottom] = [start.x + WIDTH, start.y + HEIGHT / 2, end.x, end.y + HEIGHT / 2];
  const bend = (right - x) / 2;
  const classes = critical.has(from) && critical.has(to) ? `${kind} critical` : kind;
  return `<path class="${classes}" d="M${x} ${y} C${x + bend} ${y} ${right - bend} ${bottom} ${right} ${bottom}"/>`;
}

function boxOf({ id, action, explanation, isCritical, stage }: GraphNode, { x, y }: Place, index: number): string {
  const label = id.length > MAX_LABEL ? `${id.slice(0, MAX_LABEL - 1)}…` : id;
  const below = stage === undefined ? action : `${action} · ${stage}`;
  const frame = `<rect class="${action}" x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`;
  // A picture of its own cuts what is wider than it, as names of wide letters are.
  const words = `<svg x="${x + 10}" y="${y}" width="${WIDTH - 20}" height="${HEIGHT}"><text y="19">${escape(label)}</text><text class="small" y="35">${escape(below)}</text></svg>`;
  return `<a href="#step-${index}"${isCritical ? ' class="critical"' : ""}><title>${escape(`${id}: ${explanation}`)}</title>${frame}${words}</a>`;
}

function rowOf({ id, stage, action, explanation }: GraphNode, { edges }: WorkflowGraph, index: number): string {
  const after = edges.filter(({ from }) => from === id).map(({ to }) => to);
  const cells = [id, stage ?? "", action, explanation, after.join(", ")];
  return `<tr id="step-${index}">${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[^\P{Cc}\n\t]|[\u2028-\u202E\u2066-\u2069]/gu, "\uFFFD");
}
