import { Worker } from "node:worker_threads";
import { packTraining } from "./pack-training.ts";
import type { TrainedTrees, TrainingProgress } from "./train-trees.ts";
import type { TrainingMessage } from "./train-worker.ts";
import { checkTrainingData, resolveTrainingOptions, type TrainingData, type TrainingOptions } from "./training-data.ts";

/** How training in the background ended. */
export type BackgroundTraining =
  | { readonly outcome: "trained"; readonly trees: TrainedTrees }
  /** The signal was aborted. */
  | { readonly outcome: "cancelled" }
  /** The thread could not start, ran out of memory or ended by itself; the error says which. */
  | { readonly outcome: "failed"; readonly error: Error };

/** Options of {@link trainInBackground}. */
export interface BackgroundOptions {
  /** Ends the training at once when it aborts, in the middle of a round, too. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each round, in order, never after the promise is settled. What it throws ends the training and rejects the promise. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /**
   * The compiled `train-worker`; a bundle says where its own copy is.
   * @defaultValue `train-worker.js` beside this module
   */
  readonly workerUrl?: URL | undefined;
  /**
   * Whether the process waits for the training when it has nothing else to do. With `false` it may end first, and the promise is then
   * never settled: for training that is a bonus, such as after a run.
   * @defaultValue true
   */
  readonly keepAlive?: boolean | undefined;
}

/** Where compiled code finds the worker when it is not bundled. */
const WORKER = new URL("train-worker.js", import.meta.url);

/**
 * Train as `trainTrees` does, in a thread of its own. The data is copied at once, so the caller may go on using and changing it. One
 * thread a training, which ends with it: a pool would have nothing to reuse.
 *
 * @throws RangeError (as a rejection) when data or options are out of range, as `trainTrees` does; before any thread is started.
 */
export async function trainInBackground(
  data: TrainingData,
  options: TrainingOptions = {},
  { signal, onProgress, workerUrl = WORKER, keepAlive = true }: BackgroundOptions = {},
): Promise<BackgroundTraining> {
  const rowCount = checkTrainingData(data);
  const resolved = resolveTrainingOptions(options);
  if (signal?.aborted === true) return { outcome: "cancelled" };
  const packed = packTraining(data, resolved, rowCount);
  const moved = [packed.columns.buffer, packed.targetColumns.buffer];
  if (packed.weights !== undefined) moved.push(packed.weights.buffer);
  let worker: Worker;
  try {
    // Flags of the process are not for this file: `--input-type`, for one, keeps a worker from starting.
    worker = new Worker(workerUrl, { workerData: packed, transferList: moved, execArgv: [] });
  } catch (error) {
    return { outcome: "failed", error: toError(error) };
  }
  const ending = listen(worker, signal, onProgress);
  if (!keepAlive) worker.unref();
  return await ending;
}

/** Waits for the end of a thread. When this is settled the thread has ended or has nothing more to do. */
async function listen(
  worker: Worker,
  signal: AbortSignal | undefined,
  onProgress: BackgroundOptions["onProgress"],
): Promise<BackgroundTraining> {
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<BackgroundTraining>((resolve, reject) => {
      let ended = false;
      const end = (settle: () => void): void => {
        ended = true;
        void worker.terminate().then(settle);
      };
      cancel = () => end(() => resolve({ outcome: "cancelled" }));
      signal?.addEventListener("abort", cancel, { once: true });
      worker.on("message", (message: TrainingMessage) => {
        if (ended) return;
        if (message.type === "trained") {
          end(() => resolve({ outcome: "trained", trees: message.trees }));
          return;
        }
        try {
          onProgress?.(message.progress);
        } catch (error) {
          end(() => reject(toError(error)));
        }
      });
      const fail = (error: unknown): void => {
        if (!ended) end(() => resolve({ outcome: "failed", error: toError(error) }));
      };
      worker.on("error", fail);
      worker.on("messageerror", fail);
      worker.on("exit", (code) => fail(new Error(`The training thread ended with code ${code} and no model`)));
    });
  } finally {
    if (cancel !== undefined) signal?.removeEventListener("abort", cancel);
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
