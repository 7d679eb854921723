import type { CategoryRule } from "@ai-workflow/change-detection";
import type { TriggerCategory } from "./config.ts";

/** A step with every default filled in. */
export interface Step {
  readonly id: string;
  readonly action:
    | { readonly kind: "shell"; readonly command: string }
    | { readonly kind: "module"; readonly module: string; readonly with: Readonly<Record<string, unknown>> };
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
  readonly environment: readonly string[];
  /** Working directory relative to the target, `""` for the target itself; a module always works in the target. */
  readonly directory: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly stage: string | undefined;
  readonly cache: boolean;
  readonly demand: Readonly<Record<string, number>>;
  readonly exclusive: string | undefined;
}

/** A stage with every default filled in. */
export interface WorkflowStage {
  readonly id: string;
  readonly trigger: "on_success" | "manual";
  readonly failFast: boolean;
  readonly minimumSeverity: "error" | "warning" | "info" | undefined;
  readonly steps: readonly string[];
}

/** The configuration as the engine works with it. */
export interface Workflow {
  readonly name: string;
  readonly steps: ReadonlyMap<string, Step>;
  readonly stages: readonly WorkflowStage[];
  readonly base: { readonly ref: string | undefined; readonly assumeGreen: boolean };
  readonly optimizations: {
    readonly smartExecution: boolean;
    readonly parallelExecution: boolean;
    readonly multiStage: boolean;
  };
  /** Steps at the same time; `undefined` means as many as there are CPUs. */
  readonly maxParallelJobs: number | undefined;
  /** What `demand.memory_mb` of running steps may add up to; `undefined` means the machine's memory. */
  readonly maxMemoryMb: number | undefined;
  readonly skipRules: readonly { readonly pattern: RegExp; readonly steps: ReadonlySet<string> }[];
  readonly skipOnDocOnly: ReadonlySet<string>;
  /** What files are for, before the built-in rules. */
  readonly categoryRules: readonly CategoryRule[];
}
