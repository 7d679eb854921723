import { fromDot } from "ts-graphviz";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levelsOf } from "./levels-of.ts";
import { graphToDot } from "./graph-to-dot.ts";
import { graphToHtml } from "./graph-to-html.ts";
import { graphToMermaid } from "./graph-to-mermaid.ts";
import type { GraphNode, WorkflowGraph } from "./workflow-graph.ts";

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind: "shell",
  action: "run",
  explanation: `why ${id}`,
  isCritical: false,
  ...more,
});

const GRAPH: WorkflowGraph = {
  workflow: "shop",
  stages: ["core"],
  nodes: [
    node("test", { isCritical: true }),
    node("build", { stage: "core", isCritical: true }),
    node("lint", { stage: "core", action: "replay" }),
  ],
  edges: [
    { from: "test", to: "build", kind: "uses" },
    { from: "test", to: "lint", kind: "needs" },
  ],
};

/** Any graph without a circle: a step waits only for steps configured before it. */
const anyGraph: fc.Arbitrary<WorkflowGraph> = fc
  .uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc
      .array(fc.tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1), fc.constantFrom("needs", "uses")), {
        maxLength: 12,
      })
      .map((pairs) => ({
        workflow: ids[0] ?? "",
        stages: ["a b", '"]'],
        nodes: ids.map((id, index) => node(id, index % 3 === 0 ? { stage: "a b" } : { explanation: '</title>"\\' })),
        edges: pairs.flatMap(([one, other, kind]) =>
          one > other ? [{ from: ids[one] ?? "", to: ids[other] ?? "", kind: kind }] : [],
        ),
      })),
  );

test("levelsOf() puts each step behind all that it waits for", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const levels = levelsOf(graph);
      expect(levels.size).toBe(graph.nodes.length);
      for (const { from, to } of graph.edges) expect(levels.get(from)).toBeGreaterThan(levels.get(to) ?? Infinity);
    }),
  );
});

describe("graphToDot()", () => {
  test("frames stages, dashes mere order and makes the critical path bold", () => {
    expect(graphToDot(GRAPH)).toBe(`digraph "shop" {
  rankdir=LR;
  node [shape=box, style="rounded,filled", fontname="sans-serif"];
  subgraph cluster_0 {
    label="core";
    "build" [label="build\\nrun", tooltip="why build", fillcolor="#fff3c4", penwidth=2];
    "lint" [label="lint\\nreplay", tooltip="why lint", fillcolor="#d9f2e3"];
  }
  "test" [label="test\\nrun", tooltip="why test", fillcolor="#fff3c4", penwidth=2];
  "build" -> "test" [penwidth=2];
  "lint" -> "test" [style=dashed];
}
`);
  });

  test("is read by a parser of the language for any graph, with all nodes and edges", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const model = fromDot(graphToDot(graph));
        const inFrames = model.subgraphs.flatMap((frame) => frame.nodes);
        const ids = new Set([...model.nodes, ...inFrames].map(({ id }) => id));
        expect(ids.size).toBe(graph.nodes.length);
        expect(model.edges).toHaveLength(graph.edges.length);
      }),
    );
  });
});

test("graphToMermaid() has names in labels alone, and no label ends before its end", () => {
  expect(graphToMermaid(GRAPH)).toContain(`  subgraph s0["core"]
    n1["build<br/>run"]:::run
    n2["lint<br/>replay"]:::replay
  end
  n0["test<br/>run"]:::run
  n1 --> n0
  n2 -.-> n0
`);
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const lines = graphToMermaid(graph).trimEnd().split("\n");
      for (const line of lines.slice(1)) {
        expect(line).toMatch(
          /^ +(?:subgraph s\d+\["[^"[\]\p{Cc}]*"\]|end|n\d+\["[^"[\]\p{Cc}]*<br\/>\w+"\]:::\w+|n\d+ -\.?->? ?n\d+|n\d+ --> n\d+|n\d+ -\.-> n\d+|classDef \w+ [\w#,:-]+|class [\w,]+ critical)$/u,
        );
      }
    }),
  );
});

test("graphToHtml() is one page that loads and runs nothing, in which names are text", () => {
  const hostile = {
    ...GRAPH,
    nodes: [node("<script>alert(1)</script>"), node("b", { explanation: '"><img src=x>' })],
    edges: [],
  };
  const page = graphToHtml(hostile);
  expect(page).not.toMatch(/<script|<img|<link|https?:|@import|url\(/);
  expect(page).toContain("<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>");
  const drawn = graphToHtml(GRAPH);
  expect(drawn.match(/<rect /g)).toHaveLength(3);
  expect(drawn.match(/<path /g)).toHaveLength(2);
  // Right of what it waits for.
  const xOf = (id: string): number =>
    Number(new RegExp(`<title>${id}: .*?<rect class="\\w+" x="(\\d+)"`).exec(drawn)?.[1]);
  expect(xOf("test")).toBeGreaterThan(xOf("build"));
  // By keyboard one scrolls, and goes from each step to its row.
  expect(drawn).toContain('<div class="scroll" tabindex="0" role="region" aria-label=');
  const targets = [...drawn.matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id);
  expect(targets).toHaveLength(3);
  expect([...drawn.matchAll(/<tr id="([^"]+)"/g)].map(([, id]) => id)).toEqual(targets);
});
