import type { FinishReason, ProviderAnswer, TokenUsage } from "../../provider.ts";
import { failedAnswer } from "../failed-answer.ts";
import { describeToolError } from "./describe-tool-error.ts";
import { asCount, asObject, asText } from "./json-values.ts";

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "content-filter",
  tool_use: "other",
  pause_turn: "other",
};

function readUsage(value: unknown): TokenUsage | undefined {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = asObject(value);
  const input = asCount(input_tokens);
  const output = asCount(output_tokens);
  if (input === undefined || output === undefined) return undefined;
  // Here the tokens of the prompt cache are not among the input tokens.
  const cached = asCount(cache_read_input_tokens) ?? 0;
  const inputTokens = input + cached + (asCount(cache_creation_input_tokens) ?? 0);
  return { inputTokens, outputTokens: output, cachedInputTokens: cached };
}

/**
 * Reads what `claude -p --output-format json` prints: one object of type `result`, or with `--verbose` a list that ends with
 * one. A rate limit comes as `subtype: "success"` with the error's text as the answer (anthropics/claude-code#79500), so only
 * `is_error: false` counts, and an "API Error" for which the model wrote nothing does not. With `--json-schema` the answer
 * is in `structured_output`.
 */
export function readClaudeEnvelope(stdout: string): ProviderAnswer {
  const document = JSON.parse(stdout) as unknown;
  const objects = Array.isArray(document) ? (document as unknown[]).map(asObject) : [asObject(document)];
  const result = objects.findLast(({ type }) => type === "result");
  if (result === undefined) return failedAnswer("malformed", "The program printed no result");
  const { subtype, is_error: isError, stop_reason: stopReason, structured_output: structured } = result;
  const usage = readUsage(result["usage"]);
  const cost = result["total_cost_usd"];
  const costUsd = typeof cost === "number" && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
  const said = asText(result["result"]);
  const wroteNothing = usage === undefined || usage.outputTokens === 0;
  if (isError === true || (/^\s*API Error\b/i.test(said) && wroteNothing)) return describeToolError(said);
  if (isError !== false || subtype !== "success") {
    const words = /^error_\w+$/.test(asText(subtype)) ? `The program ended with ${asText(subtype)}` : undefined;
    return failedAnswer(
      words === undefined ? "malformed" : "refused",
      words ?? "The result does not say that it succeeded",
    );
  }
  const text = said === "" && structured !== undefined && structured !== null ? JSON.stringify(structured) : said;
  const known = stopReason === undefined || stopReason === null ? "stop" : FINISH_REASONS[asText(stopReason)];
  return {
    status: "answered",
    finishReason: known ?? "other",
    text,
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
  };
}
