import type { StepDefinition } from "../../step-definition.ts";

/** What documents say and what is there. */
export const consistency: StepDefinition = {
  id: "consistency",
  title: "Links, versions, names and code samples of documents agree with the repository",
  // A link may lead to any file, so that every file is an input.
  defaults: { stage: "core_validation", expires: "168h" },
  options: ["external", "external_timeout_seconds", "external_ignore"],
  isIncremental: false,
  importance: { generic: "recommended", documentation: "required" },
};
