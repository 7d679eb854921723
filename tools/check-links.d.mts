import type { ModuleStepContext, ModuleStepResult } from "./module-step.mjs";

export default function checkLinks(context: ModuleStepContext): Promise<ModuleStepResult>;
