import type { FinishReason, ProviderAnswer, ProviderFailure, TokenUsage } from "../../provider.ts";
import { failedAnswer } from "../failed-answer.ts";
import { asCount, asObject } from "./json-values.ts";

const FINISH_REASONS: readonly string[] = ["stop", "length", "content-filter"] satisfies FinishReason[];
const FAILURES: readonly string[] = ["unreachable", "rate-limited", "refused"] satisfies ProviderFailure[];

function readUsage(value: unknown): TokenUsage | undefined {
  const { inputTokens, outputTokens, cachedInputTokens } = asObject(value);
  const input = asCount(inputTokens);
  const output = asCount(outputTokens);
  const cached = asCount(cachedInputTokens);
  if (input === undefined || output === undefined) return undefined;
  return { inputTokens: input, outputTokens: output, ...(cached !== undefined && { cachedInputTokens: cached }) };
}

/**
 * Reads `{ "finishReason": "stop", "text": "…", "usage": { "inputTokens": 1, "outputTokens": 1 } }` or
 * `{ "error": { "reason": "rate-limited", "message": "…", "retryAfterMs": 1000 } }`. Anything else is `malformed`.
 */
export function readAnswerEnvelope(envelope: unknown): ProviderAnswer {
  if (typeof envelope !== "object" || envelope === null) {
    return failedAnswer("malformed", "The envelope is not an object");
  }
  const { finishReason, text, usage: rawUsage, error } = envelope as Record<string, unknown>;
  if (error !== undefined && error !== null) {
    const { reason, message, retryAfterMs } = Object(error) as Record<string, unknown>;
    const known = typeof reason === "string" && FAILURES.includes(reason) ? (reason as ProviderFailure) : "malformed";
    const words = typeof message === "string" ? message : "The program reported an error";
    const retryable = known === "unreachable" || known === "rate-limited";
    return failedAnswer(known, words, { retryable, retryAfterMs: asCount(retryAfterMs) });
  }
  if (typeof finishReason !== "string" || typeof text !== "string") {
    return failedAnswer("malformed", "The envelope lacks `finishReason` or `text`");
  }
  const usage = readUsage(rawUsage);
  const known = FINISH_REASONS.includes(finishReason) ? (finishReason as FinishReason) : "other";
  return { status: "answered", finishReason: known, text, ...(usage && { usage }) };
}
