import { spawnSync } from "node:child_process";
import { shuffle } from "./statistics.mjs";

/**
 * What bash's `time` says of one command: wall time, and the user and system time of the process and of all its descendants
 * that were waited for, as the kernel gives them to `wait4` (in microseconds; bash prints milliseconds).
 */
const timed = (script) =>
  `TIMEFORMAT="%3R %3U %3S"; time { ${script}; } >/dev/null 2>&1 </dev/null || echo "failed $?" >&2`;
const COMMAND = '"$@"';

/**
 * A command whose cost is measured.
 * @typedef {object} Case
 * @property {string} name
 * @property {readonly string[]} [command] Program and arguments.
 * @property {string} [script] Instead of `command`: what the measuring bash itself runs, such as two programs at once.
 * @property {string} directory
 * @property {Record<string, string>} environment
 * @property {number} [rounds] Runs in so many of the counted rounds only, and in none of those before them.
 * @property {() => void} [prepare] Called before each run, outside of what is measured.
 * @property {() => object} [measure] Instead of `command`: measures in a way of its own and gives the sample.
 */

/** Runs a case once. @param {Case} one @returns {{ wallMs: number, cpuMs: number }} */
export function measureOnce({ name, command = [], script = COMMAND, directory, environment }) {
  const bash = spawnSync("bash", ["-c", timed(script), "bash", ...command], {
    cwd: directory,
    env: { ...environment, LC_ALL: "C" },
    encoding: "utf8",
  });
  if (bash.error !== undefined) throw new Error("Cannot measure: bash is needed for its `time`", { cause: bash.error });
  const times = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\n$/.exec(bash.stderr);
  if (times === null) throw new Error(`Cannot measure ${name}: ${bash.stderr.trim()}`);
  const [wall, user, system] = times.slice(1).map((seconds) => Number(seconds) * 1_000);
  return { wallMs: wall, cpuMs: user + system };
}

/**
 * Runs every case once a round, each round in another order, so that what else the machine does meets all cases alike.
 * The first `warmUps` rounds count for nothing: they fill the file cache and Node's compile cache.
 * @param {readonly Case[]} cases
 * @param {{ readonly rounds: number, readonly warmUps: number, readonly random: () => number }} options
 * @returns {Map<string, object[]>} Samples by the case's name: `{ wallMs, cpuMs }`, or what the case's `measure` gives.
 */
export function measureInterleaved(cases, { rounds, warmUps, random }) {
  const samples = new Map(cases.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const one of shuffle(cases, random)) {
      if (one.rounds !== undefined && (round < 0 || round >= one.rounds)) continue;
      one.prepare?.();
      const sample = one.measure?.() ?? measureOnce(one);
      if (round >= 0) samples.get(one.name).push(sample);
    }
  }
  return samples;
}
