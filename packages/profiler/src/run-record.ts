/**
 * The run record: one versioned JSON document that a run leaves behind. Everything shown later (summary, `current_run.json`,
 * `history.jsonl`, profiles, reports, the next prediction) is made from it. Its JSON Schema is the entry point
 * `@ai-workflow/profiler/run-record-schema`.
 *
 * Times inside the record are milliseconds after {@link RunRecord.startedAt} on one monotonic clock, so they never go
 * backwards when the wall clock does.
 */
import type { ResourceUsage, RunResourcesRecord, TestProfile } from "./resource-usage.ts";
import type { Span } from "./span.ts";

/** Version of the run record format that this package writes. */
export const RUN_RECORD_VERSION = 1;

/** How a run ended as a whole. */
export type RunStatus = "passed" | "failed" | "inconclusive" | "partial" | "cancelled";

/** How one step ended. `inconclusive` is never a pass; `skipped` always carries its reason in the decision. */
export type StepOutcome = "passed" | "failed" | "timed-out" | "cancelled" | "inconclusive" | "replayed" | "skipped";

/** What selection decided to do with a step. */
export type DecisionAction = "run" | "replay" | "skip";

/** The decision for one step, with the reason as a code from the selector's closed set and as a sentence. */
export interface DecisionRecord {
  readonly action: DecisionAction;
  /** A code of the selector's documented set, for example `no-relevant-change`. */
  readonly reason: string;
  /** The same for people, naming the file, rule or run that decided. */
  readonly explanation: string;
  /** For a step that ran only to see whether leaving it out would have been right: the rule by which it would have been left out. */
  readonly shadowOf?: string | undefined;
}

/** One problem at a file and line. */
export interface Finding {
  readonly rule: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** Path relative to the target directory, with `/`. */
  readonly file?: string | undefined;
  /** First line, counted from 1. */
  readonly line?: number | undefined;
  /** First column, counted from 1. */
  readonly column?: number | undefined;
  /** Last line, itself included. */
  readonly endLine?: number | undefined;
  /** How sure a model says it is, from 0 to 1. */
  readonly confidence?: number | undefined;
  /** What to do about it. */
  readonly suggestion?: string | undefined;
}

/** A file, or lines of it, that a model was not asked about, and why. */
export interface UnreviewedRecord {
  /** Path relative to the target directory, with `/`. */
  readonly file: string;
  /** First and last line, where it is not the whole file. */
  readonly lines?: { readonly first: number; readonly last: number } | undefined;
  /**
   * `withheld`: it must not leave the machine, and the step can pass without it. Everything else keeps the step from passing:
   * `too-large`, `limit`, `no-answer`.
   */
  readonly reason: "withheld" | "too-large" | "limit" | "no-answer";
  /** The rule or the reason in detail. */
  readonly because: string;
}

/** What a step asked a model. */
export interface AiStepRecord {
  /** Name of the prompt template, and its version. */
  readonly prompt: string;
  readonly promptVersion: string;
  /** Files that were asked about, in whole or in part. */
  readonly reviewedFiles: number;
  /** The first files or lines that were not asked about. */
  readonly notReviewed: readonly UnreviewedRecord[];
  /** Number of them, also those left out of `notReviewed`. */
  readonly notReviewedTotal: number;
  /** Secrets replaced in what was sent, by rule. */
  readonly redactions: Readonly<Record<string, number>>;
  /** Findings that were dropped because they cannot be true, or left out as unsure, too many or suppressed, by reason. */
  readonly droppedFindings: Readonly<Record<string, number>>;
}

/** What models were asked in a run, and what that took. */
export interface AiRecord {
  readonly provider: string;
  readonly model: string;
  /** What the cache was allowed to do. */
  readonly cacheMode: "on" | "off" | "read-only" | "refresh" | "replay";
  /** Questions asked, whoever answered. */
  readonly questions: number;
  readonly cacheHits: number;
  /** Questions that were answered together with an equal one. */
  readonly coalesced: number;
  readonly cacheMisses: number;
  /** Calls to the provider, retries and repairs included. */
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars by the price list; absent without one. */
  readonly costUsd?: number | undefined;
  /** Tokens and dollars that stored answers took when they were asked for, and not again. */
  readonly savedInputTokens: number;
  readonly savedOutputTokens: number;
  readonly savedCostUsd?: number | undefined;
  /** Questions without an answer, by reason. */
  readonly inconclusive: Readonly<Record<string, number>>;
}

