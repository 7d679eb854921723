/** The first plan of a fresh process: prints `{ loadMs, graphMs, planMs, generations }`. Its input, `{ tasks, options }`, comes by stdin. */
import { readFileSync } from "node:fs";

const { tasks, options } = JSON.parse(readFileSync(0, "utf8"));
const startMs = performance.now();
const { createGraph, createPlan } = await import("@ai-workflow/scheduler");
const loadedMs = performance.now();
const graph = createGraph(tasks);
const createdMs = performance.now();
const { generations } = createPlan(graph, options);
const plannedMs = performance.now();
console.log(
  JSON.stringify({
    loadMs: loadedMs - startMs,
    graphMs: createdMs - loadedMs,
    planMs: plannedMs - createdMs,
    generations,
  }),
);
