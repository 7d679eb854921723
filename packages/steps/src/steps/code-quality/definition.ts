import type { StepDefinition } from "../../step-definition.ts";

const CODE =
  "js,cjs,mjs,jsx,ts,cts,mts,tsx,vue,svelte,py,pyi,go,rs,java,kt,c,h,cc,cpp,hpp,rb,php,sh,bash,css,json,jsonc,toml,yaml,yml,neon,cfg,ini";

/** Linters, type checkers, and what can be known without. */
export const codeQuality: StepDefinition = {
  id: "code_quality",
  title: "The repository's own linters and type checkers; complexity and duplication where there are none",
  defaults: {
    stage: "extended_validation",
    inputs: [
      `**/*.{${CODE}}`,
      "**/.{eslintrc,eslintignore,flake8,rubocop,golangci,shellcheckrc}*",
      "**/{Cargo.lock,go.mod,go.sum,yarn.lock}",
    ],
  },
  options: ["tools", "max_complexity", "max_cognitive", "min_duplicate_tokens", "max_per_tool", "tool_timeout_seconds"],
  isIncremental: false,
  importance: { generic: "recommended", documentation: "off" },
};
