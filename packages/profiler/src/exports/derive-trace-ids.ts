import { createHash } from "node:crypto";
import type { RunRecord } from "../run-record.ts";
import type { TraceParent } from "./parse-trace-parent.ts";

/** What tells one run from all others. */
export type RunIdentity = Pick<RunRecord, "workflowId" | "runId" | "startedAt">;

/** The ids under which a run is exported as a trace. */
export interface TraceIds {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** The span of the run: 16 lower-case hex digits. */
  readonly runSpanId: string;
  /** The span of a step; `occurrence` counts steps of the same id, from 0. */
  readonly stepSpanId: (stepId: string, occurrence?: number) => string;
  /** The span at `index` of the record's spans. */
  readonly innerSpanId: (index: number) => string;
  /**
   * The value of `TRACEPARENT` for the processes of a step: what they report becomes part of the step's span, which is exported after the run.
   */
  readonly stepTraceParent: (stepId: string) => string;
}

/**
 * Gives the ids of a run's trace. They come from SHA-256 over the run's identity, so they are known before the run is over, and exporting a
 * record again gives the same ones. With a `parent` the run is part of the parent's trace.
 */
export function deriveTraceIds(identity: RunIdentity, parent?: TraceParent): TraceIds {
  const { workflowId, runId, startedAt } = identity;
  const hex = (length: number, ...parts: readonly (string | number)[]): string =>
    createHash("sha256")
      .update(JSON.stringify([workflowId, runId, startedAt, ...parts]))
      .digest("hex")
      .slice(0, length);
  const traceId = parent?.traceId ?? hex(32, "trace");
  const stepSpanId = (stepId: string, occurrence = 0): string => hex(16, "step", stepId, occurrence);
  return {
    traceId,
    runSpanId: hex(16, "run"),
    stepSpanId,
    innerSpanId: (index) => hex(16, "span", index),
    stepTraceParent: (stepId) => `00-${traceId}-${stepSpanId(stepId)}-${(parent?.sampled ?? true) ? "01" : "00"}`,
  };
}
