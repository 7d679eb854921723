import type { Finding, RunRecord } from "@ai-workflow/engine";

/** Findings of one rule of a step that are told one by one, by severity; of more, the rest is counted. */
const TOLD_ALIKE: Readonly<Record<Finding["severity"], number>> = { error: 10, warning: 3, info: 3 };

/** What a step says by one rule and with one severity. */
export interface FindingGroup {
  readonly step: string;
  /** Those that are told one by one, in the order of the record. */
  readonly told: readonly Finding[];
  /** How many others there are, by file, the file with most of them first; those without a file are under `undefined`. */
  readonly others: readonly { readonly file: string | undefined; readonly count: number }[];
}

/**
 * Puts findings of the same step, rule and severity together, so that a rule that is broken everywhere does not hide all else. Groups stand
 * where their first finding stands. A rest of one is told as well. Pure.
 */
export function groupFindings(steps: RunRecord["steps"]): readonly FindingGroup[] {
  return steps.flatMap((step) => {
    const groups = new Map<string, Finding[]>();
    for (const finding of step.findings) {
      const key = JSON.stringify([finding.rule, finding.severity]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [finding]);
      else group.push(finding);
    }
    return [...groups.values()].map((all) => {
      const limit = TOLD_ALIKE[all[0]?.severity ?? "info"];
      const told = all.length <= limit + 1 ? all : all.slice(0, limit);
      const counts = new Map<string | undefined, number>();
      for (const { file } of all.slice(told.length)) counts.set(file, (counts.get(file) ?? 0) + 1);
      const others = [...counts].map(([file, count]) => ({ file, count }));
      return { step: step.id, told, others: others.toSorted((one, other) => other.count - one.count) };
    });
  });
}
