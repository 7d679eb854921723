import type { BenchmarkFailure, GateState, MeasuredPair, RevisionFailure } from "@ai-workflow/engine";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";

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

/** What went wrong with a command or a checkout, and the end of what it said. */
export function renderFailure(failure: BenchmarkFailure | RevisionFailure): string {
  if (failure.phase === "checkout") return `ai-workflow: ${printable(failure.message)}\n`;
  const { arm, phase, number, message, errorTail } = failure;
  const tail = errorTail.trimEnd().split("\n").slice(-SHOWN_LINES);
  const said = tail.filter((line) => line !== "").map((line) => `  | ${printable(line)}\n`);
  const side = arm === "baseline" ? "the baseline" : "what is compared";
  return `ai-workflow: ${side} failed in ${phase} ${number}: ${printable(message)}\n${said.join("")}  Nothing is decided: a command that does not do its work is not comparable\n`;
}

/** The failure for JSON. */
export function failureAsData(failure: BenchmarkFailure | RevisionFailure): object {
  if (failure.phase !== "checkout") return failure;
  const { arm, phase, message } = failure;
  return { arm, phase, message };
}
