import { MARKUP_FILES } from "../../markup/markup-files.ts";
import type { StepDefinition } from "../../step-definition.ts";

/** How browsers take what the repository serves. */
export const frontendAnalysis: StepDefinition = {
  id: "frontend_analysis",
  title: "Pages as browsers load them: heads, scripts, pictures, bundles",
  defaults: { stage: "core_validation", inputs: [...MARKUP_FILES, "**/*.{js,mjs,css}"] },
  options: ["ignore_rules", "max_bundle_kb"],
  isIncremental: true,
  importance: { generic: "recommended", documentation: "optional", nodejs_cli: "off", shell_automation: "off" },
};
