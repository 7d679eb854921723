/** Whose durations a rule looks at: the whole run, every step, both, or the steps that are named. */
export type AlertScope = "run" | "steps" | "run-and-steps" | { readonly steps: readonly string[] };

interface CommonRule {
  /**
   * Tells rules apart in keys and messages; unique among the rules.
   * @defaultValue the rule's `kind`
   */
  readonly id?: string | undefined;
  /**
   * The shortest time between two notices that the same thing is wrong, in milliseconds.
   * @defaultValue {@link DEFAULT_COOLDOWN_MS}
   */
  readonly cooldownMs?: number | undefined;
  /**
   * How many measured runs in a row must be good before it counts as resolved.
   * @defaultValue 1
   */
  readonly resolveAfterCount?: number | undefined;
}

/** True when a duration is above a threshold. */
export interface SlowRunRule extends CommonRule {
  readonly kind: "slow-run";
  /** In milliseconds, above 0. */
  readonly thresholdMs: number;
  /** @defaultValue "run" */
  readonly scope?: AlertScope | undefined;
}

/** What a test for degradation says; `unknown` when there is too little to go by. */
export type DegradationVerdict =
  | {
      readonly status: "degraded" | "steady";
      readonly beforeMs: number;
      readonly afterMs: number;
      /** The first commit that was slow, where the test can tell. */
      readonly sinceCommit?: string | undefined;
    }
  | { readonly status: "unknown" };

/** What a test for degradation is asked. */
export interface DegradationQuestion {
  /** The step; absent for the whole run. */
  readonly step?: string | undefined;
  /** Durations of comparable runs in milliseconds, oldest first; the last one is of the run that is judged. */
  readonly durationsMs: readonly number[];
  /** How many of the last runs are compared with those before. */
  readonly windowCount: number;
  /** The growth that is tolerated: 0.2 is 20 %. */
  readonly thresholdShare: number;
}

/** A robust statistical test: degraded means beyond the threshold and beyond chance. */
export type DegradationTest = (question: DegradationQuestion) => DegradationVerdict;

/** True when the last runs are slower than those before, as the test that is handed in decides. */
export interface DegradationRule extends CommonRule {
  readonly kind: "degradation";
  readonly test: DegradationTest;
  /** @defaultValue {@link DEFAULT_WINDOW_COUNT} */
  readonly windowCount?: number | undefined;
  /** @defaultValue {@link DEFAULT_THRESHOLD_SHARE} */
  readonly thresholdShare?: number | undefined;
  /** @defaultValue "run-and-steps" */
  readonly scope?: AlertScope | undefined;
}

/** When somebody should hear of a run. */
export type AlertRule = SlowRunRule | DegradationRule;

/** Six hours. */
export const DEFAULT_COOLDOWN_MS = 21_600_000;
/** Runs that a degradation is judged by. */
export const DEFAULT_WINDOW_COUNT = 5;
/** Growth that a degradation rule tolerates: 20 %. */
export const DEFAULT_THRESHOLD_SHARE = 0.2;
