import type { StepDefinition } from "../../step-definition.ts";

/** Builds the repository. */
export const integration: StepDefinition = {
  id: "integration",
  title: "The repository's build",
  defaults: {
    stage: "extended_validation",
    when: { changed: ["code", "config", "dependencies", "assets", "other"] },
  },
  options: ["build", "commands", "timeout_minutes", "max_findings"],
  isIncremental: false,
  importance: { generic: "recommended", documentation: "off", shell_automation: "optional" },
};
