import type { AiRecord } from "../../run-record.ts";
import type { Span } from "../../span.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { splitTime } from "../split-time.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** Modes in which an answer that is known, or could have been kept, is asked for again. */
const ADVICE: Readonly<Partial<Record<AiRecord["cacheMode"], { readonly cause: string; readonly remedy: string }>>> = {
  off: { cause: "the cache of answers is switched off", remedy: "switch it on (optimizations.ai_cache.enabled)" },
  refresh: { cause: "every answer was asked for anew", remedy: "ask anew only when answers are doubted" },
  "read-only": {
    cause: "new answers are not kept",
    remedy: "let one run, for example that of the main branch, keep them",
  },
};

/** Models were asked though a cache could have known the answers. The gain is that of no question that missed it. */
export function findAiCacheMisses(run: RunView): readonly Candidate[] {
  const { ai } = run.record;
  const advice = ai === undefined ? undefined : ADVICE[ai.cacheMode];
  if (ai === undefined || advice === undefined) return [];
  const missed = run.steps.flatMap((timed) => {
    const { startedMs, finishedMs, step } = timed;
    const spans = run.spansOf(step.id).map((span) => (isMiss(span) ? { ...span, name: MISS } : span));
    const ms = splitTime(spans, startedMs, finishedMs).find(({ name }) => name === MISS)?.ms ?? 0;
    return ms > 0 ? [{ step, ms, lengthMs: lengthOf(timed) - ms }] : [];
  });
  if (missed.length === 0) return [];
  const sumMs = missed.reduce((sum, { ms }) => sum + ms, 0);
  return [
    {
      kind: "ai-cache-miss",
      symptom: `${ai.cacheMisses} of ${ai.questions} questions went to the model, and steps waited ${toSeconds(sumMs)} s for the answers`,
      ...advice,
      gainMs: run.gainOf(new Map(missed.map(({ step, lengthMs }) => [step.id, lengthMs]))),
      gainIf: "the cache had known the answers",
      evidence: [
        { name: "questions", value: ai.questions, unit: "count" },
        { name: "not in the cache", value: ai.cacheMisses, unit: "count" },
        { name: "waited", value: sumMs / 1000, unit: "s" },
        { name: "input", value: ai.inputTokens, unit: "tokens" },
        { name: "output", value: ai.outputTokens, unit: "tokens" },
        ...(ai.costUsd === undefined ? [] : [{ name: "cost", value: ai.costUsd, unit: "USD" } as const]),
      ],
      steps: missed.map(({ step }) => step.id),
    },
  ];
}

/** Stands for the calls that missed the cache; in a step of its own a span of this name would be one too. */
const MISS = "ai_call (miss)";

function isMiss({ name, attributes }: Span): boolean {
  return name === "ai_call" && attributes?.["cache"] === "miss";
}
