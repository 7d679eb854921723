import type { StageTrigger } from "../define-stages.ts";
import { estimateFailureProbability } from "../ordering/estimate-failure-probability.ts";
import { orderForFirstFailure } from "../ordering/order-for-first-failure.ts";
import { estimateMean, type MeanEstimate } from "./estimate-mean.ts";
import { checkHistory, meanSeconds, type PastRun } from "./history.ts";
import { prepareReplay, replaySeconds, type ReplayedRun } from "./replay-assignment.ts";

/** A stage whose steps may be moved: those of `defineStages` will do. */
export interface AssignableStage {
  readonly id: string;
  readonly steps: readonly string[];
  /** Steps move only between stages that start on success. @defaultValue `"on_success"` */
  readonly trigger?: StageTrigger | undefined;
}

/** Settings of {@link recommendAssignment}. */
export interface RecommendAssignmentOptions {
  /** The assignment as it is, in the order of the stages. */
  readonly stages: readonly AssignableStage[];
  /**
   * What each step needs: it is never put before that.
   * @defaultValue nothing
   */
  readonly needs?: ReadonlyMap<string, readonly string[]> | undefined;
  /**
   * Steps that run at a time. From 1.
   * @defaultValue 1: the time of a stage is that of its steps added up
   */
  readonly slots?: number | undefined;
  /**
   * Runs below which nothing is recommended; at least 15.
   * @defaultValue 30
   */
  readonly minimumRuns?: number | undefined;
  /**
   * Failing runs that the earlier and the later part of the history need each; at least 1.
   * @defaultValue 5
   */
  readonly minimumFailures?: number | undefined;
}

/** A step that would change its stage. */
export interface AssignmentMove {
  readonly stepId: string;
  readonly from: string;
  readonly to: string;
}

/** What a recommendation rests on. */
export interface AssignmentFigures {
  /** Runs on which the assignment was chosen, and how many of them failed. */
  readonly earlierRuns: number;
  readonly earlierFailures: number;
  /** Later runs on which it was then judged, and how many of them failed. */
  readonly laterRuns: number;
  readonly laterFailures: number;
  /** Seconds per later run with the assignment as it is, and with the proposed one, both replayed. */
  readonly currentSeconds: number;
  readonly proposedSeconds: number;
  /** Seconds saved per later run, with the interval of 95 %. */
  readonly savedSeconds: MeanEstimate;
  /** Share of the steps of later runs that a closed gate had kept from starting, and that are taken to pass. */
  readonly assumedShare: number;
}

/** What {@link recommendAssignment} says. */
export type AssignmentRecommendation =
  | {
      readonly kind: "recommended";
      /** Stages with their steps; those left without steps are left out. */
      readonly stages: readonly { readonly id: string; readonly steps: readonly string[] }[];
      readonly moves: readonly AssignmentMove[];
      readonly figures: AssignmentFigures;
    }
  /** `too-few-runs` and `too-few-failures`: nothing can be said. `nothing-better`: no move would have saved time on the earlier runs. */
  | {
      readonly kind: "none";
      readonly reason: "too-few-runs" | "too-few-failures" | "nothing-better";
      readonly explanation: string;
    }
  /** What would have saved time on the earlier runs did not surely do so on the later ones. */
  | {
      readonly kind: "none";
      readonly reason: "not-confirmed";
      readonly explanation: string;
      readonly moves: readonly AssignmentMove[];
      readonly figures: AssignmentFigures;
    };

/** Share of the history on which the assignment is chosen. */
const EARLIER_SHARE = 2 / 3;

/** Below this the later part has too few for an interval. */
const LEAST_RUNS = 15;

/** Newer runs say more, and the search takes time for each. */
const MOST_RUNS = 500;

