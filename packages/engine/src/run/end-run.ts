import { rmSync } from "node:fs";
import type { NoticeRecord, RunRecord, StepRecord } from "@ai-workflow/profiler";
import type { AlertReport } from "../alerts/alert-report.ts";
import type { Workflow } from "../config/workflow.ts";
import { wantsTelemetry } from "../telemetry/wants-telemetry.ts";
import { buildRecord } from "./build-record.ts";
import type { Preparation } from "../preparation/prepare.ts";
import { recordStages } from "./record-stages.ts";
import type { RunContext } from "./run-context.ts";
import type { RanSteps } from "./run-steps.ts";
import { writeRun } from "./write-run.ts";

/** How a run ended. A failing step is an outcome in the record, never an exception. */
export interface RunResult {
  readonly record: RunRecord;
  /** Absolute path of the written record; `undefined` where it could not be written. */
  readonly recordFile: string | undefined;
  /** Absent without `alerts` in the configuration, where no step ran, and where the run was cancelled. */
  readonly alerts: AlertReport | undefined;
}

/** Puts the record of the run together, writes it, and tells those who want to know. */
export async function endRun(
  context: RunContext,
  { changeSet }: Preparation,
  records: ReadonlyMap<string, StepRecord>,
  ran: RanSteps | undefined,
  notices: readonly NoticeRecord[],
): Promise<RunResult> {
  const { options, resolved, state } = context;
  const { workflow } = options.loaded;
  const record = buildRecord({
    runId: context.runId,
    workflowId: workflow.name,
    toolVersion: options.toolVersion,
    startedAtMs: context.startedAtMs,
    durationMs: context.elapsedMs(),
    cancelled: options.signal?.aborted ?? false,
    optimizations: resolved.optimizations,
    environment: context.machine,
    changeSet,
    steps: inOrder(workflow, records),
    stages: recordStages(resolved.stages, records, workflow.steps, ran?.timeLimitReached),
    schedule: ran?.schedule,
    ai: ran?.ai,
    resources: ran?.resources,
    speculation: ran?.speculation,
    spans: context.spans.spans(),
    notices,
  });
  const recordFile = writeRun(record, context, ran?.samples);
  ran?.closeJournal();
  if (wantsTelemetry(context.environment))
    await (await import("../telemetry/send-telemetry.ts")).sendTelemetry(record, context);
  const alerts =
    workflow.alerts === undefined || ran === undefined || options.raiseAlerts === false
      ? undefined
      : await (await import("../alerts/raise-alerts.ts")).raiseAlerts(workflow.alerts, record, context);
  // A temporary folder is kept only for its logs of what went wrong.
  if (!state.durable && record.status === "passed") rmSync(state.path, { recursive: true, force: true });
  context.emit({ type: "finished", atMs: context.elapsedMs(), record });
  return { record, recordFile, alerts };
}

/** One record for every step, in the order of the configuration; a step without one is a mistake of this program, not a pass. */
function inOrder(workflow: Workflow, records: ReadonlyMap<string, StepRecord>): readonly StepRecord[] {
  return [...workflow.steps.keys()].map((id) => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`Cannot record run: step "${id}" has no outcome`);
    return record;
  });
}
