import type { AiStepRecord, Finding, OpenSpan, StepOutcome } from "@ai-workflow/profiler";
import type { StartedShell } from "./started-shell.ts";

/** How one attempt of a step ended. */
export interface StepVerdict {
  readonly outcome: Extract<StepOutcome, "passed" | "failed" | "inconclusive" | "cancelled" | "timed-out">;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** One sentence on why it is not a pass, or on what a pass is not worth. */
  readonly message?: string | undefined;
  readonly findings: readonly Finding[];
  /** It failed for no other reason than findings that are errors. */
  readonly failedBy?: "findings" | undefined;
  /** It passed without something that may be there another time. */
  readonly provisional?: true | undefined;
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
  /** The span of the attempt; what the runner measures lies within. */
  readonly span?: OpenSpan | undefined;
  readonly meter: AttemptMeter;
  /** A shell that was started ahead with the command of this step. */
  readonly ahead?: ShellAhead | undefined;
}

/** A shell that was started ahead and waits. */
export interface ShellAhead {
  /** Gives it to whoever lets it go on and waits for its end; `undefined` where one that is started now would not be the same. */
  take(): Promise<StartedShell | undefined>;
  /** Ends it if nobody took it. Resolves when it is gone. */
  drop(): Promise<void>;
}

/** Measures what one attempt takes. */
export interface AttemptMeter {
  /** Variables for everything the step starts. */
  readonly variables: Readonly<Record<string, string>>;
  /** File into which the first process writes its id before it does anything else, where that makes measuring exact. */
  readonly joinFile: string | undefined;
  /** Tells the first process, the leader of a process group. */
  attach(pid: number): void;
  /** Adds CPU time in milliseconds that no process of its own took, such as that of a thread. */
  addCpuMs(cpuMs: number): void;
}

/** Measures nothing. */
export const UNMETERED: AttemptMeter = {
  variables: {},
  joinFile: undefined,
  attach: () => {},
  addCpuMs: () => {},
};
