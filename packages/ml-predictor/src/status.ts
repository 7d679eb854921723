import type { BackTest, Scores } from "./back-test.ts";
import type { SetAside } from "./sample.ts";

/** How many steps a candidate serves. */
export interface RuleUse {
  /** The candidate's name. */
  readonly name: string;
  /** Steps it serves. */
  readonly steps: number;
  /** Whether it serves every step without a reason to differ. */
  readonly isDefault: boolean;
}

/** What the predictor knows and how good it has been, as data and as text. */
export interface PredictorStatus {
  /** Runs learned. */
  readonly runs: number;
  /** Whether there are enough runs for the back-test to choose rules. */
  readonly enoughRuns: boolean;
  /** Rows not learned, by reason. */
  readonly setAside: SetAside;
  /** How good the served predictions have been; `undefined` when none could be scored. */
  readonly accuracy: Scores | undefined;
  /** What `accuracy` means, in a sentence. */
  readonly accuracyDefinition: string;
  /** Which candidates serve how many steps, the most used first; only those in use. */
  readonly rules: readonly RuleUse[];
  /** The same as text, a statement a line. */
  readonly lines: readonly string[];
}

/** Put the status into words. Pure. */
export function describeStatus(facts: {
  readonly backTest: Pick<BackTest, "runs" | "scoredRuns" | "served">;
  readonly minRuns: number;
  readonly setAside: SetAside;
  readonly rules: readonly RuleUse[];
}): PredictorStatus {
  const { backTest, minRuns, setAside, rules } = facts;
  const { runs, scoredRuns, served } = backTest;
  const accuracy = served.total;
  const enoughRuns = runs >= minRuns;
  const accuracyDefinition =
    `each of the last ${scoredRuns} of ${runs} runs predicted from earlier runs only, steps seen before; ` +
    "error is |predicted - actual| / actual";
  const used = rules.filter(({ steps }) => steps > 0).sort((left, right) => right.steps - left.steps);
  const reasons = Object.entries(setAside).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    runs,
    enoughRuns,
    setAside,
    accuracy,
    accuracyDefinition,
    rules: used,
    lines: [
      enoughRuns
        ? `runs: ${runs}`
        : `runs: ${runs} of the ${minRuns} needed to compare rules; until then ${rules.find((rule) => rule.isDefault)?.name ?? "the first rule"} serves`,
      reasons.length === 0
        ? "rows set aside: none"
        : `rows set aside: ${reasons.map(([reason, rows]) => `${rows} ${reason}`).join(", ")}`,
      accuracy === undefined
        ? "accuracy: not known yet (no step has been predicted from an earlier run)"
        : `accuracy: ${percent(accuracy.within20)} of ${accuracy.rows} predictions within 20 %, median error ${percent(accuracy.medianApe)}, ` +
          `mean error ${accuracy.maeSeconds.toFixed(2)} s, p90 held in ${percent(accuracy.p90Coverage)} (${accuracyDefinition})`,
      used.length === 0
        ? "rules: none in use"
        : `rules: ${used.map(({ name, steps, isDefault }) => `${name}${isDefault ? " (default)" : ""} for ${steps} ${steps === 1 ? "step" : "steps"}`).join(", ")}`,
    ],
  };
}

/** A share as a percentage with one digit. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
