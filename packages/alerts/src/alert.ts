/** The kinds of conditions. */
export type AlertKind = "slow-run" | "degradation";

/** A run or a step took longer than its rule allows. */
export interface SlowRunEvidence {
  readonly kind: "slow-run";
  readonly durationMs: number;
  readonly thresholdMs: number;
}

/** A run or a step has become slower than it was. */
export interface DegradationEvidence {
  readonly kind: "degradation";
  /** Typical duration before. */
  readonly beforeMs: number;
  /** Typical duration over the last `windowCount` runs. */
  readonly afterMs: number;
  readonly windowCount: number;
  /** The growth that is tolerated: 0.2 is 20 %. */
  readonly thresholdShare: number;
  /** The first commit that was slow, where the test can tell. */
  readonly sinceCommit?: string | undefined;
}

/** What was measured. */
export type AlertEvidence = SlowRunEvidence | DegradationEvidence;

/** One thing that somebody should hear of, or hear that it is over. */
export interface Alert {
  /** The same for every notice of one rule about one step, in all runs. */
  readonly key: string;
  /** The id of the rule. */
  readonly rule: string;
  readonly kind: AlertKind;
  /** The step; absent when it is about the whole run. */
  readonly step?: string | undefined;
  readonly status: "firing" | "resolved";
  /** When the condition was first true, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** The run in which the condition was first true. */
  readonly sinceRun: string;
  /** What this run measured. */
  readonly evidence: AlertEvidence;
}
