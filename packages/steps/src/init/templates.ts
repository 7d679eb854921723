/** The pipeline that each template of a new configuration names. */
const PIPELINES = {
  full: "standard",
  "docs-only": "docs-only",
  "pre-commit": "pre-commit",
  ci: "ci",
} as const;

/** Name of a template of `ai-workflow init`. */
export type InitTemplate = keyof typeof PIPELINES;

/** Templates of a new configuration, the usual one first. */
export const INIT_TEMPLATES: readonly InitTemplate[] = ["full", "docs-only", "pre-commit", "ci"];

/** Name of the built-in pipeline that a template uses. */
export function pipelineOf(template: InitTemplate): string {
  return PIPELINES[template];
}
