import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** Steps that would have been done sooner in another order, with the times they took: a plan made before the run cannot know these. */
export function findPoorOrder(run: RunView): readonly Candidate[] {
  const { steps, makespanMs } = run;
  const longestMs = steps.reduce((longest, timed) => Math.max(longest, lengthOf(timed)), 0);
  // No order is shorter than the longest step.
  const plannedMs = makespanMs - longestMs < run.worthMs ? undefined : run.planUnchanged();
  if (plannedMs === undefined || !(plannedMs < makespanMs)) return [];
  const unknown = steps.filter(({ step }) => step.predictedMs === undefined).map(({ step }) => step.id);
  return [
    {
      kind: "poor-order",
      symptom: `the steps took ${toSeconds(makespanMs)} s together, and ${toSeconds(plannedMs)} s would have been enough`,
      cause:
        unknown.length > 0
          ? `how long ${unknown.length === 1 ? "1 step takes" : `${unknown.length} steps take`} was not known when the run was planned`
          : "steps took other times than the plan expected",
      remedy:
        unknown.length > 0
          ? "keep the history between runs: the next plan knows what this run took"
          : "let durations be predicted (optimizations.ml_optimize), and see which steps took longer than predicted",
      gainMs: makespanMs - Math.max(longestMs, plannedMs),
      gainIf: "the steps had run in the best order that was found",
      evidence: [
        { name: "first start to last end", value: makespanMs / 1000, unit: "s" },
        { name: "planned anew", value: plannedMs / 1000, unit: "s" },
        { name: "steps of unknown duration", value: unknown.length, unit: "count" },
      ],
      steps: unknown,
    },
  ];
}
