import type { Finding as ModelFinding } from "@ai-workflow/ai-client";
import type { Finding } from "@ai-workflow/profiler";
import type { AiSeverity } from "../config/config.ts";

/** From the gravest on. */
const ORDER: readonly AiSeverity[] = ["critical", "high", "medium", "low", "info"];

/** What records and gates know of severities. */
const RECORDED: Readonly<Record<AiSeverity, Finding["severity"]>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "info",
  info: "info",
};

/** Whether a severity is at least as grave as another. */
export function isAtLeast(severity: AiSeverity, limit: AiSeverity): boolean {
  return ORDER.indexOf(severity) <= ORDER.indexOf(limit);
}

/** The gravest first, among equals the surest. */
export function compareGravity(a: ModelFinding, b: ModelFinding): number {
  return ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.confidence - a.confidence;
}

/** A model's finding as records keep it. */
export function toRecordFinding(finding: ModelFinding): Finding {
  const { ruleId, severity, title, message, file, startLine, endLine, confidence, suggestion } = finding;
  return {
    rule: ruleId,
    severity: RECORDED[severity],
    message: message.startsWith(title) ? message : `${title}: ${message}`,
    file,
    line: startLine,
    endLine,
    confidence,
    suggestion,
  };
}
