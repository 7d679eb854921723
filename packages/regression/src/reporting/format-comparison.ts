import type { Comparison, MeasureComparison } from "../comparing/compare-pairs.ts";
import type { Measure } from "../comparing/measurement.ts";
import { formatBytes, formatCell, formatChange, formatMs, formatTable } from "./format-quantity.ts";

/** One step in both arms. */
export interface StepTimes {
  readonly step: string;
  /** In milliseconds; `undefined` where it did not run. */
  readonly baselineMs?: number | undefined;
  /** In milliseconds; `undefined` where it did not run. */
  readonly compareMs?: number | undefined;
  /** Why it takes what it takes: cache hits, skipped, parallel. */
  readonly why?: string | undefined;
}

/** Options of {@link formatComparison}. */
export interface FormatComparisonOptions {
  /** @defaultValue "Comparison" */
  readonly title?: string | undefined;
  /** What the arms are called. @defaultValue "baseline" */
  readonly baseline?: string | undefined;
  /** @defaultValue "optimised" */
  readonly compare?: string | undefined;
  /** Rows of the table of steps; without any it is left out. */
  readonly steps?: readonly StepTimes[] | undefined;
}

const NAMES: Readonly<Record<Measure, string>> = {
  cpuMs: "CPU time",
  wallMs: "wall time",
  peakMemoryBytes: "peak memory",
};

/** A report in Markdown: what was found in a sentence, a summary of what was saved, and a table step by step. Names are escaped. */
export function formatComparison(comparison: Comparison, options: FormatComparisonOptions = {}): string {
  const { title = "Comparison", baseline = "baseline", compare = "optimised", steps = [] } = options;
  const arms = [formatCell(baseline), formatCell(compare)] as const;
  const parts = [
    `# ${formatCell(title)}`,
    describe(comparison, arms),
    `## Summary`,
    formatTable(
      [
        "measure",
        ...arms,
        "saved",
        "change",
        `${+(comparison.confidence * 100).toPrecision(6)} % interval`,
        "pairs",
        "verdict",
      ],
      comparison.measures.filter(({ pairs }) => pairs > 0).map(formatMeasure),
      1,
    ),
  ];
  const setAside = comparison.measures.flatMap((measure) =>
    Object.entries(measure.setAside)
      .filter(([reason, count]) => count > 0 && !(reason === "missing" && measure.pairs === 0))
      .map(([reason, count]) => `${count} ${count === 1 ? "pair" : "pairs"} of ${NAMES[measure.measure]} (${reason})`),
  );
  if (setAside.length > 0) parts.push(`Set aside: ${setAside.join(", ")}.`);
  if (steps.length > 0) {
    parts.push(`## Step by step`, formatTable(["step", "why", ...arms, "saved"], steps.map(formatStep), 2));
  }
  return `${parts.join("\n\n")}\n`;
}

function describe(comparison: Comparison, [baseline, compare]: readonly [string, string]): string {
  const deciding = comparison.measures.find(({ measure }) => measure === comparison.decidedBy);
  if (deciding === undefined) return "**inconclusive**: nothing was measured.";
  const { measure, pairs, ratio, furtherPairs } = deciding;
  const change = ratio === undefined ? "" : ` (${formatChange(ratio)})`;
  const limit = `${+comparison.thresholdPercent.toPrecision(6)} %`;
  switch (comparison.verdict) {
    case "faster":
    case "slower":
      return `**${comparison.verdict}**: ${compare} takes ${comparison.verdict === "faster" ? "less" : "more"} ${NAMES[measure]} than ${baseline}${change}.`;
    case "same":
      return `**same**: ${NAMES[measure]} of ${compare} and ${baseline} differs by less than ${limit}${change}.`;
    case "inconclusive":
      return `**inconclusive**: ${
        ratio === undefined
          ? `${pairs} ${pairs === 1 ? "pair is" : "pairs are"} too few to tell`
          : `${NAMES[measure]} scatters too much to tell${change}`
      }; about ${furtherPairs} further ${furtherPairs === 1 ? "pair" : "pairs"} would decide.`;
  }
}

function formatMeasure({ measure, baseline, compare, ratio, low, high, pairs, verdict }: MeasureComparison): string[] {
  const format = measure === "peakMemoryBytes" ? formatBytes : formatMs;
  const known = ratio !== undefined && low !== undefined && high !== undefined;
  return [
    NAMES[measure],
    format(baseline!),
    format(compare!),
    format(baseline! - compare!),
    known ? formatChange(ratio) : "",
    known ? `${formatChange(low)} to ${formatChange(high)}` : "",
    String(pairs),
    verdict,
  ];
}

function formatStep({ step, baselineMs, compareMs, why = "" }: StepTimes): string[] {
  const cell = (ms: number | undefined): string => (ms === undefined ? "–" : formatMs(ms));
  const saved = baselineMs === undefined ? undefined : baselineMs - (compareMs ?? 0);
  return [formatCell(step), formatCell(why), cell(baselineMs), cell(compareMs), cell(saved)];
}
