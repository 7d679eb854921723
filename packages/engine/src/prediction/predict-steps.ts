import path from "node:path";
import type { ParsedSamples, Prediction, Query } from "@ai-workflow/ml-predictor";
import { readHistory, type HistoryEntry } from "@ai-workflow/profiler";
import { HISTORY_FILE } from "../state/state-directory.ts";
import { toSamples } from "./history-samples.ts";

/** Folder of the trained model inside the state folder. */
export const MODEL_FOLDER = "ml";

/** With fewer runs there is nothing to choose between, and the median that plans go by says all there is to say. */
const FEWEST_RUNS = 10;

/** Durations of steps before they run, and whether a model should be trained anew for the next time. */
export interface StepPredictions {
  /** By step; a step of which nothing can be said is missing. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** Why a model should be trained now; `undefined` when it should not. */
  readonly trainBecause: string | undefined;
}

/** Reads what earlier runs took; a history that cannot be read is an empty one. */
export function readEntries(state: string): readonly HistoryEntry[] {
  try {
    return readHistory(path.join(state, HISTORY_FILE)).entries;
  } catch {
    return [];
  }
}

/** The rows that a model is trained on. */
export async function readTrainingRows(state: string): Promise<ParsedSamples> {
  const { parseSamples } = await import("@ai-workflow/ml-predictor");
  return parseSamples(toSamples(readEntries(state)));
}

/**
 * Predicts how long steps take, from the history and from the trained model where there is one and it is better. The library is loaded
 * here and nowhere before. Whatever is wrong with history or model, simple rules answer.
 *
 * @param state - absolute path of the state folder
 */
export async function predictSteps(state: string, queries: readonly Query[]): Promise<StepPredictions> {
  const entries = readEntries(state);
  if (entries.length < FEWEST_RUNS) return { predictions: new Map(), trainBecause: undefined };
  const { needsTraining, openPredictor, parseSamples, readPredictorFiles } = await import("@ai-workflow/ml-predictor");
  const { samples } = parseSamples(toSamples(entries));
  const files = await readPredictorFiles(path.join(state, MODEL_FOLDER));
  const predictor = await openPredictor({ files, samples });
  const predictions = new Map<string, Prediction>();
  for (const query of queries) {
    const prediction = predictor.predict(query);
    // Without a single duration there is only a fallback, which is no knowledge.
    if (samples.length > 0) predictions.set(query.step, prediction);
  }
  const training = needsTraining(files.found ? files.document : undefined, samples);
  return { predictions, trainBecause: training.needed ? training.because : undefined };
}
