import type { StepRecord } from "@ai-workflow/profiler";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "../run/run-context.ts";
import { openPartsStore, type StepToKeep } from "./parts-store.ts";

/** Keeps of what the fingerprints of a run's steps were made; where that fails a notice says so. To be called where something ran. */
export function keepParts(
  { state, runId, startedAtMs, options, notice }: RunContext,
  { prints }: Pick<Preparation, "prints">,
  records: Iterable<StepRecord>,
): void {
  if (!state.durable) return;
  const steps: StepToKeep[] = [];
  for (const { id, outcome, startedMs, decision } of records) {
    const print = prints.get(id);
    // What is replayed for another reason may have passed on other inputs.
    const passed = outcome === "passed" || (outcome === "replayed" && decision.reason === "fingerprint-equal");
    const ran = startedMs !== undefined && outcome !== "replayed";
    if (print !== undefined && (passed || ran)) steps.push({ stepId: id, prints: print, passed });
  }
  try {
    const run = { runId, at: new Date(startedAtMs).toISOString() };
    openPartsStore(state.path).keep(steps, run, options.loaded.workflow.steps.keys());
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    notice({ code: "parts-not-kept", message: `what fingerprints were made of could not be kept (${why})` });
  }
}
