import type { StepDefinition } from "../../step-definition.ts";

/** State of the work tree and the branch. */
export const gitStatusCheck: StepDefinition = {
  id: "git_status_check",
  title: "State of the work tree and branch",
  // What git says of branches is no content of files, so that no earlier result can stand for it.
  defaults: { stage: "core_validation", when: { always: true }, cache: false },
  options: ["require_clean", "require_synced", "max_file_mb"],
  isIncremental: false,
  importance: { generic: "recommended" },
};
