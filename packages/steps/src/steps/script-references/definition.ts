import type { StepDefinition } from "../../step-definition.ts";

/** Commands, scripts and paths that documents, manifests and workflows name are there. */
export const scriptReferences: StepDefinition = {
  id: "script_references",
  title: "Scripts and paths that documents, manifests and workflows name are there",
  // Whether what is named is there depends on all files.
  defaults: { stage: "core_validation", inputs: ["**"] },
  options: ["shellcheck", "allow"],
  isIncremental: false,
  importance: { generic: "recommended", shell_automation: "required", nodejs_library: "required" },
};
