import type { FindingCounts, Severity } from "./severity.ts";

/** From grave to harmless. */
const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

/** Number of findings of a severity or a graver one. */
export function countFindings(findings: FindingCounts, atLeast: Severity): number {
  const counted = SEVERITIES.slice(0, SEVERITIES.indexOf(atLeast) + 1);
  return counted.reduce((sum, severity) => sum + (findings[severity] ?? 0), 0);
}
