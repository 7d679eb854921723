import type { StepDefinition } from "../../step-definition.ts";

/** Documents in Markdown by the rules of the repository. */
export const markdownLint: StepDefinition = {
  id: "markdown_lint",
  title: "Markdown by the repository's own rules, or by those that every document should keep",
  defaults: {
    stage: "core_validation",
    inputs: [
      "**/*.{md,markdown,mdown,mkd}",
      // Whichever form the configuration has, with rules and parts of it in files beside it.
      "**/.markdownlint*",
      "**/*markdownlint*.{json,jsonc,yaml,yml,toml,cjs,mjs,js}",
      "**/.markdown-lint.{json,jsonc,yaml,yml}",
      "**/.markdownlint*/**",
      // Which version of the linter and of rules is installed.
      "{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,bun.lock,bun.lockb}",
      // What says whether and how the repository runs the linter itself.
      "package.json",
      ".pre-commit-config.yaml",
      ".github/workflows/*.{yml,yaml}",
      ".gitlab-ci.yml",
      "lefthook.yml",
    ],
  },
  options: ["fix", "config"],
  writesWith: { fix: ["**/*.{md,markdown,mdown,mkd}"] },
  isIncremental: true,
  importance: { generic: "recommended", documentation: "required" },
};
