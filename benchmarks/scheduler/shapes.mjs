import { createRandom } from "../measure/statistics.mjs";

/** Shapes of graphs of tasks that do nothing: without needs, in chains, or in layers of which each task needs three of the one before. */
export const SHAPES = ["independent", "chains", "layers"];

const CHAIN = 100;
const LAYER = 1_000;
const NEEDS = 3;

/** @returns {{ id: string, needs: string[] }[]} */
export function makeTasks(shape, count) {
  const random = createRandom(1);
  return Array.from({ length: count }, (_, i) => ({ id: `t${i}`, needs: needsOf(shape, i, random) }));
}

function needsOf(shape, i, random) {
  if (shape === "chains") return i % CHAIN === 0 ? [] : [`t${i - 1}`];
  if (shape !== "layers" || i < LAYER) return [];
  const first = (Math.floor(i / LAYER) - 1) * LAYER;
  const needs = new Set();
  while (needs.size < NEEDS) needs.add(`t${first + Math.floor(random() * LAYER)}`);
  return [...needs];
}
