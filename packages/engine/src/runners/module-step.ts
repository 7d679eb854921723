import type { Finding } from "@ai-workflow/profiler";
import type { SpanWriter } from "@ai-workflow/profiler/child-spans";

/** What the default export of a module step receives. */
export interface ModuleStepContext {
  /** Id of the step. */
  readonly step: string;
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** The step's input files relative to `directory`; empty where they could not be listed. */
  readonly files: readonly string[];
  /** The unit that the step is done for, with its folder relative to `directory`; only with `for_each: unit`. */
  readonly unit?: { readonly name: string; readonly directory: string } | undefined;
  /** `with` of the configuration. */
  readonly with: Readonly<Record<string, unknown>>;
  /** Opens spans within the step, which profiles and traces then show. */
  readonly spans: SpanWriter;
}

/** What it may return; nothing at all means that it passed. */
export interface ModuleStepResult {
  /** Default: `passed`. With a finding that is an error, `passed` becomes `failed`. */
  readonly outcome?: "passed" | "failed" | "inconclusive" | undefined;
  readonly message?: string | undefined;
  readonly findings?: readonly Finding[] | undefined;
}

/** The function that a module step exports as its default. */
export type ModuleStep = (
  context: ModuleStepContext,
) => ModuleStepResult | undefined | void | Promise<ModuleStepResult | undefined | void>;
