import type { StepDefinition } from "../../step-definition.ts";

/** The findings of the run by their causes. */
export const contextAnalysis: StepDefinition = {
  id: "context_analysis",
  title: "Causes of what the other steps found, and what to do first",
  defaults: {
    stage: "summary",
    needs: [
      "analyze",
      "config_validation",
      "script_references",
      "directory_structure",
      "secrets",
      "git_status_check",
      "markdown_lint",
      "consistency",
      "documentation_updates",
      "documentation_optimization",
      "api_coverage",
      "test_planning",
      "test_generation",
      "dependencies",
      "code_quality",
      "test_execution",
      "integration",
      "code_review",
      "frontend_analysis",
      "ux_analysis",
      "prompt_engineering",
    ],
    when: { always: true },
    // It rests on results, which are no content of files.
    cache: false,
    // And so on no content of files at all.
    inputs: [".workflow-config.yaml"],
  },
  options: ["max_causes"],
  isIncremental: false,
  comesAfterFailures: true,
  importance: { generic: "recommended" },
};
