import { Worker } from "node:worker_threads";
import type { Sample, SetAside } from "../sample.ts";
import type { PredictorMessage, PredictorWork } from "./predictor-worker.ts";
import type { PredictorFiles, PredictorProgress } from "./train-predictor.ts";

/** How training in a thread of its own ended. */
export type WorkerTraining =
  | { readonly outcome: "trained"; readonly files: PredictorFiles }
  /** There is too little history. */
  | { readonly outcome: "untrained"; readonly reason: string }
  /** The signal was aborted. */
  | { readonly outcome: "cancelled" }
  /** The thread could not start, ran out of memory or ended by itself; the error says which. */
  | { readonly outcome: "failed"; readonly error: Error };

/** Options of {@link trainInWorker}. */
export interface TrainInWorkerOptions {
  /** What `parseSamples` set aside, for the status. */
  readonly setAside?: SetAside | undefined;
  /** Milliseconds since 1970, for `trainedAt`. */
  readonly nowMs: number;
  /** Ends the training at once when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each run that was learned, never after the promise is settled. What it throws ends the training and rejects the promise. */
  readonly onProgress?: ((progress: PredictorProgress) => void) | undefined;
  /**
   * The compiled `predictor-worker`; a bundle says where its own copy is.
   * @defaultValue `predictor-worker.js` beside this module
   */
  readonly workerUrl?: URL | undefined;
  /**
   * Whether the process waits for the training when it has nothing else to do. With `false` it may end first, and the promise is then
   * never settled.
   * @defaultValue true
   */
  readonly keepAlive?: boolean | undefined;
}

/** Where compiled code finds the worker when it is not bundled. */
const WORKER = new URL("predictor-worker.js", import.meta.url);

/** As `trainPredictor`, with its default candidates, in a thread of its own. The samples are copied at once. */
export async function trainInWorker(
  samples: readonly Sample[],
  { setAside, nowMs, signal, onProgress, workerUrl = WORKER, keepAlive = true }: TrainInWorkerOptions,
): Promise<WorkerTraining> {
  if (signal?.aborted === true) return { outcome: "cancelled" };
  const work: PredictorWork = { samples, setAside, nowMs };
  let worker: Worker;
  try {
    // Flags of the process are not for this file: `--input-type`, for one, keeps a worker from starting.
    worker = new Worker(workerUrl, { workerData: work, execArgv: [] });
  } catch (error) {
    return { outcome: "failed", error: toError(error) };
  }
  const ending = listen(worker, signal, onProgress);
  if (!keepAlive) worker.unref();
  return await ending;
}

async function listen(
  worker: Worker,
  signal: AbortSignal | undefined,
  onProgress: TrainInWorkerOptions["onProgress"],
): Promise<WorkerTraining> {
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<WorkerTraining>((resolve, reject) => {
      let ended = false;
      const end = (settle: () => void): void => {
        ended = true;
        void worker.terminate().then(settle);
      };
      cancel = () => end(() => resolve({ outcome: "cancelled" }));
      signal?.addEventListener("abort", cancel, { once: true });
      worker.on("message", (message: PredictorMessage) => {
        if (ended) return;
        if (message.type === "ended") {
          const { training } = message;
          end(() =>
            resolve(
              training.trained
                ? { outcome: "trained", files: training }
                : { outcome: "untrained", reason: training.reason },
            ),
          );
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
      worker.on("exit", (code) => fail(new Error(`The training thread ended with code ${code} and no predictor`)));
    });
  } finally {
    if (cancel !== undefined) signal?.removeEventListener("abort", cancel);
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
