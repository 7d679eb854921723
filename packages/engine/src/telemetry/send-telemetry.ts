import path from "node:path";
import { pathToFileURL } from "node:url";
import { deriveTraceIds, parseTraceParent, sendOtlp } from "@ai-workflow/profiler/exports";
import type { RunRecord } from "@ai-workflow/profiler";
import type { RunContext } from "../run/run-context.ts";

/** The value of `TRACEPARENT` for each step, so that tools which trace themselves become part of the step's span. */
export function createTraceParents({
  environment,
  options,
  runId,
  startedAtMs,
}: RunContext): (stepId: string) => string {
  const startedAt = new Date(startedAtMs).toISOString();
  const identity = { workflowId: options.loaded.workflow.name, runId, startedAt };
  return deriveTraceIds(identity, parseTraceParent(environment["TRACEPARENT"] ?? "")).stepTraceParent;
}

/** Sends traces and metrics of a run to where the standard variables say; what fails is told and changes nothing else. */
export async function sendTelemetry(record: RunRecord, context: RunContext): Promise<void> {
  const { environment, state, notice } = context;
  const outcomes = await sendOtlp(record, {
    environment,
    write: (text) => void process.stderr.write(text),
    stepUrl: ({ log }) => (log === undefined ? undefined : pathToFileURL(path.join(state.path, log)).href),
  });
  for (const { signal, outcome, message, notes = [] } of outcomes) {
    if (outcome === "failed") notice({ code: "telemetry-not-sent", message: `${signal}: ${message}` });
    else if (notes.length > 0) notice({ code: "telemetry-setting", message: `${signal}: ${notes.join("; ")}` });
  }
}
