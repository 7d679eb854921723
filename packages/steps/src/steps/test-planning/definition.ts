import type { StepDefinition } from "../../step-definition.ts";

/** Looks at tests without running them. */
export const testPlanning: StepDefinition = {
  id: "test_planning",
  title: "Tests that prove nothing, and code without tests",
  defaults: {
    stage: "core_validation",
    when: { changed: ["code", "tests"] },
    inputs: ["**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx,py,go,java,kt,rb,php,rs,cs}"],
    // What is changed counts, which no content of files tells.
    cache: false,
  },
  options: ["all", "untested", "max_per_file"],
  isIncremental: false,
  importance: { generic: "recommended", documentation: "off", static_website: "optional" },
};
