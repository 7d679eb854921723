/**
 * What looking at processes costs: a step of 100 real processes that sleep is watched, and the CPU time of this process is counted while
 * nothing else happens in it. Prints a Markdown table of milliseconds of CPU a second, while a measurement is young (a look every 250 ms) and
 * later (every second), for each method that works here. What the program `ps` takes itself, each time it is run, is not among it.
 *
 *     node benchmarks/profiler/sampler.mjs [--processes <n>] [--seconds <n>] [--quick]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createResourceMonitor } from "../../packages/profiler/dist/resources.js";
import { formatTable } from "../measure/markdown.mjs";

/** A measurement is young for so long, see the package. */
const YOUNG_MS = 5_000;

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "100" },
    seconds: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const processes = Number(values.processes);
const seconds = Number(values.seconds ?? (values.quick ? 2 : 15));
for (const [name, number] of Object.entries({ processes, seconds })) {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`Cannot measure: \`--${name}\` must be a positive whole number`);
  }
}

/** Milliseconds of CPU that this process takes a second. */
async function load(ms) {
  const before = process.cpuUsage();
  const startMs = performance.now();
  await wait(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (performance.now() - startMs);
}

/** @param {"proc" | "cgroup" | "ps" | undefined} method `undefined`: nothing is measured, for comparison */
async function measure(method) {
  let looks = 0;
  let seen = 0;
  const monitor =
    method &&
    createResourceMonitor({
      method,
      onSample: (sample) => {
        looks += 1;
        seen = Math.max(seen, sample.processes);
      },
    });
  const measurement = monitor?.begin("sleepers");
  const join = measurement?.joinFile === undefined ? "" : `echo $$ > '${measurement.joinFile}'; `;
  // Told to end, it waits for the others, so that they do not stay behind as ended processes of nobody.
  const script = `${join}trap : TERM; for i in $(seq ${processes}); do sleep 1000 & done; echo ready; wait; wait`;
  const root = spawn("bash", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  measurement?.attach(root.pid);
  try {
    await once(root.stdout, "data");
    const early = await load(YOUNG_MS - 500);
    const earlyLooks = looks;
    await wait(1_000);
    looks = 0;
    const steady = await load(seconds * 1_000);
    if (method !== undefined && seen < processes) {
      throw new Error(`Cannot tell what ${method} costs: it saw ${seen} of ${processes} processes`);
    }
    return { early, steady, earlyLooks, steadyLooks: looks };
  } finally {
    process.kill(-root.pid, "SIGTERM");
    await once(root, "exit");
    const usage = measurement?.end();
    monitor?.close();
    // Asked for, but not to be had here.
    if (method !== undefined && usage?.method !== method)
      console.log(`${method}: not here, measured with ${usage?.method}\n`);
  }
}

const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
const perSecond = (ms) => ms.toFixed(2);
const idle = await measure(undefined);
const rows = [["nothing is measured", perSecond(idle.early), "0", perSecond(idle.steady), "0", ""]];
for (const method of ["proc", "cgroup", "ps"]) {
  const { early, steady, earlyLooks, steadyLooks } = await measure(method);
  // With what the process takes anyway: that moves more than the difference.
  const share = `${(steady / 10).toFixed(2)} %`;
  rows.push([method, perSecond(early), String(earlyLooks), perSecond(steady), String(steadyLooks), share]);
}
console.log(
  `${processes} processes in the tree, ${others} others on the machine, Node ${process.version}, ${seconds} s each\n`,
);
const heads = ["method", "CPU ms/s, first 5 s", "looks", "CPU ms/s, later", "looks", "share of a core, later, at most"];
console.log(formatTable(heads, rows));
