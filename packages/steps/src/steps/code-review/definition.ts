import type { StepDefinition } from "../../step-definition.ts";

/** A model's review of the change. */
export const codeReview: StepDefinition = {
  id: "code_review",
  title: "Review of the change by a model, whose findings are verified",
  defaults: {
    stage: "extended_validation",
    needs: ["config_validation", "secrets", "test_execution"],
    when: { changed: ["code", "tests", "config", "ci"] },
    asks: ["code_review"],
  },
  options: ["fail_on", "min_confidence", "max_findings", "persona"],
  isIncremental: false,
  needsModel: true,
  importance: { generic: "recommended", documentation: "off" },
};
