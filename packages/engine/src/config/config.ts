import type {
  AlertScope,
  ChatChannel,
  DegradationRule,
  EmailChannel,
  JobSummaryChannel,
  SlowRunRule,
  WebhookChannel,
} from "@ai-workflow/alerts";

/** What changed files are for, as far as a configuration may name it. */
export const CATEGORIES = ["docs", "code", "tests", "config", "ci", "dependencies", "assets", "other"] as const;

/** Category of a changed file that a trigger may name. */
export type TriggerCategory = (typeof CATEGORIES)[number];

/** What a project can be, which decides on steps that are not for every kind. */
export const PROJECT_KINDS = [
  "documentation",
  "nodejs_library",
  "nodejs_cli",
  "nodejs_api",
  "react_spa",
  "static_website",
  "python_app",
  "shell_automation",
  "generic",
] as const;

/** What a project is. */
export type ProjectKind = (typeof PROJECT_KINDS)[number];

/** `when` of a step: what makes it relevant. */
export interface TriggerConfig {
  readonly changed?: readonly TriggerCategory[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly always?: boolean | undefined;
}

/** `retries` of a step, where not every failure is worth another attempt or the pauses matter. */
export interface RetriesConfig {
  readonly attempts: number;
  readonly on_exit_codes?: readonly number[] | undefined;
  readonly delay?: string | undefined;
}

interface CommonStepConfig {
  readonly needs?: readonly string[] | undefined;
  readonly uses?: readonly string[] | undefined;
  readonly when?: TriggerConfig | undefined;
  readonly inputs?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly timeout?: string | undefined;
  readonly retries?: number | RetriesConfig | undefined;
  readonly stage?: string | undefined;
  readonly cache?: boolean | undefined;
  readonly expires?: string | undefined;
  readonly demand?: Readonly<Record<string, number>> | undefined;
  readonly exclusive?: string | undefined;
  readonly kinds?: readonly ProjectKind[] | undefined;
  readonly for_each?: "unit" | undefined;
  readonly units?: readonly string[] | undefined;
}

/** A step that runs a shell command. */
export interface ShellStepConfig extends CommonStepConfig {
  readonly writes?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly run: string;
  readonly directory?: string | undefined;
}

/** A step that runs a script of a `package.json`. */
export interface ScriptStepConfig extends CommonStepConfig {
  readonly writes?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly script: string;
  readonly args?: readonly string[] | undefined;
  readonly directory?: string | undefined;
}

/** A step that calls the default export of a JavaScript module. */
export interface ModuleStepConfig extends CommonStepConfig {
  readonly writes?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly module: string;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
  readonly asks?: readonly string[] | undefined;
}

/** How grave a finding of a model is. */
export type AiSeverity = "critical" | "high" | "medium" | "low" | "info";

/** `ai` of a step: what a model is asked. */
export interface AiTaskConfig {
  readonly prompt: string;
  readonly persona?: string | undefined;
  readonly files?: "changed" | "all" | undefined;
  readonly fail_on?: AiSeverity | undefined;
  readonly min_confidence?: number | undefined;
  readonly max_findings?: number | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** A step that asks a model about files. */
export interface AiStepConfig extends CommonStepConfig {
  readonly ai: AiTaskConfig;
}

/** A step that the program brings, and what is different about it here. */
export interface BuiltinStepConfig extends CommonStepConfig {
  readonly writes?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  /** Its id or another of its names; default: the name of the step. */
  readonly builtin?: string | undefined;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
}

/** A step that says itself what it does. */
export type OwnStepConfig = ShellStepConfig | ScriptStepConfig | ModuleStepConfig | AiStepConfig;

/** A step as written in the configuration file. */
export type StepConfig = OwnStepConfig | BuiltinStepConfig;

/** A step that the program brings, with everything filled in that it says of itself. */
export interface ResolvedBuiltinConfig extends ModuleStepConfig {
  readonly builtin: {
    readonly id: string;
    /** Of the library that it comes from. */
    readonly version: string;
    readonly isIncremental: boolean;
    /** Whether it also starts after needs that failed or did not start. */
    readonly comesAfterFailures: boolean;
    readonly needsModel: boolean;
    readonly hasOwnInputs: boolean;
  };
}

/** A step of which it is known what it does. */
export type ResolvedStepConfig = OwnStepConfig | ResolvedBuiltinConfig;

/** `ai` of the configuration file: which model is asked, and what that may cost. */
export interface AiConfig {
  readonly provider?: "openai-compatible" | "anthropic" | "google" | "exec" | "none" | undefined;
  readonly model?: string | undefined;
  readonly base_url?: string | undefined;
  readonly api_key_env?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly envelope?: "ai-workflow" | "claude" | "gemini" | "codex" | "copilot" | "text" | undefined;
  readonly max_tokens?: number | undefined;
  readonly max_input_tokens?: number | undefined;
  readonly batch_size?: number | undefined;
  readonly timeout?: string | undefined;
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly prompts?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly allow_forks?: boolean | undefined;
  readonly prices?: string | undefined;
  readonly budget?:
    | {
        readonly max_calls?: number | undefined;
        readonly max_input_tokens?: number | undefined;
        readonly max_output_tokens?: number | undefined;
        readonly max_cost_usd?: number | undefined;
        readonly max_minutes?: number | undefined;
      }
    | undefined;
}

/** A stage as written in the configuration file. */
export interface StageConfig {
  readonly id: string;
  /** `on_success`, `manual`, `auto`, or an expression as pipeline-stages reads it. */
  readonly trigger?: string | undefined;
  readonly fail_fast?: boolean | undefined;
  readonly minimum_severity?: "error" | "warning" | "info" | undefined;
  readonly time_limit?: string | undefined;
}

/** What goes on after a step failed: nothing new, what does not need it, or everything. */
export type FailurePolicy = "never" | "dependencies-successful" | "always";

/** What the order of steps is for: that a run is over early, or that a failing one is known early. */
export type Objective = "makespan" | "first-failure";

/** `optimizations` of the configuration file. */
export interface OptimizationsConfig {
  readonly smart_execution?: boolean | undefined;
  readonly parallel_execution?: boolean | undefined;
  readonly multi_stage?: boolean | undefined;
  readonly ml_optimize?: boolean | undefined;
  readonly objective?: Objective | undefined;
  readonly speculation?: boolean | undefined;
  readonly shadow_rate?: number | undefined;
  readonly ai_cache?:
    | {
        readonly enabled?: boolean | undefined;
        readonly ttl_hours?: number | undefined;
        readonly max_size_mb?: number | undefined;
      }
    | undefined;
  readonly performance?:
    | {
        readonly max_parallel_jobs?: number | undefined;
        readonly step_timeout_minutes?: number | undefined;
        readonly max_memory_mb?: number | undefined;
      }
    | undefined;
  readonly skip_rules?: readonly { readonly pattern: string; readonly steps: readonly string[] }[] | undefined;
}

/** Whose durations a rule for alerts looks at: the whole run, every step, both, or the steps that are named. */
export type AlertScopeConfig = Extract<AlertScope, string> | readonly string[];

interface CommonAlertRuleConfig {
  readonly id?: string | undefined;
  readonly scope?: AlertScopeConfig | undefined;
  readonly cooldown_minutes?: number | undefined;
  readonly resolve_after?: number | undefined;
}

/** An alert when something takes longer than a number of seconds. */
export interface SlowRunRuleConfig extends CommonAlertRuleConfig {
  readonly kind: SlowRunRule["kind"];
  readonly threshold_seconds: number;
}

/** An alert when something has become slower than it was. */
export interface DegradationRuleConfig extends CommonAlertRuleConfig {
  readonly kind: DegradationRule["kind"];
  readonly window?: number | undefined;
  readonly threshold_percent?: number | undefined;
}

/** When somebody is to hear of a run. */
export type AlertRuleConfig = SlowRunRuleConfig | DegradationRuleConfig;

/** A webhook of a chat program. */
export interface ChatChannelConfig extends Omit<ChatChannel, "urlVariable"> {
  readonly url_env: string;
}

/** A signed webhook. */
export interface WebhookChannelConfig extends Omit<WebhookChannel, "urlVariable" | "secretVariable"> {
  readonly url_env: string;
  readonly secret_env: string;
}

/** Mail by SMTP. */
export interface EmailChannelConfig extends Omit<EmailChannel, "userVariable" | "passwordVariable"> {
  readonly user_env?: string | undefined;
  readonly password_env?: string | undefined;
}

/** The summary of a job of GitHub Actions. */
export type JobSummaryChannelConfig = JobSummaryChannel;

/** Where alerts go. */
export type AlertChannelConfig =
  | ChatChannelConfig
  | WebhookChannelConfig
  | EmailChannelConfig
  | JobSummaryChannelConfig;

/** `alerts` of the configuration file: who hears of slow runs. */
export interface AlertsConfig {
  readonly rules: readonly AlertRuleConfig[];
  readonly channels?: readonly AlertChannelConfig[] | undefined;
  readonly fail?: boolean | undefined;
}

/** A rule for what files are for, as written in the configuration file. */
export interface CategoryRuleConfig {
  readonly category: TriggerCategory;
  readonly paths: readonly string[];
}

/** `retention` of the configuration file: what is kept of runs, and how much. */
export interface RetentionConfig {
  readonly runs?: number | undefined;
  readonly logs_mb?: number | undefined;
  readonly results?: number | undefined;
  readonly results_mb?: number | undefined;
  readonly max_age_days?: number | undefined;
  readonly history?: number | undefined;
}

/** The configuration file as written. */
export interface Config {
  readonly project?: { readonly name?: string | undefined; readonly kind?: ProjectKind | undefined } | undefined;
  readonly base?: { readonly ref?: string | undefined; readonly assume_green?: boolean | undefined } | undefined;
  readonly optimizations?: OptimizationsConfig | undefined;
  readonly skip_on_doc_only?: readonly string[] | undefined;
  /** Commands of the built-in step that runs tests, by names of one's own. */
  readonly test_commands?: Readonly<Record<string, string>> | undefined;
  readonly categories?: readonly CategoryRuleConfig[] | undefined;
  readonly units?: readonly string[] | undefined;
  readonly ai?: AiConfig | undefined;
  readonly alerts?: AlertsConfig | undefined;
  readonly keep_running?: readonly string[] | undefined;
  readonly retention?: RetentionConfig | undefined;
  readonly stages?: readonly StageConfig[] | undefined;
  /** Name of a pipeline that the program brings. */
  readonly pipeline?: string | undefined;
  readonly steps?: Readonly<Record<string, StepConfig | false | "off">> | undefined;
}

/** The configuration file with what the program brings. */
export interface ResolvedConfig extends Omit<Config, "pipeline" | "steps"> {
  readonly steps: Readonly<Record<string, ResolvedStepConfig>>;
}

/** Name of the configuration file. */
export const CONFIG_FILE_NAME = ".workflow-config.yaml";
