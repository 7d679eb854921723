import type { InitFacts } from "./describe-repository.ts";
import { pipelineOf, type InitTemplate } from "./templates.ts";

/** Tells editors which keys there are. */
const SCHEMA = "https://raw.githubusercontent.com/ai-workflow/ai-workflow/main/packages/engine/config.schema.json";
const PAGE = "https://github.com/ai-workflow/ai-workflow/blob/main/docs/configuration.md";

const WHAT: Readonly<Record<InitTemplate, string>> = {
  full: "All built-in steps, in stages of which a person starts the last, which changes the repository.",
  "docs-only": "The built-in steps that look at documents.",
  "pre-commit": "The built-in steps that are quick enough before every commit.",
  ci: "The built-in steps that look and run, and change nothing.",
};

/** The text of a new `.workflow-config.yaml`. Pure. */
export function renderConfig(facts: InitFacts, template: InitTemplate): string {
  const { kind, units, workspaces, ci } = facts;
  const found = [
    ...(units === 0 ? [] : [`${units} ${units === 1 ? "unit" : "units"}${namesOf(workspaces)}`]),
    ...(ci.length === 0 ? [] : [ci.join(", ")]),
  ];
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA}`,
    `# Every key: ${PAGE}`,
    ...(found.length === 0 ? [] : [`# Found: ${found.join("; ")}.`]),
    "",
    `# Decides which steps are part of the pipeline. Why this one: ${kind.why}.`,
    "project:",
    `  kind: ${kind.kind}`,
    "",
    `# ${WHAT[template]} \`ai-workflow run --dry-run\` lists them.`,
    `pipeline: ${pipelineOf(template)}`,
    "",
    "# What is different about a step, and steps of your own:",
    "# steps:",
    "#   git_status_check: { with: { max_file_mb: 20 } }",
    "#   markdown_lint: off",
    ...(units === 0
      ? ['#   licences: { run: "./check-licences.sh" }']
      : ['#   licences: { for_each: unit, run: "./check-licences.sh" }']),
  ];
  return `${lines.join("\n")}\n`;
}

function namesOf(workspaces: readonly string[]): string {
  return workspaces.length === 0 ? "" : ` (${workspaces.join(", ")})`;
}
