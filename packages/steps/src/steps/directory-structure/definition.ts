import type { StepDefinition } from "../../step-definition.ts";

/** The files of the repository as they lie there, and the layouts that documents show of them. */
export const directoryStructure: StepDefinition = {
  id: "directory_structure",
  title: "Files are where documents say, and none is there by mistake",
  // Names and sizes of all files count.
  defaults: { stage: "core_validation", inputs: ["**"] },
  options: ["max_file_mb", "allow"],
  isIncremental: false,
  importance: { generic: "recommended", shell_automation: "required" },
};
