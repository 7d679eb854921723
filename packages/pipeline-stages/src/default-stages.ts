import type { StageDefinition } from "./define-stages.ts";
import { DEFAULT_FAILURE_PRIOR, estimateFailureProbability } from "./ordering/estimate-failure-probability.ts";
import { orderForFirstFailure, type FirstFailureOrder } from "./ordering/order-for-first-failure.ts";
import { append, EMPTY_BLOCK } from "./ordering/testable-step.ts";

/** A step as far as its stage depends on it. */
export interface StageableStep {
  readonly id: string;
  /**
   * Milliseconds it is expected to take.
   * @defaultValue the median of the steps that have one; equal for all where none has
   */
  readonly predictedMs?: number | undefined;
  /**
   * From 0 to 1.
   * @defaultValue that of a step without history, 0.05
   */
  readonly failureProbability?: number | undefined;
  /**
   * It publishes, deploys, tags: what it does cannot be taken back by running the workflow again.
   * @defaultValue false
   */
  readonly releases?: boolean | undefined;
  /**
   * It changes files of the repository.
   * @defaultValue false
   */
  readonly writes?: boolean | undefined;
  /**
   * Steps that have to end before.
   * @defaultValue none
   */
  readonly needs?: readonly string[] | undefined;
}

/** Ids of the stages that {@link defaultStages} makes. */
export type DefaultStageId = "core" | "extended" | "finalisation";

/**
 * Puts steps into three stages: `core` and `extended` validation, and `finalisation`, which is `manual`. Stages that
 * would be empty are left out. Pure.
 *
 * - `finalisation` has the steps that release and whatever needs one of them; and steps that write, unless a step
 *   outside of it needs what they write (as with generated code, which belongs to what it is generated for).
 * - The rest is put in the order of `orderForFirstFailure` and cut where the expected work is least, when `extended` runs only if `core`
 *   passes: at the place that minimises time(core) + P(core passes) × time(extended). So `core` has what is likely to fail for its time.
 *   Where a cut saves nothing, there is none.
 *
 * No step is in an earlier stage than one it needs.
 *
 * @throws {RangeError} as `orderForFirstFailure`.
 */
export function defaultStages(
  steps: readonly StageableStep[],
): readonly (StageDefinition & { readonly id: DefaultStageId })[] {
  const { order } = orderWithDefaults(steps);
  const finalisation = findFinalSteps(steps);
  const validated = steps.filter(({ id }) => !finalisation.has(id));
  const { order: validation, core } = cutWhereLeast(validated);
  const stages: readonly (StageDefinition & { readonly id: DefaultStageId })[] = [
    { id: "core", steps: validation.slice(0, core) },
    { id: "extended", steps: validation.slice(core) },
    { id: "finalisation", steps: order.filter((id) => finalisation.has(id)), trigger: "manual" },
  ];
  return stages.filter((stage) => stage.steps.length > 0);
}

function orderWithDefaults(steps: readonly StageableStep[]): FirstFailureOrder & {
  readonly byId: ReadonlyMap<string, { readonly predictedMs: number; readonly failureProbability: number }>;
} {
  const known = steps.flatMap(({ predictedMs }) => predictedMs ?? []).sort((a, b) => a - b);
  const usualMs = known[known.length >> 1] ?? 1;
  const unseen = estimateFailureProbability(0, 0, DEFAULT_FAILURE_PRIOR);
  const complete = steps.map(({ id, predictedMs = usualMs, failureProbability = unseen, needs }) => ({
    id,
    predictedMs,
    failureProbability,
    needs,
  }));
  return { ...orderForFirstFailure(complete), byId: new Map(complete.map((step) => [step.id, step])) };
}

function cutWhereLeast(steps: readonly StageableStep[]): { readonly order: readonly string[]; readonly core: number } {
  const { order, byId } = orderWithDefaults(steps);
  const steady = order.flatMap((id) => byId.get(id) ?? []);
  let left = steady.reduce((sum, { predictedMs }) => sum + predictedMs, 0);
  let ran = 0;
  let block = EMPTY_BLOCK;
  let least = left;
  let core = order.length;
  // A difference that is only one of rounding is none.
  const noticeable = left * 1e-9;
  for (const [index, step] of steady.entries()) {
    ran += step.predictedMs;
    left -= step.predictedMs;
    block = append(block, step);
    const expected = ran + block.survival * left;
    if (index === steady.length - 1 || least - expected <= noticeable) continue;
    least = expected;
    core = index + 1;
  }
  return { order, core };
}

function findFinalSteps(steps: readonly StageableStep[]): ReadonlySet<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const neededBy = new Map<string, string[]>();
  for (const { id, needs = [] } of steps) {
    for (const need of needs) neededBy.set(need, [...(neededBy.get(need) ?? []), id]);
  }
  const final = new Set(steps.filter(({ releases }) => releases === true).map(({ id }) => id));
  for (const id of final) for (const follower of neededBy.get(id) ?? []) final.add(follower);
  // A writer goes along when all that need it are there; which may let writers before it follow.
  const isLast = (id: string): boolean =>
    !final.has(id) && byId.get(id)?.writes === true && (neededBy.get(id) ?? []).every((one) => final.has(one));
  const candidates = steps.map(({ id }) => id).filter(isLast);
  for (const id of candidates) {
    if (!isLast(id)) continue;
    final.add(id);
    candidates.push(...(byId.get(id)?.needs ?? []).filter(isLast));
  }
  return final;
}
