/**
 * Watches a step of real processes that sleep, and tells the CPU time that this process, which does nothing else, took for it.
 *
 *     node look-once.mjs <proc|cgroup|ps|none> <processes> <seconds>
 *
 * Prints JSON: `earlyMs` and `laterMs`, milliseconds of CPU a second while the measurement is young and later, with `earlyLooks` and
 * `laterLooks`, or `missing: true` where the method does not work here.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { createResourceMonitor } from "../../packages/profiler/dist/resources.js";

/** A measurement is young for so long, see the package. */
const YOUNG_MS = 5_000;
/** Until then Node has tidied up after its own start. */
const SETTLE_MS = 6_000;
/** The tree is a tree: so many processes have the same parent. */
const CHILDREN = 10;

const [method, processText, secondText] = process.argv.slice(2);
const processes = Number(processText);
let looks = 0;
let seen = 0;
const monitor =
  method === "none"
    ? undefined
    : createResourceMonitor({
        method,
        onSample: (sample) => {
          looks += 1;
          seen = Math.max(seen, sample.processes);
        },
      });
const measurement = monitor?.begin("sleepers");
const root = spawn("bash", ["-c", script(processes, measurement?.joinFile)], {
  detached: true,
  stdio: ["ignore", "pipe", "inherit"],
});
measurement?.attach(root.pid);
let result;
let usage;
try {
  await once(root.stdout, "data");
  const early = await load(YOUNG_MS - 1_000);
  await wait(SETTLE_MS);
  const later = await load(Number(secondText) * 1_000);
  result = { earlyMs: early.ms, earlyLooks: early.looks, laterMs: later.ms, laterLooks: later.looks };
} finally {
  process.kill(-Number(root.pid), "SIGKILL");
  await once(root, "exit");
  usage = measurement?.end();
  monitor?.close();
}
if (monitor !== undefined && usage?.method !== method) result = { missing: true };
else if (monitor !== undefined && seen < processes) {
  throw new Error(`Cannot tell what ${method} costs: it saw ${seen} of ${processes} processes`);
}
process.stdout.write(JSON.stringify(result));

/** Milliseconds of CPU that this process takes a second, and looks, over so many milliseconds. */
async function load(ms) {
  looks = 0;
  const before = process.cpuUsage();
  const startMs = performance.now();
  await wait(ms);
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / (performance.now() - startMs), looks };
}

/** A shell with shells that each have sleeping children; as many processes as asked for, all together. */
function script(count, joinFile) {
  const join = joinFile === undefined ? "" : `echo $$ > '${joinFile}'; `;
  const groups = Math.max(1, Math.floor(count / (CHILDREN + 1)));
  const rest = Math.max(0, count - 1 - groups * (CHILDREN + 1));
  const sleepers = (number) => `for i in $(seq ${number}); do sleep 1000 & done`;
  return `${join}for g in $(seq ${groups}); do ( ${sleepers(CHILDREN)}; wait ) & done; ${sleepers(rest)}; sleep 1; echo ready; wait`;
}
