import { SITE_FILES } from "../../markdown/site-files.ts";
import type { StepDefinition } from "../../step-definition.ts";

/** What documents say twice, too late or at too great length. */
export const documentationOptimization: StepDefinition = {
  id: "documentation_optimization",
  title: "Duplicated, outdated, oversized and unlinked documents",
  defaults: {
    stage: "core_validation",
    inputs: ["**/*.{md,markdown,mdown,mkd}", "package.json", ...SITE_FILES],
    // A date that is still to come today has passed next week.
    expires: "168h",
  },
  options: ["max_tokens", "min_duplicate_words"],
  isIncremental: false,
  importance: { generic: "recommended" },
};
