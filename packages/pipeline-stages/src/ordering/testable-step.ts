/** A step as far as the order within a stage depends on it. */
export interface TestableStep {
  readonly id: string;
  /** From 0 to 1; see `estimateFailureProbability`. Steps fail independently of each other. */
  readonly failureProbability: number;
  /** Milliseconds it is expected to take. */
  readonly predictedMs: number;
  /**
   * Steps that have to end before; those that are not among the steps given are taken to have ended.
   * @defaultValue none
   */
  readonly needs?: readonly string[] | undefined;
}

/** A step with its needs as places in the list. */
export interface StepNode {
  readonly failureProbability: number;
  readonly predictedMs: number;
  readonly needs: readonly number[];
}

/**
 * What a sequence of steps costs and tells, run until the first failure: a sequence behaves like one step with these values
 * (Monma and Sidney 1979: adjacent sequences are interchanged like adjacent steps).
 */
export interface Block {
  /** Expected milliseconds until its first failure or its end. */
  readonly expectedMs: number;
  /** Probability that none of its steps fails. */
  readonly survival: number;
}

export const EMPTY_BLOCK: Block = { expectedMs: 0, survival: 1 };

/** A sequence with one more step behind it. */
export function append({ expectedMs, survival }: Block, step: Omit<StepNode, "needs">): Block {
  return {
    expectedMs: expectedMs + survival * step.predictedMs,
    survival: survival * (1 - step.failureProbability),
  };
}

/** Failure probability per millisecond; what costs nothing comes first if it can fail, and what cannot fail last. */
export function urgencyOf({ expectedMs, survival }: Block): number {
  const failureProbability = 1 - survival;
  return failureProbability <= 0 ? 0 : failureProbability / expectedMs;
}

/** Failure probability per millisecond of one step. */
export function urgencyOfStep({ failureProbability, predictedMs }: Omit<StepNode, "needs">): number {
  return failureProbability <= 0 ? 0 : failureProbability / predictedMs;
}
