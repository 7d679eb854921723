import type { AiStepRecord } from "@ai-workflow/profiler";

/** What the questions of one step came to, as one record: counts are summed up, names listed once. Pure. */
export function mergeAiStepRecords(records: readonly AiStepRecord[]): AiStepRecord {
  const names = (of: (record: AiStepRecord) => string): string => [...new Set(records.map(of))].join(", ");
  return {
    prompt: names(({ prompt }) => prompt),
    promptVersion: names(({ promptVersion }) => promptVersion),
    reviewedFiles: sum(records.map(({ reviewedFiles }) => reviewedFiles)),
    notReviewed: records.flatMap(({ notReviewed }) => notReviewed).slice(0, LISTED_UNREVIEWED),
    notReviewedTotal: sum(records.map(({ notReviewedTotal }) => notReviewedTotal)),
    redactions: sumByName(records.map(({ redactions }) => redactions)),
    droppedFindings: sumByName(records.map(({ droppedFindings }) => droppedFindings)),
  };
}

/** Files and lines that a record lists as not reviewed at most; all are counted. */
const LISTED_UNREVIEWED = 200;

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function sumByName(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
