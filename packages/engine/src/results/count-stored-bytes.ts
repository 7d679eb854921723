import { statSync } from "node:fs";
import type { ResultStore } from "./result-store.ts";

/** A store that counts what it takes. */
export interface CountedStore {
  readonly store: Pick<ResultStore, "put">;
  /** What was stored so far, with logs and outputs; contents that were there before count as well. */
  readonly storedBytes: () => number;
}

/** Counts what goes into a store. */
export function countStoredBytes(given: Pick<ResultStore, "put">): CountedStore {
  let bytes = 0;
  return {
    store: {
      put(success, logFile) {
        given.put(success, logFile);
        if (logFile !== undefined) bytes += statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
        for (const entry of success.outputs?.entries ?? []) if (entry.kind === "file") bytes += entry.sizeBytes;
      },
    },
    storedBytes: () => bytes,
  };
}
