import path from "node:path";
import { RESULTS_FOLDER } from "../state/state-directory.ts";
import { createBlobStore } from "./blob-store.ts";
import { captureOutputs, type CapturedOutputs } from "./capture-outputs.ts";
import { isOutputManifest, type OutputManifest } from "./output-manifest.ts";
import { canRestore, restoreOutputs, type RestoredOutputs } from "./restore-outputs.ts";

/** What steps left, kept beside their stored successes. */
export interface OutputStore {
  /** Stores what is under the outputs of a step now. */
  capture(globs: readonly string[]): CapturedOutputs;
  /** Whether what was stored with a success is whole; its contents are checked when they are restored. */
  canRestore(manifest: OutputManifest | undefined): boolean;
  restore(manifest: OutputManifest, globs: readonly string[]): RestoredOutputs;
}

/** Folder of contents inside that of the stored successes. */
export const BLOB_FOLDER = "blobs";

/**
 * @param target - absolute path of the target directory
 * @param state - absolute path of the state folder inside it
 */
export function createOutputStore(target: string, state: string): OutputStore {
  const blobs = createBlobStore(path.join(state, RESULTS_FOLDER, BLOB_FOLDER));
  const staging = path.join(state, "cache", "staging");
  return {
    capture: (globs) => captureOutputs(target, globs, blobs),
    canRestore: (manifest) => isOutputManifest(manifest) && canRestore(manifest, blobs),
    restore: (manifest, globs) => restoreOutputs(manifest, { target, globs, blobs, staging }),
  };
}
