import { failedAnswer, type FailedAnswer } from "../failed-answer.ts";

const RATE_LIMITED =
  /rate.?limit|too many requests|\b429\b|hit your (?:usage )?limit|usage limit|quota|overloaded|\b529\b/i;
const REFUSED =
  /invalid api key|unauthori[sz]ed|unauthenticated|not logged in|log ?in|authenticat|forbidden|permission|credit balance|\b40[0134]\b|invalid.{0,20}(?:request|argument|model)|model.{0,40}not (?:found|exist|supported)/i;

/**
 * What an error that a model program reports comes to, going by its words, as the programs name no codes that hold. Words that
 * say nothing known count as trouble on the way, which may pass.
 */
export function describeToolError(words: string): FailedAnswer {
  const message = words.trim() === "" ? "The program reported an error" : words;
  if (RATE_LIMITED.test(words)) return failedAnswer("rate-limited", message, { retryable: true });
  if (REFUSED.test(words)) return failedAnswer("refused", message);
  return failedAnswer("unreachable", message, { retryable: true });
}
