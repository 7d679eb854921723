import path from "node:path";
import type { Prediction, Query } from "@ai-workflow/ml-predictor";
import type { NoticeRecord, SpanRecorder } from "@ai-workflow/profiler";
import { MODEL_FOLDER, predictSteps, readTrainingRows } from "./predict-steps.ts";

/** A run that is expected to be over sooner gains less from better predictions than they cost (up to a second of CPU time), in milliseconds. */
export const PREDICT_FROM_MS = 10_000;
/** A model is trained beside a run that is expected to take at least so long, in milliseconds. */
export const TRAIN_FROM_MS = 10_000;

/** Predictions that come while a run goes on. */
export interface RunForecast {
  /** What is predicted so far, by step. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** To be called when the first steps have started: predicts, tells each expected duration, and trains where that is due. */
  begin(apply: (stepId: string, durationMs: number) => void): void;
  /** The run is over: what has not come is given up. Resolves when nothing goes on any more. */
  end(): Promise<void>;
}

/** What {@link createRunForecast} needs. */
export interface RunForecastOptions {
  /** Absolute path of the state folder. */
  readonly state: string;
  /** The steps that run. */
  readonly queries: readonly Query[];
  /** How long the run is expected to take by simple rules. */
  readonly expectedMs: number;
  /** Where the compiled worker is; `undefined` means the one of the ml-predictor package. */
  readonly worker: URL | undefined;
  /** Whether a trained model may be kept. */
  readonly durable: boolean;
  readonly spans: SpanRecorder;
  readonly notice: (notice: NoticeRecord) => void;
}

/** Predicts and trains in the background of a run. Nothing that goes wrong here is a failure of the run. */
export function createRunForecast(options: RunForecastOptions): RunForecast {
  const { state, queries, expectedMs, worker, durable, spans, notice } = options;
  const predictions = new Map<string, Prediction>();
  const ending = new AbortController();
  let work: Promise<void> = Promise.resolve();

  const forecast = async (apply: (stepId: string, durationMs: number) => void): Promise<void> => {
    // The first steps start first.
    await new Promise((resolve) => setImmediate(resolve));
    if (ending.signal.aborted) return;
    const predicted = await spans.measure("predict", () => predictSteps(state, queries));
    if (ending.signal.aborted) return;
    for (const [stepId, prediction] of predicted.predictions) {
      predictions.set(stepId, prediction);
      apply(stepId, prediction.p50Ms);
    }
    if (predicted.trainBecause === undefined || expectedMs < TRAIN_FROM_MS || !durable) return;
    await spans.measure("train_model", () => train());
  };

  const train = async (): Promise<void> => {
    const { trainInWorker, writePredictorFiles } = await import("@ai-workflow/ml-predictor");
    const { samples, setAside } = await readTrainingRows(state);
    const result = await trainInWorker(samples, {
      setAside,
      nowMs: Date.now(),
      workerUrl: worker,
      signal: ending.signal,
      keepAlive: false,
    });
    if (result.outcome === "failed") throw result.error;
    if (result.outcome !== "trained") return;
    const written = await writePredictorFiles(path.join(state, MODEL_FOLDER), result.files);
    if (!written.written) notice({ code: "model-not-kept", message: written.message });
  };

  return {
    predictions,
    begin(apply): void {
      if (expectedMs < PREDICT_FROM_MS) return;
      work = forecast(apply).catch((error: unknown) => {
        if (ending.signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        notice({ code: "prediction-failed", message: `durations are expected by simple rules: ${why}` });
      });
    },
    async end(): Promise<void> {
      ending.abort();
      await work;
    },
  };
}
