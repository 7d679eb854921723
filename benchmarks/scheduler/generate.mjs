import { createRandom } from "../measure/statistics.mjs";

/**
 * Tasks like the steps of a workflow or the targets of a monorepo, fixed by a seed: each needs up to `needs` of those shortly before it, durations
 * are log-normal (median 1 s), and it takes 1 to 4 of `cpu` and up to 6 of `memory`.
 */
export function generateTasks(seed, count, needs) {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const reach = Math.max(8, count / 10);
  return Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    needs: i < 4 ? [] : Array.from({ length: needs }, () => `t${Math.max(0, i - 1 - Math.floor(random() * reach))}`),
    durationMs: 1_000 * Math.exp(normal()),
    demand: { cpu: 1 + Math.floor(random() * 4), memory: random() * 6 },
  }));
}
