import type { CachedAnswer } from "../answer-cache.ts";
import { AiClientError } from "../errors.ts";

/** Why `answer` does not count as whole, or `undefined` when it does. */
export function findIncompleteness(answer: CachedAnswer): AiClientError | undefined {
  switch (answer.finishReason) {
    case "stop":
      return answer.text.trim() === "" ? new AiClientError("invalid-answer", "The answer is empty") : undefined;
    case "length":
      return new AiClientError("truncated", "The answer reached the token limit before its end");
    case "content-filter":
      return new AiClientError("refused", "The provider's content filter ended the answer");
    default:
      return new AiClientError("invalid-answer", "The answer did not end by itself");
  }
}
