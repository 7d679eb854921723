/** Runs inside a worker thread that `trainInWorker` starts: trains, tells how far it is, and hands the files over. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Sample, SetAside } from "../sample.ts";
import { type PredictorProgress, type PredictorTraining, trainPredictor } from "./train-predictor.ts";

/** What the worker is given. */
export interface PredictorWork {
  readonly samples: readonly Sample[];
  readonly setAside: SetAside | undefined;
  readonly nowMs: number;
}

/** What the worker says. */
export type PredictorMessage =
  | { readonly type: "progress"; readonly progress: PredictorProgress }
  | { readonly type: "ended"; readonly training: PredictorTraining };

async function train(port: MessagePort, { samples, setAside, nowMs }: PredictorWork): Promise<void> {
  const say = (message: PredictorMessage): void => port.postMessage(message);
  const onProgress = (progress: PredictorProgress): void => say({ type: "progress", progress });
  say({ type: "ended", training: await trainPredictor(samples, { setAside, nowMs, onProgress }) });
}

// Imported for its types or by a bundler on the main thread, it does nothing.
if (parentPort !== null) await train(parentPort, workerData as PredictorWork);
