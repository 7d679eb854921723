import type { AiStepRecord, Finding, StepOutcome } from "@ai-workflow/profiler";

/** How one attempt of a step ended. */
export interface StepVerdict {
  readonly outcome: Extract<StepOutcome, "passed" | "failed" | "inconclusive" | "cancelled" | "timed-out">;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** One sentence on why it is not a pass, or on what a pass is not worth. */
  readonly message?: string | undefined;
  readonly findings: readonly Finding[];
  /** For a step that asks a model. */
  readonly ai?: AiStepRecord | undefined;
}

/** What a runner needs to run one attempt. */
export interface StepRun {
  /** Absolute working directory. */
  readonly directory: string;
  /** Absolute target directory. */
  readonly target: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the log; output is appended. */
  readonly logFile: string;
  /** Aborted when the step is cancelled or its time is up; everything it started is then ended. */
  readonly signal: AbortSignal;
}
