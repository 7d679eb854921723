import type { StepDefinition } from "../../step-definition.ts";

/** Prompts and instructions for models that the repository holds. */
export const promptEngineering: StepDefinition = {
  id: "prompt_engineering",
  title: "Prompts: length, placeholders, untrusted text among instructions",
  defaults: {
    stage: "extended_validation",
    needs: ["config_validation"],
    inputs: [
      "**/*.{prompt,prompty}",
      "**/*.prompt.{md,txt,yaml,yml}",
      "**/{prompts,.ai-prompts}/**/*.{md,txt,yaml,yml,j2,jinja,jinja2,hbs,handlebars,mustache,liquid}",
      "**/{CLAUDE,AGENTS,GEMINI}.md",
      "**/.{claude,opencode}/{agent,agents,command,commands}/**/*.md",
      "**/SKILL.md",
      ".github/{copilot-instructions.md,{instructions,agents,chatmodes}/**/*.md}",
      "**/{.cursorrules,.windsurfrules,.cursor/rules/**/*.mdc}",
      // So that most repositories, which have none of these, have something that says so next time.
      ".workflow-config.yaml",
    ],
    asks: ["prompt_engineering"],
  },
  options: ["max_tokens", "min_confidence"],
  isIncremental: false,
  importance: { generic: "recommended" },
};
