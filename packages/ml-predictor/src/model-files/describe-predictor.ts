import { DEFAULT_MIN_RUNS } from "../back-test.ts";
import { groupByRun, type Sample } from "../sample.ts";
import { percent } from "../status.ts";
import type { TrainingNeed } from "./needs-training.ts";
import type { PredictorDocument } from "./predictor-document.ts";

/** Features that gained at least this share are named. */
const NAMED_SHARE = 0.1;

/**
 * The status of a predictor in words, a statement a line: whether it is trained and when, runs, accuracy with its definition, which rule serves
 * how many steps, what it depends on, and what the data recommends.
 *
 * @param files - what `readPredictorFiles` gave
 * @param samples - the history by now
 */
export function describePredictor(
  files:
    | { readonly found: true; readonly document: PredictorDocument }
    | { readonly found: false; readonly message: string },
  samples: readonly Sample[],
  { training }: { readonly training?: TrainingNeed | undefined } = {},
): readonly string[] {
  const runs = groupByRun(samples).length;
  if (!files.found) {
    const missing = DEFAULT_MIN_RUNS - runs;
    return [
      `trained: no (${files.message}); simple rules serve`,
      `runs: ${runs}`,
      ...(missing > 0
        ? [`recommended: ${missing} more ${missing === 1 ? "run" : "runs"} before it can be trained`]
        : describeNeed(training)),
    ];
  }
  const { document } = files;
  const { served, model } = document;
  return [
    `trained: yes, last updated ${document.trainedAt}, on ${document.runs} runs and ${document.rows} rows`,
    `runs: ${runs}`,
    served === null
      ? "accuracy: not known yet (no step has been predicted from an earlier run)"
      : `accuracy: ${percent(served.within20)} of ${served.rows} predictions within 20 %, median error ${percent(served.medianApe)}, ` +
        `p90 held in ${percent(served.p90Coverage)} (${document.accuracyDefinition})`,
    `rules: ${describeRules(document)}`,
    ...(model !== null && model.trees > 0 ? describeImportance(model) : []),
    ...describeNeed(training),
  ];
}

function describeRules({ candidates, steps, byDefault }: PredictorDocument): string {
  const counts = candidates.map(() => 0);
  for (const { candidate } of steps) counts[candidate]! += 1;
  const used = candidates
    .map(({ name }, place) => ({ name, count: counts[place]!, isDefault: place === byDefault }))
    .filter(({ count, isDefault }) => count > 0 || isDefault)
    .sort((left, right) => right.count - left.count);
  return used
    .map(
      ({ name, count, isDefault }) =>
        `${name}${isDefault ? " (default)" : ""} for ${count} ${count === 1 ? "step" : "steps"}`,
    )
    .join(", ");
}

function describeImportance({ columns, importance }: NonNullable<PredictorDocument["model"]>): readonly string[] {
  const named = columns
    .map((name, place) => ({ name, share: importance[place]! }))
    .filter(({ share }) => share >= NAMED_SHARE)
    .sort((left, right) => right.share - left.share)
    .map(({ name, share }) => `${name} (${percent(share)})`);
  return named.length === 0 ? [] : [`trees depend most on: ${named.join(", ")}`];
}

function describeNeed(training: TrainingNeed | undefined): readonly string[] {
  return training?.needed === true ? [`recommended: train, since ${training.because}`] : [];
}
