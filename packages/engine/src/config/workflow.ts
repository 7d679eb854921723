import type { AlertChannel, DegradationRule, SlowRunRule } from "@ai-workflow/alerts";
import type { CategoryRule } from "@ai-workflow/change-detection";
import type { Stage } from "@ai-workflow/pipeline-stages";
import type { LaidUnit, UnitLayout } from "../units/unit-layout.ts";
import type { AiConfig, AiSeverity, FailurePolicy, Objective, ProjectKind, TriggerCategory } from "./config.ts";

/** What a step asks a model. */
export interface AiAction {
  readonly kind: "ai";
  /** Name of the prompt template. */
  readonly prompt: string;
  /** Name of the persona; `undefined` leaves it to the template. */
  readonly persona: string | undefined;
  /** Which of its inputs it is about. */
  readonly files: "changed" | "all";
  /** Findings of at least this severity fail the step; `undefined`: none does. */
  readonly failOn: AiSeverity | undefined;
  /** Findings the model is less sure of are left out, from 0 to 1. */
  readonly minConfidence: number;
  /** Findings kept at most, the gravest first. */
  readonly maxFindings: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** The unit that a step is done for. */
export interface StepUnit extends LaidUnit {
  readonly layout: UnitLayout;
}

/** A step with every default filled in. */
export interface Step {
  readonly id: string;
  readonly action:
    | {
        readonly kind: "shell";
        readonly command: string;
        /**
         * For a command that is given only the files it has not passed on: whether what did not change since the base is taken as passed.
         */
        readonly changedFiles?: "unproved" | "since-base" | undefined;
      }
    | { readonly kind: "script"; readonly script: string; readonly args: readonly string[] }
    | {
        readonly kind: "module";
        /** Relative to the target; of a built-in step absolute. */
        readonly module: string;
        readonly with: Readonly<Record<string, unknown>>;
        /** Names of the prompt templates with which it may ask a model; `undefined`: it asks none. */
        readonly asks?: readonly string[] | undefined;
        /** What it is in the library, for a built-in step. */
        readonly builtin?:
          | {
              readonly id: string;
              readonly version: string;
              /** Whether it also starts after needs that failed or did not start. @defaultValue false */
              readonly comesAfterFailures?: boolean | undefined;
              /** Whether nothing of it can be done without a model. @defaultValue false */
              readonly needsModel?: boolean | undefined;
              /** Whether its inputs are those of the library, and not the configuration's. @defaultValue false */
              readonly hasOwnInputs?: boolean | undefined;
            }
          | undefined;
        /** As of a command: for one that judges one file after another. */
        readonly changedFiles?: "unproved" | "since-base" | undefined;
      }
    | AiAction;
  /** Steps it waits for, also those it uses. */
  readonly needs: readonly string[];
  /** Steps whose results on disk it reads. */
  readonly uses: readonly string[];
  readonly trigger: {
    readonly categories: ReadonlySet<TriggerCategory> | undefined;
    readonly paths: readonly string[] | undefined;
    readonly always: boolean;
  };
  /** Globs of the files the step reads; `undefined` means every file that git does not ignore. */
  readonly inputs: readonly string[] | undefined;
  /** Globs of the files the step leaves; empty where nothing is kept of them. They are no inputs of its own. */
  readonly outputs: readonly string[];
  /** Globs of the files the step edits. */
  readonly writes: readonly string[];
  readonly environment: readonly string[];
  /** Commands that tell the versions of what it works with; what they print counts for its result. */
  readonly tools: readonly string[];
  /** Working directory relative to the target, `""` for the target itself; a module always works in the target. */
  readonly directory: string;
  readonly timeoutMs: number;
  /** Further attempts after a failure. */
  readonly retries: number;
  /** Exit codes after which it is tried again; `undefined`: after any failure and time-out. */
  readonly retryOnExitCodes: readonly number[] | undefined;
  /** Pause before each retry in milliseconds; `undefined`: a second, and twice as long after each further one. */
  readonly retryDelayMs: number | undefined;
  readonly stage: string | undefined;
  readonly cache: boolean;
  /** How long a success may be replayed or prove a skip; `undefined`: as long as it is kept. */
  readonly expiresMs: number | undefined;
  readonly demand: Readonly<Record<string, number>>;
  readonly exclusive: string | undefined;
  /** Kinds of projects that it is for; `undefined` means all. */
  readonly kinds: ReadonlySet<ProjectKind> | undefined;
  /**
   * It stands for one step a unit: which units, as globs over folders and names, or all. Its globs and its directory are meant from the
   * folder of a unit, and a need that begins with `^` is one on the units that a unit needs. `undefined` once it has been expanded.
   */
  readonly forEach: "all" | readonly string[] | undefined;
  /** `undefined` for a step that is not done for a unit. */
  readonly unit: StepUnit | undefined;
}

/** A stage with every default filled in: one of pipeline-stages, whose steps may be none. */
export type WorkflowStage = Stage;

/** Which model is asked and within what limits, with every default filled in. */
export interface AiSettings {
  readonly provider: NonNullable<AiConfig["provider"]>;
  readonly model: string | undefined;
  readonly baseUrl: string | undefined;
  /** Environment variable that holds the key; `undefined` means the provider's usual one. */
  readonly apiKeyVariable: string | undefined;
  /** Program and arguments of the provider `exec`. */
  readonly command: readonly string[] | undefined;
  readonly envelope: NonNullable<AiConfig["envelope"]>;
  /** Tokens of one answer at most. */
  readonly maxOutputTokens: number | undefined;
  /** Tokens of one request at most; what is larger is asked in parts. */
  readonly maxInputTokens: number;
  /** Questions in one request at most. */
  readonly batchSize: number;
  /** Limit of one question with its retries. */
  readonly timeoutMs: number;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Folder with prompt templates and personas of the repository's own, relative to the target. */
  readonly prompts: string;
  /** Globs of files that are never sent, beside the built-in ones. */
  readonly exclude: readonly string[];
  readonly allowForks: boolean;
  /** File with prices of models, relative to the target. */
  readonly prices: string | undefined;
  readonly budget: {
    readonly maxCalls: number | undefined;
    readonly maxInputTokens: number | undefined;
    readonly maxOutputTokens: number | undefined;
    readonly maxCostUsd: number | undefined;
    readonly maxMinutes: number | undefined;
  };
  readonly cache: { readonly enabled: boolean; readonly ttlMs: number; readonly maxBytes: number };
}

/** Who hears of slow runs. What it leaves out has the defaults of the alerts package. */
export interface AlertSettings {
  /** Degradation is judged by a test that the engine adds. */
  readonly rules: readonly (SlowRunRule | Omit<DegradationRule, "test">)[];
  readonly channels: readonly AlertChannel[];
  /** Whether a run with an alert fails. */
  readonly fail: boolean;
}

/** What is kept of runs and results. */
export interface Retention {
  /** Runs whose records and logs are kept. */
  readonly runs: number;
  /** What the logs of all kept runs may take together; those of the last run stay in any case. */
  readonly maxLogBytes: number;
  /** Stored successes. */
  readonly results: number;
  /** What stored successes may take with their logs and outputs. */
  readonly maxResultBytes: number;
  /** Records, logs and stored successes that are older go; the last run stays in any case. */
  readonly maxAgeMs: number;
  /** Runs in the history. */
  readonly historyRuns: number;
}

/** The configuration as the engine works with it. */
export interface Workflow {
  readonly name: string;
  /** What the project is; `generic` where the configuration does not say. */
  readonly kind: ProjectKind;
  readonly steps: ReadonlyMap<string, Step>;
  /** Other names of steps, with their ids. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Built-in steps that this kind of project requires and the configuration switches off. */
  readonly switchedOff: readonly string[];
  readonly stages: readonly WorkflowStage[];
  readonly base: { readonly ref: string | undefined; readonly assumeGreen: boolean };
  readonly optimizations: {
    readonly smartExecution: boolean;
    readonly parallelExecution: boolean;
    readonly multiStage: boolean;
    readonly mlOptimize: boolean;
  };
  readonly objective: Objective;
  /** What goes on after a failure, where the run does not say: as the pipeline says. */
  readonly onFailure: FailurePolicy;
  /** Whether free slots start pure steps before their stage does. */
  readonly speculation: boolean;
  /** Share of the steps that would be left out and run all the same, from 0 to 1. */
  readonly shadowRate: number;
  readonly ai: AiSettings;
  /** Absent where nobody is to hear of anything. */
  readonly alerts: AlertSettings | undefined;
  /** Steps at the same time; `undefined` means as many as there are CPUs. */
  readonly maxParallelJobs: number | undefined;
  /** What `demand.memory_mb` of running steps may add up to; `undefined` means the machine's memory. */
  readonly maxMemoryMb: number | undefined;
  readonly skipRules: readonly { readonly pattern: RegExp; readonly steps: ReadonlySet<string> }[];
  readonly skipOnDocOnly: ReadonlySet<string>;
  /** Names of programs that may outlive the run that started them. */
  readonly keepRunning: ReadonlySet<string>;
  readonly retention: Retention;
  /** What files are for, before the built-in rules. */
  readonly categoryRules: readonly CategoryRule[];
  /** Globs of folders that are units though no manifest says so. */
  readonly units: readonly string[];
}
