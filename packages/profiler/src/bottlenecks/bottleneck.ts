import type { WaitRecord } from "../run-record.ts";

/** What a bottleneck is; the README says when each is told. */
export type BottleneckKind =
  | "ai-calls"
  | "git"
  | "tests"
  | "disk"
  | "phase"
  | "low-parallelism"
  | "too-few-slots"
  | "poor-order"
  | "cache-miss"
  | "ai-cache-miss"
  | "never-fails"
  | "memory-admission"
  | "resource-wait"
  | "group-wait"
  | "slow-start"
  | "repeated-reads"
  | "oversized-document"
  | "slower-than-usual"
  | "cpu-saturated"
  | "single-threaded"
  | "retries"
  | "timeout";

/** Unit of a figure; `MB` is 1024 × 1024 bytes, `%` from 0 to 100, `cores` an average of busy ones. */
export type EvidenceUnit = "s" | "MB" | "MB/s" | "%" | "cores" | "tokens" | "USD" | "count";

/** A figure that a bottleneck rests on. */
export interface Evidence {
  readonly name: string;
  readonly value: number;
  readonly unit: EvidenceUnit;
}

/** Something that cost time, why, and what can be done about it. Texts hold names as they are in the record; see `formatBottlenecks`. */
export interface Bottleneck {
  readonly kind: BottleneckKind;
  /** What was seen. */
  readonly symptom: string;
  /** Why it is so. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
  /**
   * By how much the whole run would be shorter, in seconds, from 0 to its duration; absent where that cannot be computed. Gains of several
   * bottlenecks do not add up.
   */
  readonly expectedGainSeconds?: number | undefined;
  /** What the gain supposes, as the end of "if ..."; absent without a gain. */
  readonly gainIf?: string | undefined;
  readonly evidence: readonly Evidence[];
  /** Ids of the steps concerned, as in the record. */
  readonly steps: readonly string[];
}

/** A change about which is asked how long the run would have taken. What is not named stays as it was. */
export interface ReplanChange {
  /** Time from start to end of every step that ran, retries included, in milliseconds. */
  readonly durationsMs: ReadonlyMap<string, number>;
  /** Steps at the same time. */
  readonly maxParallel?: number | undefined;
  /** Demands of these steps instead of the configured ones, by resource; resources that are not named stay as they are. */
  readonly demand?: ReadonlyMap<string, Readonly<Record<string, number>>> | undefined;
  /** Groups that no longer keep their steps apart. */
  readonly withoutGroups?: readonly string[] | undefined;
  /** Resources that no longer run out. */
  readonly withoutResources?: readonly string[] | undefined;
}

/** Answers how long the steps of the run would take after a change: a new plan by whoever planned the run. */
export type Replan = (change: ReplanChange) => { readonly makespanMs: number };

/** Settings of `analyse`. */
export interface AnalyseOptions {
  /**
   * Plans the steps of the run anew. A gain is the difference of two of its plans, or what the run would gain in the same order, whichever is
   * more. Without it a gain is the latter, which is never more than is really to be had, and what more slots, other limits or a better order
   * would bring is not known.
   */
  readonly replan?: Replan | undefined;
  /** Configured demands by step and resource, for comparing them with what was measured. @defaultValue unknown */
  readonly demands?: ReadonlyMap<string, Readonly<Record<string, number>>> | undefined;
  /** A gain below this is not told, in seconds; at least 0. @defaultValue 1 */
  readonly minGainSeconds?: number | undefined;
  /** A gain below this share of the run is not told, from 0 to 1. @defaultValue 0.05 */
  readonly minGainShare?: number | undefined;
  /** So often must a step have run without a failure before that is told; at least 1. @defaultValue 30 */
  readonly minRuns?: number | undefined;
  /** Reading less than this from storage is not told, in bytes. @defaultValue 268435456 (256 MB) */
  readonly minReadBytes?: number | undefined;
  /** A question with more tokens is large. @defaultValue 20000 */
  readonly largeQuestionTokens?: number | undefined;
}

/** A step of the executed critical path, and what it had waited for. Times are milliseconds after the run's start. */
export interface ExecutedLink {
  readonly stepId: string;
  readonly startedMs: number;
  /** Its end, or that of the attempt whose end let the next step of the path start. */
  readonly finishedMs: number;
  /** What it waited for last before it started; absent when it did not wait. */
  readonly wait?: WaitRecord | undefined;
}

/** Where the time of the run went, in milliseconds; the four add up to the run's duration. */
export interface WallTimeAccount {
  /** Before the first step started. */
  readonly setupMs: number;
  /** Steps of the executed critical path at work. */
  readonly criticalPathMs: number;
  /** On that path, but with none of its steps at work: pauses before a further attempt, and gaps between an end and the next start. */
  readonly waitingMs: number;
  /** After the last step ended. */
  readonly overheadMs: number;
}

/** How the slots were used from the first start to the last end. */
export interface SlotUse {
  readonly maxParallel: number;
  /** Steps at work at the same time on average; 0 when none ran. */
  readonly averageRunning: number;
  /** Time in which exactly one step was at work, in milliseconds. */
  readonly aloneMs: number;
  /** Time that slots stood empty, summed over the slots, in milliseconds. */
  readonly idleMs: number;
}

/** Steps that ran for one reason, instead of being replayed or skipped. */
export interface RanFor {
  /** Code of the decision. */
  readonly reason: string;
  readonly steps: readonly string[];
  /** Sum of their times. */
  readonly seconds: number;
}

/** What `analyse` found. */
export interface BottleneckReport {
  readonly durationMs: number;
  readonly account: WallTimeAccount;
  /** What really determined the end, first to last: through resources, groups and slots as well as needs. */
  readonly criticalPath: readonly ExecutedLink[];
  readonly slots: SlotUse;
  /** Why steps ran, most seconds first. */
  readonly ranFor: readonly RanFor[];
  /** Largest gain first; those without a computed gain after them. */
  readonly bottlenecks: readonly Bottleneck[];
}
