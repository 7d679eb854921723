import type { StepDefinition } from "../../step-definition.ts";

/** Secrets in files. */
export const secrets: StepDefinition = {
  id: "secrets",
  title: "Keys, tokens and passwords in files",
  defaults: { stage: "core_validation", inputs: ["**"] },
  options: ["allow", "max_per_file"],
  isIncremental: true,
  importance: { generic: "required" },
};
