import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { StepLibrary } from "@ai-workflow/engine";
import { createPipelines } from "./pipelines.ts";
import { STEP_DEFINITIONS } from "./step-definitions.ts";
import { STEP_NAMES } from "./step-names.ts";

/** Options of {@link createStepLibrary}. */
export interface StepLibraryOptions {
  /**
   * Tells the steps from those of another release, whose results may be others.
   * @defaultValue the version of this package
   */
  readonly version?: string | undefined;
  /**
   * Absolute path of the module of a step; a program that bundles its own copies says where they are.
   * @defaultValue the one of this package
   */
  readonly moduleOf?: ((id: string) => string) | undefined;
}

/** The built-in steps and their pipelines, for `library` of the engine's `readConfig`. */
export function createStepLibrary({
  version = versionOfPackage(),
  moduleOf = moduleOfPackage,
}: StepLibraryOptions = {}): StepLibrary {
  const steps = STEP_DEFINITIONS.map((step) => ({
    ...step,
    aliases: STEP_NAMES[step.id] ?? [],
    module: moduleOf(step.id),
  }));
  return { version, steps, pipelines: createPipelines(steps) };
}

function versionOfPackage(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function moduleOfPackage(id: string): string {
  return fileURLToPath(new URL(`./steps/${id.replaceAll("_", "-")}/step.js`, import.meta.url));
}
