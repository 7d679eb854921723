export { choosing, describeRepository, type InitFacts } from "./init/describe-repository.ts";
export type { KindGuess } from "./init/guess-kind.ts";
export { renderConfig } from "./init/render-config.ts";
export { INIT_TEMPLATES, pipelineOf, type InitTemplate } from "./init/templates.ts";
