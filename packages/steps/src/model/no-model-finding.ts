import type { Finding } from "@ai-workflow/engine";

/** What a step says that could not do its part for a model, or all of it. Pure. */
export function noModelFinding(what: string): Finding {
  return {
    rule: "no-model",
    severity: "info",
    message: `${what}: no model is configured`,
    suggestion: "Set `ai.provider` in .workflow-config.yaml, or switch this step off",
  };
}
