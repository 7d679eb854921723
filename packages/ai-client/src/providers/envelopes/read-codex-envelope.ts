import type { ProviderAnswer } from "../../provider.ts";
import { failedAnswer } from "../failed-answer.ts";
import { describeToolError } from "./describe-tool-error.ts";
import { asCount, asObject, asText, parseJsonLines } from "./json-values.ts";

/**
 * Reads what `codex exec --json` prints, an event a line. The answer is the last message of the agent, and it is whole when the
 * turn was completed after it. An `error` alone is a notice: the program reports attempts to reconnect that way.
 */
export function readCodexEnvelope(stdout: string): ProviderAnswer {
  const events = parseJsonLines(stdout);
  if (events === undefined) {
    return failedAnswer("unreachable", "The program's output ends in the middle", { retryable: true });
  }
  let text: string | undefined;
  let trouble = "";
  let completed: Readonly<Record<string, unknown>> | undefined;
  for (const event of events) {
    const { type, message } = event;
    const item = asObject(event["item"]);
    if (type === "turn.started") {
      [text, completed] = [undefined, undefined];
    } else if (type === "item.completed" && item["type"] === "agent_message") {
      text = asText(item["text"]);
    } else if (type === "turn.completed") {
      completed = event;
    } else if (type === "turn.failed") {
      return describeToolError(asText(asObject(event["error"])["message"]));
    } else if (type === "error") {
      trouble = asText(message);
    }
  }
  if (completed === undefined) {
    if (trouble !== "") return describeToolError(trouble);
    return failedAnswer("unreachable", "The program ended before its turn was completed", { retryable: true });
  }
  if (text === undefined) return failedAnswer("malformed", "The program completed its turn without a message");
  const { input_tokens, output_tokens, cached_input_tokens } = asObject(completed["usage"]);
  const inputTokens = asCount(input_tokens);
  const outputTokens = asCount(output_tokens);
  const cachedInputTokens = asCount(cached_input_tokens) ?? 0;
  const isCounted = inputTokens !== undefined && outputTokens !== undefined;
  return {
    status: "answered",
    finishReason: "stop",
    text,
    ...(isCounted && { usage: { inputTokens, outputTokens, cachedInputTokens } }),
  };
}
