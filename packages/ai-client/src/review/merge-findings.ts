import { SEVERITIES, type Finding } from "./finding.ts";

/** Findings without those that say the same. */
export interface MergedFindings {
  /** Worst first, then surest, then by place. */
  readonly findings: readonly Finding[];
  /** How many were left out. */
  readonly duplicateCount: number;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareImportance(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.confidence - a.confidence ||
    compareTexts(a.file, b.file) ||
    a.startLine - b.startLine ||
    a.endLine - b.endLine ||
    compareTexts(JSON.stringify(a), JSON.stringify(b))
  );
}

/**
 * Findings of the same rule in the same file whose lines overlap, directly or through others between them, are one: the worst of
 * them stays, the surest of equals. The order of the findings makes no difference.
 */
export function mergeFindings(findings: readonly Finding[]): MergedFindings {
  const byPlace = [...findings].sort((a, b) => {
    const byRule = compareTexts(a.file, b.file) || compareTexts(a.ruleId, b.ruleId);
    return byRule || a.startLine - b.startLine || compareImportance(a, b);
  });
  const merged: Finding[] = [];
  let group: { best: Finding; endLine: number } | undefined;
  for (const finding of byPlace) {
    const isSame =
      group !== undefined &&
      group.best.file === finding.file &&
      group.best.ruleId === finding.ruleId &&
      finding.startLine <= group.endLine;
    if (group !== undefined && isSame) {
      if (compareImportance(finding, group.best) < 0) group.best = finding;
      group.endLine = Math.max(group.endLine, finding.endLine);
      continue;
    }
    if (group !== undefined) merged.push(group.best);
    group = { best: finding, endLine: finding.endLine };
  }
  if (group !== undefined) merged.push(group.best);
  return { findings: merged.sort(compareImportance), duplicateCount: findings.length - merged.length };
}
