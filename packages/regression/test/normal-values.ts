import { createRandom } from "../src/statistics/create-random.ts";

/** `count` durations around `level` whose logarithms scatter normally with `deviation`; equal seeds give equal durations. */
export function normalDurations(count: number, level: number, deviation: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return level * Math.exp(deviation * normal);
  });
}