/** Why a started step could not start earlier. */
export interface WaitRecord {
  /** `plan`: a place was free, but the plan held it back for a step that matters more. */
  readonly cause: "need" | "resource" | "group" | "slot" | "plan";
  /** The step waited for, the resource name or the group name. */
  readonly on: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What happened to one step. */
export interface StepRecord {
  readonly id: string;
  readonly kind: "shell" | "module" | "ai";
  readonly stage?: string | undefined;
  /** The package or service of the repository that it was done for, as its manifest calls it. */
  readonly unit?: string | undefined;
  readonly decision: DecisionRecord;
  readonly outcome: StepOutcome;
  /** SHA-256 over all that can change the step's result, where it could be computed. */
  readonly fingerprint?: string | undefined;
  /** Start, in milliseconds after the run's start; absent when the step did not start. */
  readonly startedMs?: number | undefined;
  /** End, in milliseconds after the run's start. */
  readonly finishedMs?: number | undefined;
  /** Time of the last attempt, in milliseconds, without earlier ones and the pauses between them; 0 when it did not start. */
  readonly durationMs: number;
  /** Duration expected before the run, as likely too long as too short, where history knew the step. */
  readonly predictedMs?: number | undefined;
  /** Duration expected not to be exceeded nine times out of ten. */
  readonly predictedUpperMs?: number | undefined;
  /** What was known of the work before it began, for later predictions: numbers of files, bytes and the like. */
  readonly features?: Readonly<Record<string, number | string | boolean>> | undefined;
  /** How often it was started, ahead of its stage included. */
  readonly attempts: number;
  /** Present where it started before its stage did, and did not run again behind the gate. */
  readonly ahead?: true | undefined;
  /** Present where it both failed and passed with everything the same: in this run, or in this one and an earlier one. */
  readonly flaky?: true | undefined;
  /** Present where it passed without something that may be there another time, such as a tool: its success is not kept. */
  readonly provisional?: true | undefined;
  /** Exit code of the last attempt of a shell step. */
  readonly exitCode?: number | undefined;
  /** Signal that ended the last attempt of a shell step. */
  readonly signal?: string | undefined;
  /** One sentence on why the outcome is not a pass. */
  readonly message?: string | undefined;
  /** Path of the step's log relative to the state folder. */
  readonly log?: string | undefined;
  /** For a replay: the run whose stored success was reused and how long the step took then. */
  readonly replayedFrom?: { readonly runId: string; readonly at: string; readonly durationMs: number } | undefined;
  /** For a skip: the passed run that still proves the step, if one does, and how long the step took then. */
  readonly provedBy?: { readonly runId: string; readonly at: string; readonly durationMs: number } | undefined;
  readonly waits: readonly WaitRecord[];
  readonly findings: readonly Finding[];
  /** For a step that asked a model. */
  readonly ai?: AiStepRecord | undefined;
  /** Absent when it did not start, or nothing could be measured. */
  readonly resources?: ResourceUsage | undefined;
  /** For a step whose output is that of a known test runner, where it was asked for. */
  readonly testProfile?: TestProfile | undefined;
}

/** What happened to one stage. */
export interface StageRecord {
  readonly id: string;
  readonly state: "passed" | "failed" | "closed" | "waiting" | "skipped" | "empty";
  /** Why its gate or one before it closed, it waits, or its trigger was false. */
  readonly reason?: string | undefined;
  /** Of one that waits: the stage before it that a person has to start first; absent where it waits for a person itself. */
  readonly behind?: string | undefined;
}

/** One changed path as the run saw it. */
export interface ChangeRecord {
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly status: string;
  readonly category: string;
  /** The category rule that won. */
  readonly rule: string;
}

/** The change set of the run, or why it could not be known. */
export type ChangeSetRecord =
  | {
      readonly known: true;
      readonly base: { readonly oid: string | null; readonly ref: string; readonly how: string };
      readonly headOid: string | null;
      /** Number of changed paths, also those left out of `changes`. */
      readonly total: number;
      /** The first changed paths; reports cap the list, decisions never do. */
      readonly changes: readonly ChangeRecord[];
      readonly categories: Readonly<Record<string, number>>;
    }
  | { readonly known: false; readonly code: string; readonly message: string; readonly remedy: string };

/** The schedule as planned and as it happened. */
export interface ScheduleRecord {
  readonly strategy: string;
  readonly maxParallel: number;
  readonly capacity: Readonly<Record<string, number>>;
  readonly planned: readonly {
    readonly id: string;
    readonly startMs: number;
    readonly finishMs: number;
    readonly slot: number;
    readonly slackMs: number;
    /** It may start before its stage does. */
    readonly ahead?: boolean | undefined;
  }[];
  readonly plannedMakespanMs: number;
  readonly lowerBoundMs: number;
  /** Steps of the planned critical path, in order. */
  readonly criticalPath: readonly string[];
  /** Time from the first start to the last end of the steps that ran, in milliseconds. */
  readonly actualMakespanMs: number;
  /** What the order of the steps is made for: that the run is over early, or that a failing one is known early. */
  readonly objective?: "makespan" | "first-failure" | undefined;
  /** What both objectives come to; absent where no history was looked at, or it tells of no step that ran. */
  readonly objectives?: ObjectivesRecord | undefined;
}

/** What an order made for the makespan and one made for the first failure come to, by the probabilities of failing that the history shows. */
export interface ObjectivesRecord {
  /** Runs of the history that the probabilities rest on. */
  readonly runs: number;
  /** Runs among them in which a step failed; absent in records of older versions. */
  readonly failedRuns?: number | undefined;
  /** Probability that at least one step fails, from 0 to 1. */
  readonly failureProbability: number;
  readonly makespan: ExpectedFailureRecord;
  readonly firstFailure: ExpectedFailureRecord;
}

/** How soon an order is expected to tell that the run fails. */
export interface ExpectedFailureRecord {
  /** Expected time from the first start to the end of the first step that fails, where one does, in milliseconds. */
  readonly expectedMs: number;
  /** Planned time to the end of the last step, where none fails, in milliseconds. */
  readonly makespanMs: number;
}

/** The machine and runtime of the run. */
export interface EnvironmentRecord {
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly cpuModel: string;
  /** Cores that the run may keep busy: at most as many as its control group has time for. */
  readonly cpuCount: number;
  /** Memory that the run may take: at most what its control group may. */
  readonly memoryBytes: number;
  /** One-minute load average at the start; 0 where the platform has none. */
  readonly loadAverage1m: number;
  /**
   * Share of the last ten seconds before the start in which something waited for CPU, storage or memory, in percent (Linux pressure
   * stall information, `some`); absent where the kernel does not tell.
   */
  readonly pressure?: { readonly cpu: number; readonly io: number; readonly memory: number } | undefined;
  readonly ci: boolean;
}

/** Something the user should know that is not a step's failure. */
export interface NoticeRecord {
  readonly code: string;
  readonly message: string;
}

/** Time not spent, and how it was computed. */
export interface SavedRecord {
  /** Sum of the stored durations of replayed steps, in milliseconds. */
  readonly replayedMs: number;
  /** Sum of the last known durations of skipped steps that are still proved, in milliseconds. */
  readonly skippedMs: number;
  /** Sum of the durations of the steps that ran minus the makespan, in milliseconds: what running in parallel saved. */
  readonly parallelMs: number;
}

/** What it came to that steps started before their stage did. */
export interface SpeculationRecord {
  /** Steps that started ahead. */
  readonly started: number;
  /** Those that passed and whose stage then started. */
  readonly used: number;
  /** Those whose stage did not start, and those that did not pass ahead and so ran once more. */
  readonly wasted: number;
  /** Time that the used ones had run when their stage could start, added up, in milliseconds; the run is shorter by at most that. */
  readonly gainedMs: number;
  /** Time that the wasted ones ran for nothing, added up, in milliseconds. */
  readonly wastedMs: number;
}

/** Which optimisations were switched on for the run. */
export interface OptimizationsRecord {
  readonly smartExecution: boolean;
  readonly parallelExecution: boolean;
  readonly multiStage: boolean;
  /** Durations predicted by a trained model where that is better than simple rules. */
  readonly mlOptimize: boolean;
}

/** One run, whole. */
export interface RunRecord {
  readonly schema: "ai-workflow/run-record";
  readonly version: typeof RUN_RECORD_VERSION;
  readonly runId: string;
  /** The project's name. */
  readonly workflowId: string;
  readonly toolVersion: string;
  /** Wall-clock start, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Wall-clock end, ISO 8601 in UTC. */
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly status: RunStatus;
  readonly optimizations: OptimizationsRecord;
  readonly environment: EnvironmentRecord;
  readonly changeSet: ChangeSetRecord;
  readonly steps: readonly StepRecord[];
  readonly stages: readonly StageRecord[];
  /** Absent when no step had to run. */
  readonly schedule?: ScheduleRecord | undefined;
  readonly saved: SavedRecord;
  /** Absent when no step asked a model. */
  readonly ai?: AiRecord | undefined;
  /** Absent when no step was measured. */
  readonly resources?: RunResourcesRecord | undefined;
  /** Absent when no step started before its stage. */
  readonly speculation?: SpeculationRecord | undefined;
  readonly spans: readonly Span[];
  readonly notices: readonly NoticeRecord[];
}
