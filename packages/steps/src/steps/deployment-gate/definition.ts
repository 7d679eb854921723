import type { StepDefinition } from "../../step-definition.ts";

/** Whether this very commit may be released. */
export const deploymentGate: StepDefinition = {
  id: "deployment_gate",
  title: "Whether this commit may be released",
  defaults: {
    stage: "finalisation",
    needs: ["test_execution"],
    when: { always: true },
    // Branches, tags and results are no content of files.
    cache: false,
  },
  options: ["synced", "changelog", "version", "tests", "commits", "commit"],
  isIncremental: false,
  importance: { generic: "recommended", documentation: "optional" },
};
