import type { StepDefinition } from "../../step-definition.ts";

/** Runs the tests of the repository. */
export const testExecution: StepDefinition = {
  id: "test_execution",
  title: "The repository's tests",
  defaults: {
    stage: "extended_validation",
    when: { changed: ["code", "tests", "config", "dependencies", "assets", "other"] },
  },
  options: ["commands", "shard", "durations", "reports", "timeout_minutes", "allow_empty", "max_findings"],
  testCommandsOption: "commands",
  isIncremental: false,
  importance: { generic: "recommended", documentation: "off", static_website: "optional" },
};
