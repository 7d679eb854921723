import type { StepDefinition } from "../../step-definition.ts";

/** Commits what is there, as told. */
export const gitFinalization: StepDefinition = {
  id: "git_finalization",
  title: "Commit, tag and push, each only where it is switched on",
  defaults: {
    stage: "finalisation",
    needs: ["secrets", "git_status_check", "context_analysis", "deployment_gate", "version_update"],
    when: { always: true },
    // What git says of the index is no content of files.
    cache: false,
    asks: ["commit_message"],
  },
  options: ["commit", "include", "message", "by_model", "tag", "push"],
  isIncremental: false,
  importance: { generic: "recommended" },
};
