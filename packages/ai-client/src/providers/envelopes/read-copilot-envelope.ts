import type { ProviderAnswer } from "../../provider.ts";
import { failedAnswer } from "../failed-answer.ts";
import { describeToolError } from "./describe-tool-error.ts";
import { asObject, asText, parseJsonLines } from "./json-values.ts";

/**
 * Reads what `copilot --output-format json` prints, an event a line. The answer is the last message of the assistant that asks
 * for no tool, and it is whole when the `result` at the end has exit code 0 and no error came after the message. The program
 * says nothing of tokens (github/copilot-cli#4107).
 */
export function readCopilotEnvelope(stdout: string): ProviderAnswer {
  const events = parseJsonLines(stdout);
  if (events === undefined) {
    return failedAnswer("unreachable", "The program's output ends in the middle", { retryable: true });
  }
  let text: string | undefined;
  let trouble: string | undefined;
  let exitCode: unknown;
  for (const event of events) {
    const { type } = event;
    const { content, toolRequests, message } = asObject(event["data"]);
    if (type === "assistant.message") {
      const asksForTools = Array.isArray(toolRequests) && toolRequests.length > 0;
      text = asksForTools ? undefined : asText(content);
      trouble = undefined;
    } else if (type === "session.error") {
      trouble = asText(message);
    } else if (type === "result") {
      exitCode = event["exitCode"];
    }
  }
  if (trouble !== undefined) return describeToolError(trouble);
  if (exitCode === undefined) {
    return failedAnswer("unreachable", "The program ended before its result", { retryable: true });
  }
  if (exitCode !== 0) return describeToolError("");
  if (text === undefined) return failedAnswer("malformed", "The program ended without a message of the assistant");
  return { status: "answered", finishReason: "stop", text };
}
