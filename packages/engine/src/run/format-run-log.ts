import type { RunRecord, Span } from "@ai-workflow/profiler";

/**
 * The text of `run.log`: `<time> STEP <step> <milliseconds> <outcome> <reason>` for each step and `<time> AI_CALL <step> <milliseconds>
 * <hit|miss> <tokens>` for each question to a model, in the order in which they ended, so that the fields can be ranked with awk and
 * sort; then notices and the run.
 */
export function formatRunLog(record: RunRecord): string {
  const startMs = Date.parse(record.startedAt);
  const steps = record.steps.map((step) => {
    const atMs = step.finishedMs ?? 0;
    return { atMs, text: `STEP ${step.id} ${Math.round(step.durationMs)} ${step.outcome} ${step.decision.reason}` };
  });
  const calls = record.spans.flatMap((span) => (span.name === "ai_call" ? [describeCall(span)] : []));
  const ended = [...steps, ...calls].sort((a, b) => a.atMs - b.atMs);
  const lines = ended.map(({ atMs, text }) => `${new Date(startMs + atMs).toISOString()} ${text}`);
  for (const notice of record.notices)
    lines.push(`${record.finishedAt} NOTICE ${notice.code} ${JSON.stringify(notice.message)}`);
  lines.push(`${record.finishedAt} RUN ${record.runId} ${Math.round(record.durationMs)} ${record.status}`);
  return `${lines.join("\n")}\n`;
}

function describeCall(span: Span): { readonly atMs: number; readonly text: string } {
  const atMs = span.endMs ?? span.startMs;
  const { cache = "miss", tokens = 0 } = span.attributes ?? {};
  return { atMs, text: `AI_CALL ${span.step ?? "-"} ${Math.round(atMs - span.startMs)} ${cache} ${tokens}` };
}
