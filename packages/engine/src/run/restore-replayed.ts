import { storedSuccess, type Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "./run-context.ts";

/** What the run goes by. */
export interface Restored {
  readonly preparation: Preparation;
  /** Whether the tree is another one than that of the preparation's files. */
  readonly wroteFiles: boolean;
}

/**
 * Makes what replayed and skipped steps left what it was: what lies there may be of another state of the sources. A step whose outputs cannot
 * be restored is not left out after all: then everything is decided anew without its stored success.
 */
export function restoreReplayed(preparation: Preparation, context: RunContext, before = false): Restored {
  const { steps } = context.options.loaded.workflow;
  const failed = new Set<string>();
  let wroteFiles = before;
  for (const decision of preparation.decisions) {
    const step = steps.get(decision.stepId);
    if (step === undefined || step.outputs.length === 0) continue;
    const success = storedSuccess(decision, preparation);
    // What was not asked for, waits for a person or is assumed to have passed leaves the disk as it is.
    if (success === undefined) continue;
    const manifest = success.outputs;
    const restored =
      manifest === undefined
        ? ({ restored: false, because: "nothing of it is stored" } as const)
        : context.outputs.restore(manifest, step.outputs);
    if (restored.restored) {
      wroteFiles ||= restored.changes > 0;
      continue;
    }
    // Some of them may be in their places.
    wroteFiles ||= manifest !== undefined;
    failed.add(step.id);
    const message = `what ${step.id} left cannot be restored, so it runs: ${restored.because}`;
    context.notice({ code: "outputs-not-restored", message });
  }
  // Each round takes at least one step out, so it ends.
  return failed.size === 0
    ? { preparation, wroteFiles }
    : restoreReplayed(preparation.without(failed), context, wroteFiles);
}
