import type { AiCallEvent } from "@ai-workflow/ai-client";
import type { AiRecord, OpenSpan, SpanRecorder } from "@ai-workflow/profiler";

/** Keeps account of what models were asked in a run. */
export interface AiAccount {
  /** Takes what came of one question: into the sums, and as a span `ai_call` of the step that asked. */
  readonly note: (event: AiCallEvent) => void;
  /** The sums so far. */
  readonly record: () => AiRecord;
}

/** Opens an account; `whom` says who is asked and in which mode, `spanOf` gives the span within which a step asks. */
export function createAiAccount(
  whom: Pick<AiRecord, "provider" | "model" | "cacheMode">,
  spans: SpanRecorder,
  spanOf: (stepId: string) => OpenSpan | undefined,
): AiAccount {
  const sums = {
    questions: 0,
    cacheHits: 0,
    coalesced: 0,
    cacheMisses: 0,
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    savedInputTokens: 0,
    savedOutputTokens: 0,
  };
  const inconclusive: Record<string, number> = {};
  // Absent until somebody knows a price: nothing known is not nothing paid.
  let costUsd: number | undefined;
  let savedCostUsd: number | undefined;

  return {
    note: (event) => {
      const { label, durationMs, outcome, tokens = 0, reason, result } = event;
      sums.questions += 1;
      sums.calls += result.callCount;
      sums.inputTokens += result.usage?.inputTokens ?? 0;
      sums.outputTokens += result.usage?.outputTokens ?? 0;
      if (result.costUsd !== undefined) costUsd = (costUsd ?? 0) + result.costUsd;
      if (reason !== undefined) inconclusive[reason] = (inconclusive[reason] ?? 0) + 1;
      if (outcome === "miss") {
        sums.cacheMisses += 1;
      } else if (result.status === "answered") {
        if (result.cacheSource === "coalesced") sums.coalesced += 1;
        else sums.cacheHits += 1;
        sums.savedInputTokens += result.savedUsage?.inputTokens ?? 0;
        sums.savedOutputTokens += result.savedUsage?.outputTokens ?? 0;
        if (result.savedCostUsd !== undefined) savedCostUsd = (savedCostUsd ?? 0) + result.savedCostUsd;
      }
      const endMs = spans.elapsedMs();
      spans.record(
        "ai_call",
        { startMs: Math.max(0, endMs - durationMs), endMs },
        {
          step: label,
          parent: label === undefined ? undefined : spanOf(label),
          attributes: { cache: outcome, tokens, calls: result.callCount, ...(reason && { reason }) },
        },
      );
    },
    record: () => ({ ...whom, ...sums, costUsd, savedCostUsd, inconclusive: { ...inconclusive } }),
  };
}
