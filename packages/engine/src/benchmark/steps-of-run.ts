import type { RunRecord, StepRecord } from "@ai-workflow/profiler";
import type { StepRun } from "@ai-workflow/regression";

/** A step ran beside another when they share at least this part of its time. */
const SHARED_PART = 0.1;

/** The steps of a run for a table step by step: how each ended, how long it took, and why. */
export function stepsOfRun(record: RunRecord): readonly StepRun[] {
  return record.steps.map((step) => {
    const reason = explain(step, record);
    return { step: step.id, outcome: step.outcome, durationMs: step.durationMs, ...(reason === "" ? {} : { reason }) };
  });
}

function explain(step: StepRecord, record: RunRecord): string {
  if (step.outcome === "replayed" || step.outcome === "skipped") return step.decision.explanation;
  if (step.outcome !== "passed") return step.message ?? "";
  const calls = record.spans.filter((span) => span.name === "ai_call" && span.step === step.id);
  const hits = calls.filter(({ attributes }) => attributes?.["cache"] === "hit").length;
  const beside = record.steps.filter((other) => other.id !== step.id && sharesTime(step, other)).map(({ id }) => id);
  return [
    ...(hits === 0 ? [] : [`${hits} of ${calls.length} answers from the cache`]),
    ...(beside.length === 0 ? [] : [`in parallel with ${beside.join(", ")}`]),
  ].join("; ");
}

function sharesTime(step: StepRecord, other: StepRecord): boolean {
  if (step.startedMs === undefined || step.finishedMs === undefined) return false;
  if (other.startedMs === undefined || other.finishedMs === undefined) return false;
  const sharedMs = Math.min(step.finishedMs, other.finishedMs) - Math.max(step.startedMs, other.startedMs);
  return sharedMs > 0 && sharedMs >= SHARED_PART * (step.finishedMs - step.startedMs);
}
