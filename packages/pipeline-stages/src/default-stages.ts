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

/** What {@link defaultStages} gives. */
export interface DefaultStages {
  /** In order; those that would be empty are left out. */
  readonly stages: readonly (StageDefinition & { readonly id: DefaultStageId })[];
  /** Why each step is in its stage, as a sentence. */
  readonly because: ReadonlyMap<string, string>;
}

/**
 * Puts steps into three stages: `core` and `extended` validation, and `finalisation`, which is `manual`. Pure.
 *
 * - `finalisation` has the steps that release and whatever needs one of them; and steps that write, unless a step
 *   outside of it needs what they write (as with generated code, which belongs to what it is generated for).
 * - The rest is put in the order of `orderForFirstFailure` and cut where the expected work is least when `extended` runs only
 *   if `core` passes: where time(core) + P(core passes) × time(extended) is. So `core` has what is likely to fail for the time
 *   it takes. Where no cut saves anything, there is no `extended`.
 *
 * No step is in an earlier stage than one it needs.
 *
 * @throws {RangeError} as `orderForFirstFailure`.
 */
export function defaultStages(steps: readonly StageableStep[]): DefaultStages {
  const { order } = orderWithDefaults(steps);
  const because = findFinalSteps(steps);
  const validated = cutWhereLeast(steps.filter(({ id }) => !because.has(id)));
  const core = validated.order.slice(0, validated.core);
  const extended = validated.order.slice(validated.core);
  const finalisation = order.filter((id) => because.has(id));
  for (const [place, id] of validated.order.entries()) {
    const rank = `it is number ${place + 1} of ${validated.order.length} by failures per time`;
    const cut =
      extended.length === 0
        ? "no two stages would save time"
        : `expected time is least if the rest waits for the first ${core.length}`;
    because.set(id, `${rank}, and ${cut}`);
  }
  const stages: readonly (StageDefinition & { readonly id: DefaultStageId })[] = [
    { id: "core", steps: core },
    { id: "extended", steps: extended },
    { id: "finalisation", steps: finalisation, trigger: "manual" },
  ];
  return { stages: stages.filter((stage) => stage.steps.length > 0), because };
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

/** The steps of `finalisation`, each with the reason. */
function findFinalSteps(steps: readonly StageableStep[]): Map<string, string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const neededBy = new Map<string, string[]>();
  for (const { id, needs = [] } of steps) {
    for (const need of needs) {
      const followers = neededBy.get(need);
      if (followers === undefined) neededBy.set(need, [id]);
      else followers.push(id);
    }
  }
  const final = new Map<string, string>();
  for (const { id, releases } of steps) if (releases === true) final.set(id, "it releases");
  for (const [id] of final) {
    for (const follower of neededBy.get(id) ?? []) {
      if (!final.has(follower)) final.set(follower, `it needs "${id}", which is in finalisation`);
    }
  }
  // A writer goes along when all that need it are there; which may let writers before it follow.
  const isLast = (id: string): boolean =>
    !final.has(id) && byId.get(id)?.writes === true && (neededBy.get(id) ?? []).every((one) => final.has(one));
  const candidates = steps.map(({ id }) => id).filter(isLast);
  for (const id of candidates) {
    if (!isLast(id)) continue;
    final.set(id, "it writes, and no step outside of finalisation needs it");
    candidates.push(...(byId.get(id)?.needs ?? []).filter(isLast));
  }
  return final;
}
