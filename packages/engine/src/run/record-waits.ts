import type { StepRecord, WaitRecord } from "@ai-workflow/profiler";
import type { ExecutionResult, Wait } from "@ai-workflow/scheduler";
import { confirmationOf, confirmedBy, gateOf } from "../scheduling/build-tasks.ts";
import { refineWaits, type WaitFacts } from "../scheduling/refine-waits.ts";

/**
 * Puts into the records of steps what they waited for before they first started; what they waited for between attempts is no part of that.
 *
 * @param originMs - when the scheduler began, in milliseconds since the run's start
 */
export function recordWaits(
  steps: Map<string, StepRecord>,
  { outcomes, waits }: Pick<ExecutionResult, "outcomes" | "waits">,
  limits: WaitFacts,
  originMs: number,
): void {
  const untilStart = (id: string): readonly Wait[] => {
    const startedMs = outcomes.get(id)?.startedMs ?? 0;
    return (waits.get(id) ?? []).filter(({ toMs }) => toMs <= startedMs);
  };
  for (const [id, record] of steps) {
    // A step that may go ahead of its stage has two tasks; where it did, the second one waited for nothing that it waited for.
    const found = [...untilStart(id), ...untilStart(confirmationOf(id))].map((wait) => recordWait(wait, originMs));
    const { startedMs = 0 } = record;
    const before = found.filter(({ toMs }) => toMs <= startedMs);
    if (before.length > 0) steps.set(id, { ...record, waits: before });
  }
  for (const [id, refined] of refineWaits([...steps.values()], limits)) {
    const record = steps.get(id);
    if (record !== undefined && record.waits.length > 0) steps.set(id, { ...record, waits: refined });
  }
}

function recordWait({ cause, on, fromMs, toMs }: Wait, originMs: number): WaitRecord {
  const gate = gateOf(on);
  return {
    cause: recordedCause(cause),
    on: gate === undefined ? (confirmedBy(on) ?? on) : `gate of stage ${gate}`,
    fromMs: originMs + fromMs,
    toMs: originMs + toMs,
  };
}

function recordedCause(cause: Wait["cause"]): WaitRecord["cause"] {
  // Batches are not used here; waiting for a level would be waiting for its last step.
  if (cause === "batch") return "need";
  // Only waits before the first start are kept, and no retry comes before it.
  return cause === "retry" ? "slot" : cause;
}
