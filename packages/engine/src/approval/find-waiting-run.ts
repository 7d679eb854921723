import type { RunRecord } from "@ai-workflow/profiler";
import { suggest } from "../config/suggest.ts";
import { EngineError } from "../errors.ts";
import { readRunRecord, type RunReference } from "../records/read-run-record.ts";
import type { RunOptions } from "../run/run-options.ts";

/** Which stage is approved. */
export interface ApprovalRequest extends RunReference {
  /** @defaultValue the first that waits */
  readonly stage?: string | undefined;
}

/** A run that waits for a person, and how it is gone on with. */
export interface WaitingRun {
  readonly stage: string;
  /** What to give to `runWorkflow` beside the rest. */
  readonly options: Pick<RunOptions, "approved" | "continues" | "steps">;
}

/**
 * Finds the run that goes on when a person approves a stage.
 *
 * @throws {EngineError} ENGINE_NOTHING_WAITS – in that run no stage waits, or not this one
 * @throws {EngineError} ENGINE_RUN_MISSING, ENGINE_RUN_UNREADABLE – as `readRunRecord`
 */
export function findWaitingRun(request: ApprovalRequest): WaitingRun {
  const record = readRunRecord(request);
  const waiting = waitingStages(record);
  const { stage = waiting[0] } = request;
  if (stage === undefined) throw nothingWaits(record);
  if (!waiting.includes(stage)) {
    const behind = record.stages.find(({ id }) => id === stage)?.behind;
    const nearest = suggest(stage, waiting);
    const meant =
      behind !== undefined && waiting.includes(behind)
        ? `It stands behind stage ${behind}, which waits for a person: \`ai-workflow approve ${behind}\``
        : nearest === undefined
          ? `What waits: ${waiting.join(", ") || "nothing"}`
          : `Did you mean "${nearest}"?`;
    throw new EngineError("ENGINE_NOTHING_WAITS", `stage "${stage}" does not wait in run ${record.runId}`, {
      hint: meant,
    });
  }
  return { stage, options: goOn(record, stage) };
}

/** The stages that only wait for a person, in order: in a run that failed no approval helps, nor does one of a stage behind such. Pure. */
export function waitingStages({ status, stages }: RunRecord): readonly string[] {
  if (status !== "partial") return [];
  return stages.filter(({ state, behind }) => state === "waiting" && behind === undefined).map(({ id }) => id);
}

/** How a run is gone on with in which a stage waits. Pure. */
export function goOn(record: RunRecord, stage: string): WaitingRun["options"] {
  const isRequested = ({ decision }: RunRecord["steps"][number]): boolean => decision.reason !== "not-requested";
  const requested = record.steps.filter(isRequested).map(({ id }) => id);
  return {
    approved: [stage],
    continues: record,
    steps: requested.length === record.steps.length ? undefined : requested,
  };
}

function nothingWaits({ runId, status }: RunRecord): EngineError {
  return new EngineError(
    "ENGINE_NOTHING_WAITS",
    `no stage waits for a person in run ${runId}, which ${wordOf(status)}`,
    {
      hint:
        status === "passed"
          ? "There is nothing to approve"
          : "Run `ai-workflow run` until everything before the stage has passed, or name another run with --run",
    },
  );
}

function wordOf(status: RunRecord["status"]): string {
  if (status === "inconclusive" || status === "partial") return `is ${status}`;
  return status === "cancelled" ? "was cancelled" : status;
}
