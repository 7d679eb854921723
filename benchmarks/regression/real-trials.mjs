import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createGate, runBenchmark } from "@ai-workflow/regression";

const COUNT = 'i=0; while [ "$i" -lt "$1" ]; do i=$((i+1)); done';

/** Counts to `steps` in a shell: starting it costs next to nothing, so that the ratio of steps is that of the CPU time. */
const count = (steps) => ({ command: COUNT, args: [String(Math.round(steps))], shell: true });

/**
 * Real processes on this machine, made busy by as many others as it has cores: how often the gate decides what, beside the rule that
 * compares one run of each.
 * @param {{ ratio: number, trials: number, steps: number, maxPairs: number }} options
 */
export async function tryRealGate({ ratio, trials, steps, maxPairs }) {
  const counts = { ok: 0, regression: 0, inconclusive: 0, pairs: 0, singleCpu: 0, singleWall: 0 };
  const others = Array.from({ length: availableParallelism() }, () =>
    spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }),
  );
  try {
    for (let trial = 0; trial < trials; trial += 1) {
      const gate = createGate({ maxPairs });
      const { pairs, failure } = await runBenchmark({
        baseline: count(steps),
        compare: count(steps * ratio),
        pairs: maxPairs,
        onPair: (pair) => (gate.add(pair).decision === "continue" ? "continue" : "stop"),
      });
      if (failure !== undefined) throw new Error(`Cannot measure: ${failure.message}`);
      counts[gate.state.decision] += 1;
      counts.pairs += gate.state.pairs;
      if (pairs[0].compare.cpuMs > 1.1 * pairs[0].baseline.cpuMs) counts.singleCpu += 1;
      if (pairs[0].compare.wallMs > 1.1 * pairs[0].baseline.wallMs) counts.singleWall += 1;
    }
  } finally {
    for (const other of others) other.kill("SIGKILL");
  }
  return counts;
}
