import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createGate, runBenchmark } from "@ai-workflow/regression";

const COUNT = 'i=0; while [ "$i" -lt "$1" ]; do i=$((i+1)); done';
/** Others on the machine: they compute for a while and rest for a while, each in a rhythm of its own. */
const OTHER = `while :; do ${COUNT}; sleep "$2"; done`;
export const MEASURES = ["cpuMs", "wallMs"];

/** Counts to `steps` in a shell: starting it costs next to nothing, so that the ratio of steps is that of the CPU time. */
const count = (steps) => ({ command: COUNT, args: [String(Math.round(steps))], shell: true });

/**
 * Real processes on this machine, made busy by twice as many others as it has cores: how often a gate on CPU time and one on wall time decide
 * what, both on the same pairs, beside the rule that compares one run of each.
 * @param {{ ratio: number, trials: number, steps: number, maxPairs: number }} options
 */
export async function tryRealGate({ ratio, trials, steps, maxPairs }) {
  const results = MEASURES.map(() => ({ ok: 0, regression: 0, inconclusive: 0, pairs: 0, single: 0 }));
  const others = Array.from({ length: 2 * availableParallelism() }, (_, place) =>
    spawn("sh", ["-c", OTHER, "sh", String(150_000 * (place + 1)), String(0.15 * (place + 1))], {
      stdio: "ignore",
      detached: true,
    }),
  );
  try {
    for (let trial = 0; trial < trials; trial += 1) {
      const gates = MEASURES.map((measure) => createGate({ maxPairs, measure }));
      const { pairs, failure } = await runBenchmark({
        baseline: count(steps),
        compare: count(steps * ratio),
        pairs: maxPairs,
        onPair: (pair) => {
          const open = gates.filter((gate) => gate.add(pair).decision === "continue");
          return open.length > 0 ? "continue" : "stop";
        },
      });
      if (failure !== undefined) throw new Error(`Cannot measure: ${failure.message}`);
      for (const [place, measure] of MEASURES.entries()) {
        const { decision, pairs: used } = gates[place].state;
        results[place][decision] += 1;
        results[place].pairs += used;
        if (pairs[0].compare[measure] > 1.1 * pairs[0].baseline[measure]) results[place].single += 1;
      }
    }
  } finally {
    for (const { pid } of others) if (pid !== undefined) process.kill(-pid, "SIGKILL");
  }
  return results;
}
