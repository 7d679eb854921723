import type { LibraryPipeline, LibraryStep } from "@ai-workflow/engine";

/** What needs no more than a look at files. */
const CORE = "core_validation";
/** What runs, builds, compares and asks. It does so whatever the first stage found: a dead link is no reason not to test. */
const EXTENDED = "extended_validation";
/** What tells of all that, whatever came of it. */
const SUMMARY = "summary";
/** What changes the repository; a person starts it. */
const FINALISATION = "finalisation";

const STAGES: LibraryPipeline["stages"] = [
  { id: CORE },
  { id: EXTENDED, trigger: "auto" },
  { id: SUMMARY, trigger: "auto" },
  { id: FINALISATION, trigger: "manual" },
];

/** Pipelines that are a part of the standard one, by the ids of their steps. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "docs-only": [
    "analyze",
    "config_validation",
    "script_references",
    "directory_structure",
    "secrets",
    "markdown_lint",
    "consistency",
    "documentation_updates",
    "documentation_optimization",
    "context_analysis",
  ],
  "pre-commit": ["config_validation", "script_references", "secrets", "markdown_lint", "git_status_check"],
  ci: [
    "analyze",
    "config_validation",
    "script_references",
    "directory_structure",
    "secrets",
    "markdown_lint",
    "consistency",
    "documentation_updates",
    "api_coverage",
    "documentation_optimization",
    "test_planning",
    "dependencies",
    "code_quality",
    "test_execution",
    "integration",
    "code_review",
    "frontend_analysis",
    "ux_analysis",
    "prompt_engineering",
    "context_analysis",
  ],
};

/** Each step tells of something else, so all of them tell; what needs a step that failed does not start. */
const ON_FAILURE = "dependencies-successful";

/** The pipelines by name, of the steps that are there. */
export function createPipelines(steps: readonly Pick<LibraryStep, "id">[]): Readonly<Record<string, LibraryPipeline>> {
  const all = steps.map(({ id }) => id);
  const parts = Object.entries(PARTS).map(([name, ids]) => [
    name,
    { steps: all.filter((id) => ids.includes(id)), stages: STAGES, onFailure: ON_FAILURE },
  ]);
  return { standard: { steps: all, stages: STAGES, onFailure: ON_FAILURE }, ...Object.fromEntries(parts) };
}
