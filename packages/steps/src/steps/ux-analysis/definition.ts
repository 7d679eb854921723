import { MARKUP_FILES } from "../../markup/markup-files.ts";
import type { StepDefinition } from "../../step-definition.ts";

/** Whether everybody can use what the repository shows. */
export const uxAnalysis: StepDefinition = {
  id: "ux_analysis",
  title: "Accessibility of pages and components, and their words",
  defaults: { stage: "core_validation", inputs: [...MARKUP_FILES] },
  options: ["ignore_rules", "fail_on"],
  isIncremental: true,
  importance: {
    generic: "recommended",
    documentation: "optional",
    nodejs_cli: "off",
    python_app: "recommended",
    shell_automation: "off",
  },
};
