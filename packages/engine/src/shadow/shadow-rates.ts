import type { HistoryEntry } from "@ai-workflow/profiler";

/** How often a rule left out, or would have left out, what fails. */
export interface ShadowRate {
  /** Reason of the decision, with the rule that decided where there is one. */
  readonly rule: string;
  /** Steps that ran although the rule would have left them out, and passed or failed. */
  readonly sampled: number;
  /** How many of them failed: leaving them out would have been wrong. */
  readonly failed: number;
  /** Share that failed, from 0 to 1, with the interval in which the true share lies 95 times out of 100. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964;

/**
 * How often each rule would have been wrong, over the shadow samples of a history. Steps that were cancelled or inconclusive say nothing.
 * Pure.
 *
 * The interval is that of Wilson (1927), which holds for few samples and for rates near 0, too.
 */
export function findShadowRates(entries: readonly Pick<HistoryEntry, "steps">[]): readonly ShadowRate[] {
  const counts = new Map<string, { sampled: number; failed: number }>();
  for (const { steps } of entries) {
    for (const { shadow_of: rule, outcome } of steps) {
      const isFailure = outcome === "failed" || outcome === "timed-out";
      if (rule === undefined || (outcome !== "passed" && !isFailure)) continue;
      const known = counts.get(rule) ?? { sampled: 0, failed: 0 };
      known.sampled += 1;
      if (isFailure) known.failed += 1;
      counts.set(rule, known);
    }
  }
  return [...counts]
    .map(([rule, { sampled, failed }]) => ({ rule, sampled, failed, ...wilson(failed, sampled) }))
    .sort((a, b) => b.sampled - a.sampled || (a.rule < b.rule ? -1 : 1));
}

function wilson(failed: number, sampled: number): Pick<ShadowRate, "rate" | "low" | "high"> {
  const rate = failed / sampled;
  const weight = 1 + Z ** 2 / sampled;
  const middle = (rate + Z ** 2 / (2 * sampled)) / weight;
  const reach = (Z / weight) * Math.sqrt((rate * (1 - rate)) / sampled + Z ** 2 / (4 * sampled ** 2));
  return { rate, low: failed === 0 ? 0 : middle - reach, high: failed === sampled ? 1 : middle + reach };
}
