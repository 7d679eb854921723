export { choosing, describeRepository, type InitFacts } from "./init/describe-repository.ts";
export type { KindGuess } from "./init/guess-kind.ts";
export { findPlace, type Place } from "./init/find-place.ts";
export { HOOKS, type HookName } from "./init/hooks/hook-script.ts";
export type { HookInstallation } from "./init/hooks/install-hook.ts";
export {
  installHooks,
  planHooks,
  removeHooks,
  type HooksPlan,
  type HooksRefused,
  type HooksReport,
} from "./init/hooks/manage-hooks.ts";
export type { HookRemoval } from "./init/hooks/remove-hook.ts";
export { renderConfig } from "./init/render-config.ts";
export { GITHUB_WORKFLOW_FILE, renderGithubWorkflow } from "./init/render-github-workflow.ts";
export { INIT_TEMPLATES, pipelineOf, type InitTemplate } from "./init/templates.ts";
