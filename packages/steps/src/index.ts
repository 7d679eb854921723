export { createStepLibrary, type StepLibraryOptions } from "./create-step-library.ts";
export type { StepDefinition } from "./step-definition.ts";
