import type { RunStatus, StepOutcome, StepRecord } from "../run-record.ts";

/**
 * A result as the CI/CD semantic conventions name it: `failure` is a step that says no, `error` is that it could not be found out.
 */
export type PipelineResult = "success" | "failure" | "error" | "timeout" | "cancellation" | "skip";

const OF_RUN: Readonly<Record<RunStatus, PipelineResult>> = {
  passed: "success",
  failed: "failure",
  inconclusive: "error",
  // What ran has passed; the rest waits for somebody's approval.
  partial: "success",
  cancelled: "cancellation",
};

const OF_STEP: Readonly<Record<StepOutcome, PipelineResult>> = {
  passed: "success",
  failed: "failure",
  "timed-out": "timeout",
  cancelled: "cancellation",
  inconclusive: "error",
  replayed: "success",
  skipped: "skip",
};

/** `cicd.pipeline.result` of a run. */
export function runResult(status: RunStatus): PipelineResult {
  return OF_RUN[status];
}

/** `cicd.pipeline.task.run.result` of a step. */
export function stepResult(outcome: StepOutcome): PipelineResult {
  return OF_STEP[outcome];
}

/** `error.type` of a run that is a failure or an error: one of few values. */
export function runErrorType(status: RunStatus): string | undefined {
  switch (status) {
    case "failed":
      return "step_failed";
    case "inconclusive":
      return "inconclusive";
    case "passed":
    case "partial":
    case "cancelled":
      return undefined;
  }
}

/** `error.type` of a step that did not end as a pass: what ended it, as one of few values. */
export function stepErrorType(step: StepRecord): string | undefined {
  switch (step.outcome) {
    case "failed":
      if (step.signal !== undefined) return step.signal;
      return step.exitCode === undefined ? "failed" : `exit_code_${step.exitCode}`;
    case "timed-out":
      return "timeout";
    case "inconclusive":
      return "inconclusive";
    case "passed":
    case "cancelled":
    case "replayed":
    case "skipped":
      return undefined;
  }
}
