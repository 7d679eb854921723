import type { RunOptions } from "@ai-workflow/engine";

/** The files that a bundle carries beside itself, for the parts that would look for them in packages. */
export function bundledFiles(): Pick<RunOptions, "moduleWorker" | "predictorWorker" | "shippedPrompts"> {
  return {
    moduleWorker: new URL("./module-worker.mjs", import.meta.url),
    predictorWorker: new URL("./predictor-worker.mjs", import.meta.url),
    shippedPrompts: new URL("./prompts/", import.meta.url),
  };
}
