import type { Finding } from "@ai-workflow/engine";

/** A model's finding that nobody said fails the step: advice, however grave the model thinks it is. Pure. */
export function asAdvice(finding: Finding): Finding {
  return finding.severity === "error" ? { ...finding, severity: "warning" } : finding;
}
