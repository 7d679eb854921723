import type { ProviderAnswer, TokenUsage } from "../../provider.ts";
import { failedAnswer } from "../failed-answer.ts";
import { describeToolError } from "./describe-tool-error.ts";
import { asCount, asObject, asText } from "./json-values.ts";

// One run may ask several models, such as a small one that chooses the large one.
function readUsage(stats: unknown): TokenUsage | undefined {
  const models = Object.values(asObject(asObject(stats)["models"]));
  let usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  for (const model of models) {
    const { prompt, candidates, thoughts, cached } = asObject(asObject(model)["tokens"]);
    const input = asCount(prompt);
    const output = asCount(candidates);
    if (input === undefined || output === undefined) return undefined;
    usage = {
      inputTokens: usage.inputTokens + input,
      outputTokens: usage.outputTokens + output + (asCount(thoughts) ?? 0),
      cachedInputTokens: usage.cachedInputTokens + (asCount(cached) ?? 0),
    };
  }
  return models.length === 0 ? undefined : usage;
}

/**
 * Reads what `gemini -o json` prints: `{ response, stats, error }`, after lines of notices in some versions. It names no finish
 * reason: a response without an error counts as whole.
 */
export function readGeminiEnvelope(stdout: string): ProviderAnswer {
  const start = stdout.trimStart().startsWith("{") ? 0 : Math.max(0, stdout.indexOf("\n{"));
  const { response, stats, error } = asObject(JSON.parse(stdout.slice(start)));
  if (error !== undefined && error !== null) {
    const { message, code } = asObject(error);
    return describeToolError(`${asText(message)}${typeof code === "number" ? ` (${code})` : ""}`);
  }
  if (typeof response !== "string") return failedAnswer("malformed", "The program printed no response");
  const usage = readUsage(stats);
  return { status: "answered", finishReason: "stop", text: response, ...(usage && { usage }) };
}
