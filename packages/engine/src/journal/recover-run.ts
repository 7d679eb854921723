import type { NoticeRecord, RunRecord, Span, StepRecord } from "@ai-workflow/profiler";
import { passedSteps } from "../results/passed-steps.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { ReadJournal } from "./read-journal.ts";

const KILLED: NoticeRecord = {
  code: "run-killed",
  message: "the run was killed; this is what it had written down",
};

/** Whether a record is one that was made of the journal of a run that was killed. */
export function isRecovered({ notices }: Pick<RunRecord, "notices">): boolean {
  return notices.some(({ code, message }) => code === KILLED.code && message === KILLED.message);
}

/** What is left of a run that was killed. */
export interface RecoveredRun {
  readonly record: RunRecord;
  /** Steps that had passed, by id: with the same fingerprint they need not run again. */
  readonly passed: ReadonlyMap<string, StoredSuccess>;
}

/**
 * Makes the record of a run that was killed: what had ended stands as it was, what was running has a span without an end, and nothing is
 * taken for more than it was. Pure.
 */
export function recoverRun({ head, entries }: ReadJournal): RecoveredRun {
  const ended = new Map(head.decided.map((step) => [step.id, step]));
  const running = new Map<string, { readonly attempt: number; readonly atMs: number }>();
  let lastMs = 0;
  for (const entry of entries) {
    lastMs = Math.max(lastMs, entry.atMs);
    if ("ended" in entry) {
      ended.set(entry.ended.id, entry.ended);
      running.delete(entry.ended.id);
    } else if ("started" in entry) running.set(entry.started, entry);
  }
  const steps = head.decisions.map((decision): StepRecord => {
    const { stepId, action, reason, explanation, kind, stage, unit, fingerprint } = decision;
    const known = ended.get(stepId);
    if (known !== undefined) return known;
    const begun = running.get(stepId);
    return {
      id: stepId,
      kind,
      stage,
      unit,
      decision: { action, reason, explanation },
      outcome: "cancelled",
      fingerprint,
      startedMs: begun?.atMs,
      durationMs: begun === undefined ? 0 : lastMs - begun.atMs,
      attempts: begun?.attempt ?? 0,
      message: begun === undefined ? "not started: the run was killed" : "the run was killed",
      waits: [],
      findings: [],
    };
  });
  const spans = [...running].map(([step, { attempt, atMs }], index): Span => {
    return { id: index + 1, name: "attempt", step, startMs: atMs, attributes: { attempt } };
  });
  const startedAtMs = Date.parse(head.startedAt);
  const { runId, workflowId, toolVersion, startedAt, optimizations, environment, changeSet } = head;
  return {
    record: {
      schema: "ai-workflow/run-record",
      version: 1,
      runId,
      workflowId,
      toolVersion,
      startedAt,
      finishedAt: new Date(startedAtMs + lastMs).toISOString(),
      durationMs: lastMs,
      status: "cancelled",
      optimizations,
      environment,
      changeSet,
      steps,
      stages: [],
      saved: { replayedMs: 0, skippedMs: 0, parallelMs: 0 },
      spans,
      notices: [KILLED],
    },
    passed: new Map([
      ...head.resumed.map((success) => [success.stepId, success] as const),
      ...passedSteps(runId, startedAtMs, ended.values()),
    ]),
  };
}
