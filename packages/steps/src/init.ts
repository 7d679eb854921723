export { choosing, describeRepository, type InitFacts } from "./init/describe-repository.ts";
export type { KindGuess } from "./init/guess-kind.ts";
export { HOOKS, type HookName } from "./init/hooks/hook-script.ts";
export type { HookInstallation } from "./init/hooks/install-hook.ts";
export { installHooks, removeHooks, type HooksRefused, type HooksReport } from "./init/hooks/manage-hooks.ts";
export type { HookRemoval } from "./init/hooks/remove-hook.ts";
export { renderConfig } from "./init/render-config.ts";
export { INIT_TEMPLATES, pipelineOf, type InitTemplate } from "./init/templates.ts";
