import type { StepDefinition } from "../../step-definition.ts";

/** Summary of the change and facts of the project, for people and for the steps behind it. */
export const analyze: StepDefinition = {
  id: "analyze",
  title: "Summary of the change and of the project",
  // What is compared with is no content of files.
  defaults: { stage: "core_validation", when: { always: true }, cache: false },
  options: ["large_change_lines"],
  isIncremental: false,
  importance: { generic: "required" },
};
