/** When a step is planned to end. */
export interface ScheduledStep {
  readonly id: string;
  /** Milliseconds after the start of the stage. */
  readonly finishMs: number;
}

/** How soon a schedule tells whether the run fails. */
export interface TimeToFirstFailure {
  /** Probability that at least one step fails, from 0 to 1. */
  readonly failureProbability: number;
  /** Expected milliseconds to the end of the first step that fails, over the runs that fail; undefined where none can. */
  readonly expectedMs: number | undefined;
  /** Expected milliseconds until it is known whether the run fails: the same, and the makespan where it does not. */
  readonly expectedVerdictMs: number;
  readonly makespanMs: number;
}

/**
 * Gives how soon a schedule tells that the run fails: each step tells it at its end, and independently of the others.
 * Whatever the schedule, a probability of 1 - (1 - p₁)(1 - p₂)… stays; only the time differs. O(n log n).
 *
 * @param schedule - steps with the time they end, for example the tasks of a plan of `@ai-workflow/scheduler`
 * @param probabilities - failure probability by step id; a step without one does not fail
 * @throws {RangeError} a time is negative or not finite, or a probability is not from 0 to 1.
 */
export function expectedTimeToFirstFailure(
  schedule: Iterable<ScheduledStep>,
  probabilities: ReadonlyMap<string, number>,
): TimeToFirstFailure {
  const byEnd = [...schedule].sort((a, b) => a.finishMs - b.finishMs);
  let survival = 1;
  let weighted = 0;
  for (const { id, finishMs } of byEnd) {
    const probability = probabilities.get(id) ?? 0;
    if (!(finishMs >= 0 && finishMs < Infinity)) {
      throw new RangeError(
        `Cannot expect a failure: \`finishMs\` of "${id}" must be finite and not negative, got ${finishMs}`,
      );
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(
        `Cannot expect a failure: the probability of "${id}" must be from 0 to 1, got ${probability}`,
      );
    }
    weighted += finishMs * survival * probability;
    survival *= 1 - probability;
  }
  const makespanMs = byEnd.at(-1)?.finishMs ?? 0;
  const failureProbability = 1 - survival;
  return {
    failureProbability,
    expectedMs: failureProbability > 0 ? weighted / failureProbability : undefined,
    expectedVerdictMs: weighted + survival * makespanMs,
    makespanMs,
  };
}

/** What the two objectives come to. */
export interface ObjectiveComparison {
  /** Of the schedule that ends as early as possible. */
  readonly makespan: TimeToFirstFailure;
  /** Of the schedule that fails as early as possible. */
  readonly firstFailure: TimeToFirstFailure;
  /** Milliseconds by which the first failure is known earlier with the latter; below 0 where it is later, undefined where none can be. */
  readonly earlierMs: number | undefined;
  /** Milliseconds by which a run without a failure takes longer for it. */
  readonly longerMs: number;
}

/**
 * Sets a schedule made for the makespan against one made for the first failure, both of the same steps.
 *
 * @throws {RangeError} as {@link expectedTimeToFirstFailure}.
 */
export function compareObjectives(
  schedules: { readonly makespan: Iterable<ScheduledStep>; readonly firstFailure: Iterable<ScheduledStep> },
  probabilities: ReadonlyMap<string, number>,
): ObjectiveComparison {
  const makespan = expectedTimeToFirstFailure(schedules.makespan, probabilities);
  const firstFailure = expectedTimeToFirstFailure(schedules.firstFailure, probabilities);
  const both = makespan.expectedMs !== undefined && firstFailure.expectedMs !== undefined;
  return {
    makespan,
    firstFailure,
    earlierMs: both ? (makespan.expectedMs ?? 0) - (firstFailure.expectedMs ?? 0) : undefined,
    longerMs: firstFailure.makespanMs - makespan.makespanMs,
  };
}
