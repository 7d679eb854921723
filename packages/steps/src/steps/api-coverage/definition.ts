import type { StepDefinition } from "../../step-definition.ts";

/** Documentation of what packages export. */
export const apiCoverage: StepDefinition = {
  id: "api_coverage",
  title: "Public names without documentation",
  // The trend is against the base, which is no content of files.
  defaults: {
    stage: "extended_validation",
    inputs: [
      "**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx,py,go,rs}",
      "**/package.json",
      "**/tsconfig*.json",
      "**/{Cargo,pyproject}.toml",
    ],
    cache: false,
  },
  options: ["min_percent", "max_per_file"],
  isIncremental: false,
  importance: {
    generic: "optional",
    nodejs_library: "recommended",
    documentation: "off",
  },
};
