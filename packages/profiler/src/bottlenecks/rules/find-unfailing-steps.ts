import type { StepOutcome } from "../../run-record.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";

/** Outcomes after which it is known whether something was wrong. */
const JUDGED: ReadonlySet<StepOutcome> = new Set(["passed", "failed", "timed-out", "inconclusive"]);

/**
 * Steps that ran often, and in which nothing ever failed. Beside the number of runs stands the largest rate of failure that it leaves likely:
 * the upper end of the one-sided 95 % interval, 1 − 0.05^(1/n), about 3/n (rule of three; Hanley & Lippman-Hand, JAMA 1983), where runs are
 * independent. Steps of models and steps with findings are passed over, as their result is more than a pass; so are those that others wait
 * for, as they may be there for what they make.
 */
export function findUnfailingSteps(run: RunView): readonly Candidate[] {
  const needed = new Set(
    run.steps.flatMap(({ step }) => step.waits.flatMap(({ cause, on }) => (cause === "need" ? [on] : []))),
  );
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const { step } = timed;
    if (step.kind === "ai" || step.findings.length > 0 || needed.has(step.id)) return [];
    const lengthMs = lengthOf(timed);
    const ran = [
      ...run.earlier(step.id).map((earlier) => earlier.step),
      { outcome: step.outcome, attempts: step.attempts, seconds: lengthMs / 1000 },
    ].filter(({ outcome }) => JUDGED.has(outcome));
    if (ran.length < run.options.minRuns) return [];
    if (ran.some(({ outcome, attempts }) => outcome !== "passed" || attempts > 1)) return [];
    const upper = 1 - 0.05 ** (1 / ran.length);
    const sum = ran.reduce((total, { seconds }) => total + seconds, 0);
    return [
      {
        kind: "never-fails",
        symptom: `${step.id} ran ${ran.length} times, ${sum.toFixed(0)} s in all, and nothing ever failed in it`,
        cause: `its result has not changed: it fails in at most ${(100 * upper).toFixed(1)} % of runs (95 % confidence)`,
        remedy: "narrow its inputs so that it runs when it could fail, or move it to a later stage or a nightly run",
        gainMs: run.gainOf(new Map([[step.id, 0]])),
        gainIf: "it had not run",
        evidence: [
          { name: "runs without a failure", value: ran.length, unit: "count" },
          { name: "rate of failure at most", value: 100 * upper, unit: "%" },
          { name: "time in all runs", value: sum, unit: "s" },
          { name: "step", value: lengthMs / 1000, unit: "s" },
        ],
        steps: [step.id],
      },
    ];
  });
}