/**
 * Looks for an assignment of steps to stages with which the runs of the history would have taken less time, as replayed: stages
 * one after another up to the first closed gate. It is chosen on the earlier two thirds of the runs, step by step as long as a
 * move saves time, and judged once on the later third: it is recommended only if the interval of 95 % of what it saves there
 * lies above 0. Only the newest 500 runs count.
 * Where no assignment is truly better, 2 to 5 of 100 simulated histories led to a recommendation all the same.
 *
 * Failures of one cause in a row are not independent, so the interval is then too narrow. Steps that a closed gate kept from
 * starting are taken to pass, which speaks against moves, not for them.
 *
 * @param history - oldest run first
 * @throws {RangeError} `slots`, `minimumRuns` or `minimumFailures` is below its least value or no whole number, a step is in
 *   two stages, the needs form a cycle, or a time in the history is negative or not finite.
 */
export function recommendAssignment(
  history: readonly PastRun[],
  options: RecommendAssignmentOptions,
): AssignmentRecommendation {
  const { slots = 1, minimumRuns = 30, minimumFailures = 5, needs = new Map<string, readonly string[]>() } = options;
  for (const [name, value, least] of [
    ["slots", slots, 1],
    ["minimumRuns", minimumRuns, LEAST_RUNS],
    ["minimumFailures", minimumFailures, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `Cannot recommend assignment: \`${name}\` must be a whole number from ${least}, got ${value}`,
      );
    }
  }
  const stages = options.stages.filter(({ trigger = "on_success" }) => trigger === "on_success");
  const stepIds = stages.flatMap(({ steps }) => steps);
  const placeOfStep = new Map(stepIds.map((id, place) => [id, place]));
  if (placeOfStep.size < stepIds.length) throw new RangeError("Cannot recommend assignment: a step is in two stages");

  const newest = history.slice(-MOST_RUNS);
  checkHistory(newest, "recommend assignment");
  const runs = prepareReplay(newest, placeOfStep, meanSeconds(newest));
  if (runs.length < minimumRuns) {
    const explanation = `${runs.length} runs are too few: at least ${minimumRuns} are needed`;
    return { kind: "none", reason: "too-few-runs", explanation };
  }
  const cut = Math.round(runs.length * EARLIER_SHARE);
  const earlier = runs.slice(0, cut);
  const later = runs.slice(cut);
  const failuresIn = (part: readonly ReplayedRun[]): number => part.filter(({ failed }) => failed).length;
  const earlierFailures = failuresIn(earlier);
  const laterFailures = failuresIn(later);
  if (Math.min(earlierFailures, laterFailures) < minimumFailures) {
    const explanation = `${earlierFailures} failing runs in the earlier part and ${laterFailures} in the later one are too few: at least ${minimumFailures} are needed in each`;
    return { kind: "none", reason: "too-few-failures", explanation };
  }

  const current = Int32Array.from(stages.flatMap(({ steps }, place) => steps.map(() => place)));
  const secondsOf = (part: readonly ReplayedRun[], assignment: Int32Array): readonly number[] =>
    part.map((run) => replaySeconds(run, assignment, stages.length, slots));
  const needed = stepIds.map((id) => (needs.get(id) ?? []).flatMap((need) => placeOfStep.get(need) ?? []));
  const costOf = (assignment: Int32Array): number =>
    secondsOf(earlier, assignment).reduce((sum, seconds) => sum + seconds, 0);
  // Single moves do not get out of an assignment that is the wrong way round; a cut of the first-failure order is another start.
  const starts = [current, cutBest(earlier, needed, stages.length, costOf)];
  const found = starts.map((start) => search(start, stages.length, needed, costOf));
  const proposed = found.reduce((best, one) => (costOf(one) < costOf(best) * (1 - 1e-9) ? one : best), current);
  const nameOf = (place: number | undefined): string => stages[place ?? 0]?.id ?? "";
  const moves = stepIds.flatMap((stepId, step): AssignmentMove[] =>
    current[step] === proposed[step] ? [] : [{ stepId, from: nameOf(current[step]), to: nameOf(proposed[step]) }],
  );
  const before = secondsOf(later, current);
  const after = secondsOf(later, proposed);
  const saved = estimateMean(before.map((seconds, run) => seconds - (after[run] ?? 0)));
  if (moves.length === 0 || saved === undefined) {
    const explanation = `No move of a step would have saved time on the earlier ${earlier.length} runs`;
    return { kind: "none", reason: "nothing-better", explanation };
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const stepsInLater = later.reduce((sum, { steps }) => sum + steps.length, 0);
  const figures: AssignmentFigures = {
    earlierRuns: earlier.length,
    earlierFailures,
    laterRuns: later.length,
    laterFailures,
    currentSeconds: mean(before),
    proposedSeconds: mean(after),
    savedSeconds: saved,
    assumedShare: stepsInLater === 0 ? 0 : later.reduce((sum, { assumed }) => sum + assumed, 0) / stepsInLater,
  };
  if (!(saved.low > 0)) {
    const explanation = `What would have saved time on the earlier ${earlier.length} runs saved between ${saved.low.toFixed(1)} and ${saved.high.toFixed(1)} s a run on the later ${later.length}`;
    return { kind: "none", reason: "not-confirmed", explanation, moves, figures };
  }
  const withSteps = options.stages.map(({ id, steps }) => {
    const place = stages.findIndex((stage) => stage.id === id);
    return { id, steps: place === -1 ? steps : stepIds.filter((_, step) => proposed[step] === place) };
  });
  return { kind: "recommended", stages: withSteps.filter(({ steps }) => steps.length > 0), moves, figures };
}

/** The first-failure order of the steps, cut into the first and the last stage where that is cheapest. */
function cutBest(
  runs: readonly ReplayedRun[],
  needs: readonly (readonly number[])[],
  stageCount: number,
  costOf: (assignment: Int32Array) => number,
): Int32Array {
  const seen = needs.map(() => ({ passed: 0, failed: 0, seconds: 0 }));
  for (const { steps } of runs) {
    for (const { step, seconds, closes } of steps) {
      const count = seen[step];
      if (count === undefined) continue;
      count[closes ? "failed" : "passed"]++;
      count.seconds += seconds;
    }
  }
  const { order } = orderForFirstFailure(
    seen.map(({ passed, failed, seconds }, step) => ({
      id: String(step),
      failureProbability: estimateFailureProbability(passed, failed),
      predictedMs: passed + failed === 0 ? 0 : (seconds / (passed + failed)) * 1000,
      needs: needs[step]?.map(String),
    })),
  );
  const assignment = new Int32Array(needs.length).fill(stageCount - 1);
  let best = Int32Array.from(assignment);
  let leastCost = costOf(best);
  for (const step of order) {
    assignment[Number(step)] = 0;
    const cost = costOf(assignment);
    if (cost >= leastCost) continue;
    best = Int32Array.from(assignment);
    leastCost = cost;
  }
  return best;
}

/** Moves single steps, with what has to go along, as long as that makes the assignment cheaper. */
function search(
  start: Int32Array,
  stageCount: number,
  needs: readonly (readonly number[])[],
  costOf: (assignment: Int32Array) => number,
): Int32Array {
  const neededBy = needs.map((): number[] => []);
  for (const [step, all] of needs.entries()) for (const need of all) neededBy[need]?.push(step);
  let best = start;
  let leastCost = costOf(start);
  for (let improved = true; improved;) {
    improved = false;
    for (const step of needs.keys()) {
      for (let stage = 0; stage < stageCount; stage++) {
        if (best[step] === stage) continue;
        const candidate = moveStep(best, step, stage, needs, neededBy);
        const cost = costOf(candidate);
        // What is only a difference of rounding would go on for ever.
        if (cost >= leastCost * (1 - 1e-9)) continue;
        best = candidate;
        leastCost = cost;
        improved = true;
      }
    }
  }
  return best;
}

/** Moves a step; an earlier stage takes along what it needs, a later one what needs it. */
function moveStep(
  assignment: Int32Array,
  step: number,
  stage: number,
  needs: readonly (readonly number[])[],
  neededBy: readonly (readonly number[])[],
): Int32Array {
  const isEarlier = stage < (assignment[step] ?? 0);
  const moved = Int32Array.from(assignment);
  const along = new Set([step]);
  for (const one of along) {
    moved[one] = stage;
    for (const other of (isEarlier ? needs : neededBy)[one] ?? []) {
      const place = moved[other] ?? 0;
      if (isEarlier ? place > stage : place < stage) along.add(other);
    }
  }
  return moved;
}
