import type { ChangeRecord, Finding, StepOutcome } from "@ai-workflow/profiler";
import type { SpanWriter } from "@ai-workflow/profiler/child-spans";
import type { AskModel } from "./module-question.ts";

/** What changed since the base, or why nobody knows. */
export type ModuleChanges =
  | {
      readonly known: true;
      /** Ref that was compared with; `oid` is `null` where there is no commit yet. */
      readonly base: { readonly ref: string; readonly oid: string | null };
      readonly list: readonly ChangeRecord[];
    }
  | {
      readonly known: false;
      readonly message: string;
      /** Whether that is so because there is no repository of git. @defaultValue `false` */
      readonly isOutsideOfGit?: boolean | undefined;
    };

/** What came of a step. */
export interface EarlierResult {
  readonly step: string;
  readonly outcome: StepOutcome;
  readonly message: string;
  readonly findings: readonly Finding[];
}

/** What the default export of a module step receives. */
export interface ModuleStepContext {
  /** Id of the step. */
  readonly step: string;
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** The step's input files relative to `directory`; empty where they could not be listed. */
  readonly files: readonly string[];
  /**
   * Those of `files` that it has not passed on with their present content, for a built-in step that judges one file after another; for any
   * other step all of them.
   */
  readonly dueFiles: readonly string[];
  /** What changed since the base. It is no part of the step's fingerprint. */
  readonly changes: ModuleChanges;
  /** What came of the steps that it needs, directly or not. It is no part of its fingerprint either. */
  readonly results: readonly EarlierResult[];
  /** The unit that the step is done for, with its folder relative to `directory`; only with `for_each: unit`. */
  readonly unit?: { readonly name: string; readonly directory: string } | undefined;
  /** `with` of the configuration. */
  readonly with: Readonly<Record<string, unknown>>;
  /** Opens spans within the step, which profiles and traces then show. */
  readonly spans: SpanWriter;
  /**
   * Asks the model of the configuration with one of the prompts that `asks` of the step names, within the run's budget, cache and rules on
   * what may leave the machine. A step that did not get the answer it asked for does not pass, unless no model is configured.
   */
  readonly ask: AskModel;
}

/** What it may return; nothing at all means that it passed. */
export interface ModuleStepResult {
  /** Default: `passed`. With a finding that is an error, `passed` becomes `failed`. */
  readonly outcome?: "passed" | "failed" | "inconclusive" | undefined;
  readonly message?: string | undefined;
  readonly findings?: readonly Finding[] | undefined;
  /**
   * It passes for now: something that is no input of it, such as a tool that is not installed, may let it see more another time. Such a pass is
   * not kept, so that the step runs again. Default: `false`.
   */
  readonly provisional?: boolean | undefined;
}

/** The function that a module step exports as its default. */
export type ModuleStep = (
  context: ModuleStepContext,
) => ModuleStepResult | undefined | void | Promise<ModuleStepResult | undefined | void>;
