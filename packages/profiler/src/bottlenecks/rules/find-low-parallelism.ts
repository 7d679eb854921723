import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** Slots are badly used up to this share of those that there were steps for. */
const LOW_USE = 2 / 3;
/** Steps of the path that are tried as shorter, the longest first: each may need a new plan. */
const MOST_TRIED = 8;

/** Few steps at work beside a long critical path: the step of it that would gain most if it took half as long. */
export function findLowParallelism(run: RunView): readonly Candidate[] {
  const { slots, steps } = run;
  const usable = Math.min(slots.maxParallel, steps.length);
  if (usable < 2 || slots.averageRunning > LOW_USE * usable) return [];
  const tried = steps
    .filter(({ step }) => run.isOnPath(step.id))
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_TRIED)
    .map((timed) => ({ timed, gainMs: run.gainOf(new Map([[timed.step.id, lengthOf(timed) / 2]])) }));
  const best = tried.toSorted((a, b) => b.gainMs - a.gainMs)[0];
  if (best === undefined) return [];
  const { id } = best.timed.step;
  const lengthMs = lengthOf(best.timed);
  return [
    {
      kind: "low-parallelism",
      symptom: `${slots.averageRunning.toFixed(1)} of ${usable} slots that could be used were at work on average`,
      cause: `the critical path of ${run.path.length} ${run.path.length === 1 ? "step" : "steps"} is long, and ${id} is the part of it that matters most, with ${toSeconds(lengthMs)} s`,
      remedy: `split ${id} into steps that run at the same time, shorten it, or drop needs that are none`,
      gainMs: best.gainMs,
      gainIf: `${id} took half as long`,
      evidence: [
        { name: "slots at work", value: slots.averageRunning, unit: "count" },
        { name: "slots", value: slots.maxParallel, unit: "count" },
        { name: "one step alone", value: slots.aloneMs / 1000, unit: "s" },
        { name: "empty slots", value: slots.idleMs / 1000, unit: "s" },
        { name: "step", value: lengthMs / 1000, unit: "s" },
      ],
      steps: [id],
    },
  ];
}
