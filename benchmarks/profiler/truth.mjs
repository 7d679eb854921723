import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { createResourceMonitor } from "../../packages/profiler/dist/resources.js";

const MB = 2 ** 20;
/** What `statfs` says of a file system in memory, which has no storage. */
const TMPFS = 0x01_02_19_94;
const node = JSON.stringify(process.execPath);

const burn = (ms) =>
  `${node} -e 'const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; while (used() < ${ms * 1_000});'`;

/**
 * Steps whose consumption is known.
 * @typedef {object} KnownStep
 * @property {string} name
 * @property {"cpuMs" | "peakMemoryBytes" | "writeBytes"} field
 * @property {readonly ("proc" | "cgroup")[]} methods
 * @property {(folder: string) => string} script It leaves what tells the truth in the file `truth`.
 * @property {(folder: string) => number} truth
 * @property {(folder: string) => boolean} [isPossible]
 */

/** @type {readonly KnownStep[]} */
export const KNOWN_STEPS = [
  {
    name: "CPU time of 20 grandchildren, one after the other, about 0.1 s each",
    field: "cpuMs",
    methods: ["proc", "cgroup"],
    // The shell that waited for them says what it and they took; it comes from getrusage(2), to a millisecond.
    script: (folder) =>
      `for i in $(seq 20); do ( ${burn(100)}; true ); done; times > ${JSON.stringify(path.join(folder, "truth"))}`,
    truth: cpuTruth,
  },
  {
    name: "CPU time of 8 grandchildren, two at a time, about 0.3 s each",
    field: "cpuMs",
    methods: ["proc", "cgroup"],
    script: (folder) =>
      `for i in 1 2 3 4; do ( ${burn(300)}; true ) & ( ${burn(300)}; true ) & wait; done; times > ${JSON.stringify(path.join(folder, "truth"))}`,
    truth: cpuTruth,
  },
  {
    name: "memory of a process that holds 200 MB for 1.5 s",
    field: "peakMemoryBytes",
    methods: ["proc"],
    script: (folder) =>
      `exec ${node} -e 'const held = Buffer.alloc(200 * ${MB}, 1); setTimeout(() => require("fs").writeFileSync(process.argv[1], String(process.resourceUsage().maxRSS * 1024 + 0 * held.length)), 1500)' ${JSON.stringify(path.join(folder, "truth"))}`,
    truth: (folder) => Number(readFileSync(path.join(folder, "truth"), "utf8")),
  },
  {
    name: "64 MB written by a grandchild",
    field: "writeBytes",
    methods: ["proc"],
    script: (folder) =>
      `( dd if=/dev/zero of=${JSON.stringify(path.join(folder, "data"))} bs=1M count=64 conv=fsync 2>/dev/null; true ); true`,
    truth: () => 64 * MB,
    isPossible: (folder) => statfsSync(folder).type !== TMPFS,
  },
];

/** Sums the four times that the shell's `times` prints. */
function cpuTruth(folder) {
  const text = readFileSync(path.join(folder, "truth"), "utf8");
  return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60_000 * Number(minutes) + 1_000 * Number(seconds),
    0,
  );
}

/**
 * Runs a step once. @param {KnownStep} step @param {"proc" | "cgroup"} method
 * @returns {Promise<number | undefined>} How much more than the truth was measured, in percent; `undefined` where it cannot be measured.
 */
export async function deviation(step, method) {
  const folder = mkdtempSync(path.join(tmpdir(), "truth-"));
  const monitor = createResourceMonitor({ method });
  try {
    if (step.isPossible?.(folder) === false) return undefined;
    const measurement = monitor.begin("step");
    const join = measurement.joinFile === undefined ? "" : `echo $$ > '${measurement.joinFile}'\n`;
    const child = spawn("bash", ["-c", join + step.script(folder)], { detached: true, stdio: "ignore" });
    measurement.attach(child.pid);
    const [code] = await once(child, "exit");
    const usage = measurement.end();
    if (code !== 0) throw new Error(`Cannot compare: \`${step.name}\` ended with ${code}`);
    if (usage?.method !== method) return undefined;
    const truth = step.truth(folder);
    return (100 * ((usage[step.field] ?? 0) - truth)) / truth;
  } finally {
    monitor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
