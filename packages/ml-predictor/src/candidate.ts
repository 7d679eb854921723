import type { FeatureValue, Sample } from "./sample.ts";

/** What is known about a step before it runs. */
export interface Query {
  /** The step's name. */
  readonly step: string;
  /** The kind of step; used where the step itself was never seen. */
  readonly kind?: string | undefined;
  /** The machine, or class of machine, it will run on. */
  readonly machine?: string | undefined;
  /** When it will run, in seconds since 1970, for predictors that ask how long ago it last did. */
  readonly time?: number | undefined;
  /** Anything else known beforehand. */
  readonly features?: Readonly<Record<string, FeatureValue>> | undefined;
}

/**
 * A predictor that learns as history goes by. Simple rules implement it, and so can a trained model: `predict` sees only what
 * `learn` was given, so the back-test cannot peek.
 */
export interface Model {
  /**
   * Predicted duration in seconds, or `undefined` where it has nothing to say (the first candidate serves then). An answer that is
   * not a finite number of at least 0 counts as `undefined`. Must not change the model.
   */
  predict(query: Query): number | undefined;
  /**
   * The same with an upper duration that nine in ten outcomes should not exceed. Where a model has this, it is asked instead of `predict`,
   * and its bound rests on `p90Seconds`, moved to where it held in the past; otherwise bounds rest on `predict` alone.
   * What it says of a step with few runs is not drawn towards the step's group: it is taken to weigh them itself. Must not change the model.
   */
  predictRange?(query: Query): { readonly p50Seconds: number; readonly p90Seconds: number } | undefined;
  /** Learn one finished step. Called after every step of that run has been predicted. Aim at O(1). */
  learn(sample: Sample): void;
  /** A run is over: the place for work that is too dear for every sample, such as retraining. */
  endRun?(): void;
}

/** A way to predict that takes part in the back-test and may be chosen. */
export interface Candidate {
  /** Short name, unique among candidates; shown in `source` and in the status. */
  readonly name: string;
  /** A model that knows nothing yet. */
  create(): Model;
}
