import type { StepDefinition } from "../../step-definition.ts";

/** Files of YAML, JSON and TOML can be read, and say what their readers take. */
export const configValidation: StepDefinition = {
  id: "config_validation",
  title: "Configuration files can be read and say what their readers take",
  defaults: {
    stage: "core_validation",
    inputs: [
      "**/*.{json,jsonc,json5,webmanifest,code-workspace,yml,yaml,toml}",
      "!**/{node_modules,vendor,third_party,third-party,bower_components,site-packages}/**",
    ],
  },
  options: ["max_file_kb"],
  isIncremental: true,
  importance: { generic: "required", documentation: "recommended", static_website: "recommended" },
};
