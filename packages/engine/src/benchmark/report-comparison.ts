import type { Comparison, Measure, Pair, StepTimes } from "@ai-workflow/regression";
import type { DecidingMeasure } from "./benchmark-document.ts";
import { describeDisagreement } from "./describe-disagreement.ts";

/** Pairs and what is told beside them. */
export interface ReportOptions {
  readonly pairs: readonly Pair[];
  readonly thresholdPercent: number;
  readonly measure: DecidingMeasure;
  readonly title: string;
  /** What the arms are called. */
  readonly baseline: string;
  readonly compare: string;
  readonly steps?: readonly StepTimes[] | undefined;
  /** Sentences below the report. */
  readonly notes?: readonly string[] | undefined;
}

/** A comparison, and its report in Markdown. */
export interface ComparisonReport {
  readonly comparison: Comparison;
  readonly markdown: string;
}

/** The measures in the order in which they decide. */
const MEASURE_ORDER: Readonly<Record<DecidingMeasure, readonly Measure[]>> = {
  cpu: ["cpuMs", "wallMs", "peakMemoryBytes"],
  wall: ["wallMs", "cpuMs", "peakMemoryBytes"],
};

/** Compares pairs and writes the report: summary, and a table step by step where there are steps. */
export async function reportComparison(options: ReportOptions): Promise<ComparisonReport> {
  const { comparePairs, formatComparison } = await import("@ai-workflow/regression");
  const { pairs, thresholdPercent, measure, title, baseline, compare, steps, notes = [] } = options;
  const comparison = comparePairs(pairs, { thresholdPercent, measures: MEASURE_ORDER[measure] });
  const report = formatComparison(comparison, { title, baseline, compare, steps });
  const disagreement = describeDisagreement(comparison);
  const told = disagreement === undefined ? notes : [disagreement, ...notes];
  return { comparison, markdown: [report, ...told.map((note) => `${note}\n`)].join("\n") };
}
