/**
 * Runs tasks that do nothing once, in a process of its own, and prints what it took as JSON.
 *
 *     node --expose-gc execute-once.mjs <runner> <shape> <tasks>
 *
 * Making the graph counts, for the library as for its peers.
 */
import { RUNNERS } from "./runners.mjs";
import { makeTasks } from "./shapes.mjs";

const CONCURRENCY = 16;
const WARM_UP_TASKS = 20_000;

const [, , name, shape, count] = process.argv;
const runner = RUNNERS.find((runner) => runner.name === name);
const run = async () => {};

await runner.start(makeTasks(shape, WARM_UP_TASKS), run, CONCURRENCY);
const tasks = makeTasks(shape, Number(count));
gc();
const cpu = process.cpuUsage();
const startMs = performance.now();
await runner.start(tasks, run, CONCURRENCY);
const wallMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(cpu);

const heapBytes = await keptBytes();
const ended = runner.start(tasks, run, CONCURRENCY);
gc();
// What is kept for tasks that have not run yet: everything has been set up, and next to nothing has ended.
const setUpBytes = process.memoryUsage().heapUsed - heapBytes;
await ended;
console.log(
  JSON.stringify({
    wallUs: (wallMs * 1_000) / tasks.length,
    cpuUs: (user + system) / tasks.length,
    heapBytes: setUpBytes / tasks.length,
  }),
);

/** Heap that is kept. What an execution leaves behind goes with the turn it ended in, and some of it with the second collection only. */
async function keptBytes() {
  for (let times = 0; times < 3; times += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  return process.memoryUsage().heapUsed;
}
