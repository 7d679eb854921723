import { DEFAULT_MIN_RUNS } from "../back-test.ts";
import { loss } from "../choose-rule.ts";
import { groupByRun, type Sample } from "../sample.ts";
import { hasCurrentFeatures, type PredictorDocument } from "./predictor-document.ts";

/** Trained anew once the history has grown by this share of its rows. */
const GROWTH = 0.2;
/** So many of the last runs tell whether what was learned still holds. */
const DRIFT_RUNS = 5;
/** It does not where the mean loss over them is this many times that of the back-test, and more than so much higher. */
const DRIFT_FACTOR = 1.5;
const LEAST_DRIFT = 0.02;

/** Whether to train, and why (not). */
export interface TrainingNeed {
  readonly needed: boolean;
  /** A sentence without a full stop. */
  readonly because: string;
}

/** How far off served predictions of late were. */
export interface RecentLosses {
  /** Runs since the training, at most the last five. */
  readonly runs: number;
  /** Mean loss of what would have been served. */
  readonly served: number;
}

/**
 * Whether to train now: nothing is trained and there are ten runs, features changed, the history has grown by a fifth, or of late durations are
 * further off than they were in the back-test. O(rows).
 *
 * @param samples - the whole history, as it would be trained on
 * @param recent - `recent` of the predictor that serves, if one was opened; else drift is that of the last value
 */
export function needsTraining(
  document: PredictorDocument | undefined,
  samples: readonly Sample[],
  recent?: RecentLosses,
): TrainingNeed {
  const runs = groupByRun(samples);
  if (runs.length < DEFAULT_MIN_RUNS) {
    return { needed: false, because: `there are ${runs.length} runs of the ${DEFAULT_MIN_RUNS} needed` };
  }
  if (document === undefined) return { needed: true, because: `nothing is trained, and there are ${runs.length} runs` };
  if (!hasCurrentFeatures(document)) return { needed: true, because: "it was trained on other features" };
  const from = firstRunSince(document, runs);
  const added = runs.slice(from).reduce((sum, rows) => sum + rows.length, 0);
  if (added >= GROWTH * document.rows) {
    return { needed: true, because: `${added} rows were added to the ${document.rows} it was trained on` };
  }
  const of = recent ?? { runs: Math.min(DRIFT_RUNS, runs.length - from), served: lastValueLoss(runs) };
  const before = recent === undefined ? document.losses.lastValue : document.losses.served;
  if (of.runs >= DRIFT_RUNS && of.served > Math.max(DRIFT_FACTOR * before, before + LEAST_DRIFT)) {
    return { needed: true, because: `the last ${of.runs} runs were further off than the back-test` };
  }
  return { needed: false, because: `${added} rows were added to the ${document.rows} it was trained on` };
}

/** Place of the first run that a document was not trained on. A history that no longer holds the last one is taken to be all new. */
export function firstRunSince(
  { lastRun }: Pick<PredictorDocument, "lastRun">,
  runs: readonly (readonly Sample[])[],
): number {
  for (let place = runs.length - 1; place >= 0; place -= 1) if (runs[place]![0]!.run === lastRun) return place + 1;
  return 0;
}

/** Mean loss of the last value over the last runs; 0 where no step was seen before. */
function lastValueLoss(runs: readonly (readonly Sample[])[]): number {
  const last = new Map<string, number>();
  const from = runs.length - DRIFT_RUNS;
  let [sum, count] = [0, 0];
  for (const [place, rows] of runs.entries()) {
    for (const { step, seconds } of place < from ? [] : rows) {
      const before = last.get(step);
      if (before === undefined) continue;
      sum += loss(before, seconds);
      count += 1;
    }
    for (const { step, seconds } of rows) last.set(step, seconds);
  }
  return count === 0 ? 0 : sum / count;
}
