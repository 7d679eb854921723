import type { ModuleStepContext, ModuleStepResult } from "./module-step.mjs";

export default function checkPackages(context: ModuleStepContext): Promise<ModuleStepResult>;
