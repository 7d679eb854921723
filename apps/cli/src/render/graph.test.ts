import type { GraphNode, WorkflowGraph } from "@ai-workflow/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "./display-width.ts";
import { renderGraph } from "./graph.ts";

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

/** A graph of one step that waits for all others. */
const fan = (last: string, ids: readonly string[]): WorkflowGraph => ({
  workflow: "fan",
  stages: [],
  nodes: [node(last), ...ids.map((id) => node(id))],
  edges: ids.map((to) => ({ from: last, to, kind: "needs" })),
});

test("lists stages with their steps in an order in which they can run", () => {
  expect(renderGraph(GRAPH)).toBe(`stage core
* build  run
  lint   replay

without a stage
* test   run     after build (its outputs), lint

* on the critical path
`);
  expect(renderGraph({ ...GRAPH, stages: [] })).toBe(`* build  run
  lint   replay
* test   run     after build (its outputs), lint

* on the critical path
`);
});

test("names of wide letters, with accents and with control characters leave the columns straight", () => {
  const graph = fan("日本語-テスト", ["cafe\u0301", "한국어", "a\u202Eb", "plain"]);
  const lines = renderGraph(graph).trimEnd().split("\n");
  expect(lines).toContain(String.raw`  a\u{202e}b     run`);
  expect(new Set(lines.map((line) => displayWidth(line.slice(0, line.search(/ run(?: |$)/)))))).toEqual(
    new Set([2 + 13 + 1]),
  );
});

test("a list that is wider than the terminal goes on below its beginning", () => {
  expect(renderGraph(fan("all", ["build@a", "build@b", "build@c"]), 44)).toBe(`  build@a  run
  build@b  run
  build@c  run
  all      run     after build@a, build@b,
                         build@c
`);
  // Without a terminal a step is a line, for programs that read lines.
  expect(renderGraph(fan("all", ["build@a", "build@b", "build@c"]))).toContain("after build@a, build@b, build@c\n");
});

test("whatever the names and the terminal, nothing is lost and a line is too wide only for a single name", () => {
  const anyId = fc.stringMatching(/^[a-zé日한]{1,12}$/u);
  fc.assert(
    fc.property(
      fc.uniqueArray(anyId, { minLength: 2, maxLength: 12 }),
      fc.integer({ min: 1, max: 120 }),
      ([last = "", ...ids], columns) => {
        const lines = renderGraph(fan(last, ids), columns).split("\n");
        const all = lines.join(" ").split(/ +/).join(" ");
        expect(all).toContain(`${last} run after ${ids.join(", ")}`);
        for (const line of lines.filter((one) => displayWidth(one) > columns)) {
          expect(line.slice(Math.max(0, line.indexOf("after") + "after".length)).trim()).not.toMatch(/, /);
        }
      },
    ),
  );
});
