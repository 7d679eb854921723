import { busyCores, type Candidate, type RunView } from "../run-view.ts";
import { lengthOf, type TimedStep } from "../timed-step.ts";

/** A step is at work on one core when it kept that many busy on average. */
const ONE_CORE = { least: 0.85, most: 1.1 };

/** Steps that kept one core busy while others had nothing to do, where the run waits for them: the gain is that of two cores. */
export function findSingleThreads(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const { step } = timed;
    const cores = busyCores(timed);
    if (cores === undefined || cores < ONE_CORE.least || cores > ONE_CORE.most) return [];
    const idle = run.record.environment.cpuCount - coresInUse(run, timed);
    if (idle < 1) return [];
    const lengthMs = lengthOf(timed);
    return [
      {
        kind: "single-threaded",
        symptom: `${step.id} kept ${cores.toFixed(1)} cores busy, and ${idle.toFixed(1)} were idle meanwhile`,
        cause: "it works on one core only, and the end of the run waits for it",
        remedy: `let ${step.id} use more workers or threads, or split it into steps that run at the same time`,
        gainMs: run.gainOf(new Map([[step.id, lengthMs - Math.min(lengthMs, step.resources?.cpuMs ?? 0) / 2]])),
        gainIf: "its work was shared by two cores",
        evidence: [
          { name: "step", value: lengthMs / 1000, unit: "s" },
          { name: "CPU", value: (step.resources?.cpuMs ?? 0) / 1000, unit: "s" },
          { name: "cores in use", value: cores, unit: "cores" },
          { name: "idle cores", value: idle, unit: "cores" },
        ],
        steps: [step.id],
      },
    ];
  });
}

/** Cores that steps kept busy while one was at work, on average; each as if it used its CPU time evenly. */
function coresInUse(run: RunView, during: TimedStep): number {
  const lengthMs = lengthOf(during);
  return run.steps.reduce((sum, other) => {
    const togetherMs = Math.min(other.finishedMs, during.finishedMs) - Math.max(other.startedMs, during.startedMs);
    return sum + (busyCores(other) ?? 0) * Math.max(0, togetherMs / lengthMs);
  }, 0);
}
