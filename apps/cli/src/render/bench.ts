import type { BenchmarkFailure, GateState, MeasuredPair, RevisionFailure } from "@ai-workflow/engine";
import { formatDuration } from "./duration.ts";
import { renderFailure } from "./failure.ts";

/** Lines of a command's standard error that are shown. */
const SHOWN_LINES = 10;

/** Which quantity decides, and the word for it. */
const MEASURES = {
  cpu: { key: "cpuMs", name: "CPU time" },
  wall: { key: "wallMs", name: "wall time" },
} as const;

/** A line for a pair that was measured. */
export function renderPair(pair: MeasuredPair, measure: keyof typeof MEASURES, of: string): string {
  const { key, name } = MEASURES[measure];
  const time = (ms: number | undefined): string => (ms === undefined ? "not measured" : formatDuration(ms));
  return `${of}: baseline ${time(pair.baseline[key])}, compared ${time(pair.compare[key])} (${name})\n`;
}

/** What a gate says after a pair, when it has looked. */
export function renderGateState(state: GateState, number: number): string {
  const estimate = state.ratio === undefined ? "" : `, ${state.ratio.toFixed(3)} times so far`;
  const next = state.nextLook === undefined ? state.decision : `next look after pair ${state.nextLook}`;
  return `pair ${number}${estimate}; ${next}`;
}

/** What went wrong with a command or a checkout, the end of what it said, and what to do. */
export function renderBenchFailure(failure: BenchmarkFailure | RevisionFailure): string {
  const code = "CLI_BENCH_FAILED";
  if (failure.phase === "checkout") {
    return renderFailure({
      code,
      what: failure.message,
      remedy: ["See that the revision is there, and that the temporary folder has room for two copies"],
    });
  }
  const { arm, phase, number, reason, message, errorTail } = failure;
  const side = arm === "baseline" ? "the baseline" : "what is compared";
  const said = errorTail.trimEnd().split("\n").slice(-SHOWN_LINES);
  const mend = reason === "timed-out" ? "Give it longer by --timeout" : "Run it by itself and mend it";
  return renderFailure({
    code,
    what: `${side} failed in ${phase} ${number}`,
    why: message,
    said: said.filter((line) => line !== ""),
    remedy: [`${mend}; nothing is decided, as what does not do its work is not comparable`],
  });
}

/** The failure for JSON. */
export function failureAsData(failure: BenchmarkFailure | RevisionFailure): object {
  if (failure.phase !== "checkout") return failure;
  const { arm, phase, message } = failure;
  return { arm, phase, message };
}
