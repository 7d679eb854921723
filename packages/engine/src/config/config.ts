/** Category of a changed file that a trigger may name. */
export type TriggerCategory = "docs" | "code" | "tests" | "config" | "ci" | "dependencies" | "assets" | "other";

/** `when` of a step: what makes it relevant. */
export interface TriggerConfig {
  readonly changed?: readonly TriggerCategory[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly always?: boolean | undefined;
}

interface CommonStepConfig {
  readonly needs?: readonly string[] | undefined;
  readonly uses?: readonly string[] | undefined;
  readonly when?: TriggerConfig | undefined;
  readonly inputs?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly timeout?: string | undefined;
  readonly retries?: number | undefined;
  readonly stage?: string | undefined;
  readonly cache?: boolean | undefined;
  readonly demand?: Readonly<Record<string, number>> | undefined;
  readonly exclusive?: string | undefined;
}

/** A step that runs a shell command. */
export interface ShellStepConfig extends CommonStepConfig {
  readonly run: string;
  readonly directory?: string | undefined;
}

/** A step that calls the default export of a JavaScript module. */
export interface ModuleStepConfig extends CommonStepConfig {
  readonly module: string;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
}

/** A step as written in the configuration file. */
export type StepConfig = ShellStepConfig | ModuleStepConfig;

/** A stage as written in the configuration file. */
export interface StageConfig {
  readonly id: string;
  readonly trigger?: "on_success" | "manual" | undefined;
  readonly fail_fast?: boolean | undefined;
  readonly minimum_severity?: "error" | "warning" | "info" | undefined;
}

/** `optimizations` of the configuration file. */
export interface OptimizationsConfig {
  readonly smart_execution?: boolean | undefined;
  readonly parallel_execution?: boolean | undefined;
  readonly multi_stage?: boolean | undefined;
  readonly performance?:
    | {
        readonly max_parallel_jobs?: number | undefined;
        readonly step_timeout_minutes?: number | undefined;
        readonly max_memory_mb?: number | undefined;
      }
    | undefined;
  readonly skip_rules?: readonly { readonly pattern: string; readonly steps: readonly string[] }[] | undefined;
}

/** A rule for what files are for, as written in the configuration file. */
export interface CategoryRuleConfig {
  readonly category: TriggerCategory;
  readonly paths: readonly string[];
}

/** The configuration file as written. */
export interface Config {
  readonly project?: { readonly name?: string | undefined } | undefined;
  readonly base?: { readonly ref?: string | undefined; readonly assume_green?: boolean | undefined } | undefined;
  readonly optimizations?: OptimizationsConfig | undefined;
  readonly skip_on_doc_only?: readonly string[] | undefined;
  readonly categories?: readonly CategoryRuleConfig[] | undefined;
  readonly stages?: readonly StageConfig[] | undefined;
  readonly steps: Readonly<Record<string, StepConfig>>;
}

/** Name of the configuration file. */
export const CONFIG_FILE_NAME = ".workflow-config.yaml";

/** Name of the folder that holds all state, beside the configuration file. */
export const STATE_FOLDER_NAME = ".workflow";
