import type { Task } from "../src/task.ts";
import type { Workload } from "./arbitrary-tasks.ts";

const SHAPES = ["layered", "series-parallel", "fork-join", "independent"] as const;
const DURATIONS = ["uniform", "exponential", "log-normal", "two kinds", "equal"] as const;

export type Shape = (typeof SHAPES)[number];

/**
 * A workload that a seed fixes: one of four shapes of graph, durations (not whole numbers) from one of five distributions, two resources of which
 * one is fractional, a group now and then, and limits under which all tasks can run.
 */
export function generateWorkload(seed: number, size: number): Workload & { readonly shape: Shape } {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const shape = SHAPES[below(SHAPES.length)] ?? "layered";
  const distribution = DURATIONS[below(DURATIONS.length)] ?? "uniform";
  const withResources = random() < 0.6;
  const withGroups = random() < 0.3;
  const needs = needsOf(shape, size, below);
  const tasks = needs.map((own, i): Task => ({
    id: `t${i}`,
    needs: own.map((need) => `t${need}`),
    durationMs: durationOf(distribution, random),
    ...(withResources ? { demand: { cpu: 1 + below(4), share: below(8) / 10 } } : {}),
    ...(withGroups && random() < 0.3 ? { group: `group ${below(2)}` } : {}),
  }));
  return { shape, tasks, capacity: withResources ? { cpu: 4 + below(5), share: 1 } : {}, maxParallel: 2 + below(6) };
}

function needsOf(shape: Shape, size: number, below: (limit: number) => number): readonly (readonly number[])[] {
  const needs: number[][] = Array.from({ length: size }, () => []);
  if (shape === "layered") {
    const width = 2 + below(8);
    for (let i = width; i < size; i++) {
      const layer = Math.floor(i / width);
      for (let k = 0; k < 2; k++) needs[i]?.push((layer - 1) * width + below(width));
    }
  } else if (shape === "series-parallel") {
    // Between `from` and `to` everything is either a sequence of two parts or two parts side by side.
    const split = (first: number, last: number, before: readonly number[]): readonly number[] => {
      if (first > last) return before;
      if (first === last) {
        needs[first]?.push(...before);
        return [first];
      }
      const middle = first + below(last - first);
      const ends = split(first, middle, before);
      return below(2) === 0 ? split(middle + 1, last, ends) : [...ends, ...split(middle + 1, last, before)];
    };
    split(0, size - 1, []);
  } else if (shape === "fork-join") {
    const width = 2 + below(6);
    for (let i = 1; i < size; i++) {
      const place = i % (width + 1);
      const join = i - place;
      if (place === 0) for (let k = join - width; k < join; k++) needs[i]?.push(k);
      else needs[i]?.push(join);
    }
  }
  return needs;
}

function durationOf(distribution: (typeof DURATIONS)[number], random: () => number): number {
  if (distribution === "exponential") return -1_000 * Math.log(1 - random());
  if (distribution === "log-normal") {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return 1_000 * Math.exp(normal);
  }
  if (distribution === "two kinds") return random() < 0.8 ? 100 + 50 * random() : 5_000 + 100 * random();
  return distribution === "equal" ? 1_000 : 2_000 * random();
}

/** Random numbers in [0, 1) that a seed fixes (mulberry32 by Tommy Ettinger). */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
