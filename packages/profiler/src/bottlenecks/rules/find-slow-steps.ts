import { median } from "../median.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf, type TimedStep } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** Passes that a step's time is compared with where nothing was predicted: longer than all 19 is 1 in 20 by chance. */
const PASSES = { least: 19, most: 30 };

/** Steps that took longer than they do: a pointer only, whether that is noise is for the regression library to say. */
export function findSlowSteps(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const { step } = timed;
    const known = step.outcome === "passed" ? expected(run, timed) : undefined;
    if (known === undefined || step.durationMs <= known.mostMs) return [];
    return [
      {
        kind: "slower-than-usual",
        symptom: `${step.id} took ${toSeconds(step.durationMs)} s, usually ${toSeconds(known.usualMs)} s`,
        cause: `${known.how} ${toSeconds(known.mostMs)} s: a change, or a busy machine`,
        remedy: "look at its trend and at what changed since (see regression)",
        gainMs: run.gainOf(new Map([[step.id, lengthOf(timed) - (step.durationMs - known.usualMs)]])),
        gainIf: "it took as long as usual",
        evidence: [
          { name: "step", value: step.durationMs / 1000, unit: "s" },
          { name: "usually", value: known.usualMs / 1000, unit: "s" },
          { name: known.how, value: known.mostMs / 1000, unit: "s" },
        ],
        steps: [step.id],
      },
    ];
  });
}

function expected(
  run: RunView,
  { step }: TimedStep,
): { readonly usualMs: number; readonly mostMs: number; readonly how: string } | undefined {
  const { predictedMs, predictedUpperMs } = step;
  if (predictedMs !== undefined && predictedUpperMs !== undefined) {
    return {
      usualMs: predictedMs,
      mostMs: Math.max(predictedMs, predictedUpperMs),
      how: "nine times out of ten it takes at most",
    };
  }
  const passes = run
    .earlier(step.id)
    .flatMap(({ step: { outcome, seconds }, sameMachine }) => (outcome === "passed" && sameMachine ? [seconds] : []))
    .slice(-PASSES.most);
  const usual = passes.length < PASSES.least ? undefined : median(passes);
  if (usual === undefined) return undefined;
  const most = passes.reduce((longest, seconds) => Math.max(longest, seconds), 0);
  return { usualMs: usual * 1000, mostMs: most * 1000, how: `in its last ${passes.length} passes it took at most` };
}
