import { groupBy } from "../group-by.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/**
 * Reasons to run that can be done something about, by the selector's code; that something relevant changed, or that they were forced, is not
 * among them.
 */
const AVOIDABLE: Readonly<Record<string, { readonly cause: string; readonly remedy: string }>> = {
  "smart-execution-off": {
    cause: "smart execution is switched off",
    remedy: "switch it on (optimizations.smart_execution)",
  },
  always: {
    cause: "they are configured to run always",
    remedy: "name what they read as `inputs` instead of `when.always`",
  },
  "not-cached": {
    cause: "their results are not kept",
    remedy: "drop `cache: false` where the same files give the same result",
  },
  "inputs-match-nothing": { cause: "no file matches their inputs", remedy: "correct the patterns in `inputs`" },
  "files-unknown": { cause: "the files could not be listed", remedy: "run it in a git work tree that git can read" },
  "base-unknown": {
    cause: "it is unknown what changed",
    remedy: "fetch the base and its history before the run, or name a base that is there",
  },
  "not-proved": {
    cause: "nothing relevant changed, but no record says that they passed",
    remedy: "keep the state folder between runs (in CI with its cache), and run the base once",
  },
  "used-step-due": {
    cause: "a step whose results they use had to run",
    remedy: "name under `uses` only steps whose results they read, and narrow the inputs of those",
  },
  "needed-by": {
    cause: "a step that had to run uses their results",
    remedy: "where only the order matters name them under `needs` instead of `uses`",
  },
};

/** Steps that ran though nothing they read had changed, as far as is known, by reason. The gain is that of not running them. */
export function findCacheMisses(run: RunView): readonly Candidate[] {
  return [...groupBy(run.steps, ({ step }) => step.decision.reason)].flatMap(
    ([reason, steps]): readonly Candidate[] => {
      const advice = Object.hasOwn(AVOIDABLE, reason) ? AVOIDABLE[reason] : undefined;
      // In a first run nothing can have been proved.
      if (advice === undefined || (reason === "not-proved" && run.history.length === 0)) return [];
      const sumMs = steps.reduce((sum, timed) => sum + lengthOf(timed), 0);
      const what = steps.length === 1 ? "1 step" : `${steps.length} steps`;
      return [
        {
          kind: "cache-miss",
          symptom: `${what} of ${toSeconds(sumMs)} s ran instead of being replayed or skipped (${reason})`,
          ...advice,
          gainMs: run.gainOf(new Map(steps.map(({ step }) => [step.id, 0]))),
          gainIf: "they had not run",
          evidence: [
            { name: "steps", value: steps.length, unit: "count" },
            { name: "time of the steps", value: sumMs / 1000, unit: "s" },
          ],
          steps: steps.map(({ step }) => step.id),
        },
      ];
    },
  );
}
