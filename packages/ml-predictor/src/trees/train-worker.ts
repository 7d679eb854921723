/** Runs inside a worker thread that `trainInBackground` starts: trains, tells how far it is, and hands the model over. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type PackedTraining, unpackTraining } from "./pack-training.ts";
import { type TrainedTrees, trainTrees, type TrainingProgress } from "./train-trees.ts";

/** What the worker says. */
export type TrainingMessage =
  | { readonly type: "progress"; readonly progress: TrainingProgress }
  | { readonly type: "trained"; readonly trees: TrainedTrees };

function train(port: MessagePort, packed: PackedTraining): void {
  const say = (message: TrainingMessage, moved: readonly ArrayBuffer[] = []): void => port.postMessage(message, moved);
  const trees = trainTrees(unpackTraining(packed), packed.options, (progress) => say({ type: "progress", progress }));
  say({ type: "trained", trees }, buffersOf(trees));
}

function buffersOf({ ensemble, targets, importance }: TrainedTrees): ArrayBuffer[] {
  const arrays: readonly unknown[] = [...Object.values(ensemble), importance, ...targets.map(({ gains }) => gains)];
  return arrays.filter((array) => ArrayBuffer.isView(array)).map(({ buffer }) => buffer as ArrayBuffer);
}

// Imported for its types or by a bundler on the main thread, it does nothing.
if (parentPort !== null) train(parentPort, workerData as PackedTraining);
