import type { StepDefinition } from "../../step-definition.ts";

/** Tests that a model proposes. */
export const testGeneration: StepDefinition = {
  id: "test_generation",
  title: "Tests for the changed code, proposed by a model and run before they are offered",
  defaults: {
    stage: "extended_validation",
    needs: ["test_planning"],
    when: { changed: ["code"] },
    asks: ["test_generation"],
  },
  options: ["apply", "max_files", "commands"],
  writesWith: {
    apply: ["**/*{test,spec,Test,Spec}*", "**/{test,tests,spec,__tests__}/**"],
  },
  testCommandsOption: "commands",
  isIncremental: false,
  needsModel: true,
  // What a model writes is run on this machine: somebody has to want that.
  importance: { generic: "optional" },
};
