import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** A limit of this many times the longest pass leaves room for a slow day. */
const ROOM = 2;

/** Steps that were ended by their time limit. The gain is that of a limit nearer to what passes take. */
export function findTimeouts(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const { step } = timed;
    if (step.outcome !== "timed-out") return [];
    const passes = run
      .earlier(step.id)
      .flatMap((earlier) => (earlier.step.outcome === "passed" ? [earlier.step.seconds * 1000] : []));
    const longestMs = passes.reduce((longest, ms) => Math.max(longest, ms), 0);
    const limitMs = ROOM * longestMs;
    const isLoose = passes.length > 0 && limitMs < step.durationMs;
    return [
      {
        kind: "timeout",
        symptom: `${step.id} was ended by its time limit after ${toSeconds(step.durationMs)} s`,
        cause: isLoose
          ? `it hung, or something it waited for did: its longest pass took ${toSeconds(longestMs)} s`
          : "it hung, or its time limit is too short for it",
        remedy: isLoose
          ? `see the end of its log for what it waited for, and lower its time limit to about ${toSeconds(limitMs)} s`
          : "see the end of its log for what it waited for; if it was still at work, raise its time limit or split it",
        ...(isLoose && {
          gainMs: run.gainOf(new Map([[step.id, lengthOf(timed) - (step.durationMs - limitMs)]])),
          gainIf: `the limit was ${toSeconds(limitMs)} s`,
        }),
        evidence: [
          { name: "last attempt", value: step.durationMs / 1000, unit: "s" },
          ...(passes.length === 0 ? [] : [{ name: "longest pass", value: longestMs / 1000, unit: "s" } as const]),
        ],
        steps: [step.id],
      },
    ];
  });
}
