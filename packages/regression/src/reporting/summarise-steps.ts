import { median } from "../statistics/median.ts";
import type { StepTimes } from "./format-comparison.ts";

/** A step in one run, as a run record tells it. */
export interface StepRun {
  readonly step: string;
  /** How it ended: `passed`, `replayed`, `skipped`, … */
  readonly outcome: string;
  /** Duration in milliseconds; 0 when it did not start. */
  readonly durationMs: number;
  /** Why it did not run, or what made it faster. */
  readonly reason?: string | undefined;
}

/**
 * The rows of a table step by step from whole runs of both arms: the median of each step's durations, and why it takes what it takes:
 * how often it was replayed, skipped or ended otherwise than passed in the runs compared, with the reason most often given. Durations that are
 * no number of at least 0 are left out.
 *
 * @param baseline - Runs of the baseline, each with its steps.
 * @param compare - Runs of what is compared.
 * @returns Steps in the order in which they first appear.
 */
export function summariseSteps(
  baseline: readonly (readonly StepRun[])[],
  compare: readonly (readonly StepRun[])[],
): readonly StepTimes[] {
  const [before, after] = [collect(baseline), collect(compare)];
  return [...new Set([...before.keys(), ...after.keys()])].map((step) => {
    const [baselineMs, compareMs] = [middle(before.get(step)), middle(after.get(step))];
    return {
      step,
      ...(baselineMs === undefined ? {} : { baselineMs }),
      ...(compareMs === undefined ? {} : { compareMs }),
      why: explain(after.get(step) ?? [], compare.length),
    };
  });
}

function collect(runs: readonly (readonly StepRun[])[]): Map<string, StepRun[]> {
  const steps = new Map<string, StepRun[]>();
  for (const one of runs.flat()) {
    const known = steps.get(one.step);
    if (known === undefined) steps.set(one.step, [one]);
    else known.push(one);
  }
  return steps;
}

function middle(runs: readonly StepRun[] = []): number | undefined {
  const known = runs.map(({ durationMs }) => durationMs).filter((ms) => Number.isFinite(ms) && ms >= 0);
  return known.length === 0 ? undefined : median(known);
}

function explain(runs: readonly StepRun[], all: number): string {
  if (runs.length === 0) return "not part of these runs";
  const outcomes = countBy(runs.map(({ outcome }) => outcome).filter((outcome) => outcome !== "passed"));
  const reasons = countBy(runs.flatMap(({ reason }) => (reason === undefined ? [] : [reason])));
  const parts = outcomes.map(([outcome, count]) => (count === all ? outcome : `${outcome} in ${count} of ${all} runs`));
  return [parts.join(", "), ...reasons.slice(0, 1).map(([reason]) => reason)].filter((part) => part !== "").join(": ");
}

/** Most often first. */
function countBy(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}
