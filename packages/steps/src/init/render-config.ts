import type { InitFacts } from "./describe-repository.ts";
import type { ProjectFacts } from "../project/project-facts.ts";
import { pipelineOf, type InitTemplate } from "./templates.ts";

const MAX_LANGUAGES = 4;
const MAX_COMMANDS = 8;

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
  const { kind, project, units, workspaces, ci } = facts;
  const managers = new Set(project.packageManagers.map(({ name }) => name).filter((name) => /^[\w.-]+$/.test(name)));
  const found = [
    ...(project.languages.length === 0 ? [] : [namesOfLanguages(project)]),
    ...(managers.size === 0 ? [] : [[...managers].join(", ")]),
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
    ...commandLines(project),
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

function namesOfLanguages({ languages }: ProjectFacts): string {
  const names = languages.slice(0, MAX_LANGUAGES).map(({ language }) => language);
  return `${names.join(", ")}${languages.length > MAX_LANGUAGES ? " and others" : ""}`;
}

/** What the repository names itself, for whoever wants it otherwise. */
function commandLines({ commands }: ProjectFacts): readonly string[] {
  if (commands.length === 0) return [];
  const shown = commands.slice(0, MAX_COMMANDS).map(({ purpose, directory, command }) => {
    const place = directory === "" ? "" : ` (in ${quote(directory)})`;
    return `#   ${purpose}: ${quote(command)}${place}`;
  });
  const more = commands.length - shown.length;
  return [
    "# Commands that were found; `test_commands: { <name>: <command> }` says with what to test instead.",
    ...shown,
    ...(more === 0 ? [] : [`#   and ${more} more`]),
    "",
  ];
}

/** In quotes as JSON and YAML have them, in characters that are no danger anywhere. */
function quote(text: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[^ -~]/g, escaped);
}

function namesOf(workspaces: readonly string[]): string {
  return workspaces.length === 0 ? "" : ` (${workspaces.join(", ")})`;
}
