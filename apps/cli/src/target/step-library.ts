import { fileURLToPath } from "node:url";
import type { StepLibrarySource } from "@ai-workflow/engine";

/** Set when the program is bundled: tells the steps in it from those of any other. */
declare const AI_WORKFLOW_STEPS: string;

/** The built-in steps, whose modules are files of the bundle. */
export function stepLibrary(): StepLibrarySource {
  const folder = new URL("./steps/", import.meta.url);
  return {
    identity: `${AI_WORKFLOW_STEPS} ${folder.href}`,
    load: async () => {
      const { createStepLibrary } = await import("@ai-workflow/steps");
      const moduleOf = (id: string): string => fileURLToPath(new URL(`${id}.mjs`, folder));
      return createStepLibrary({ version: AI_WORKFLOW_STEPS, moduleOf });
    },
  };
}
