import { failedAnswer, type FailedAnswer, type FailureDetails } from "./failed-answer.ts";
import { quoteServerWords, type PrivateTexts } from "./quote-server-words.ts";
import { readRetryAfterMs, type ResponseHeaders } from "./read-retry-after.ts";
import type { ServerError } from "./read-server-error.ts";

/** What a question was about, for messages. */
export interface CallSubject extends PrivateTexts {
  /** Host and port of the server. */
  readonly address?: string | undefined;
  /** The model asked. */
  readonly model: string;
  /** The environment variable that holds the key. */
  readonly apiKeyVariable: string;
  /** Whether a key was sent. */
  readonly hasKey: boolean;
}

/** A response that is no answer. */
export interface HttpFailure {
  /** Its status; that of a stream that turns into an error is 200. */
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** What its body says, if anything. */
  readonly error?: ServerError | undefined;
}

const OUT_OF_MONEY = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"];
const RATE_LIMITED = ["rate_limit", "resource_exhausted", "too_many_requests", "throttl"];
const REFUSED = [
  "invalid_request",
  "invalid_argument",
  "not_found",
  "authentication",
  "permission",
  "failed_precondition",
];
const REFUSED_TOO = ["unauthenticated", "invalid_api_key", "context_length", "billing"];
const TROUBLED = ["overloaded", "unavailable", "server_error", "internal", "api_error", "timeout", "deadline_exceeded"];

/** What the names of an error come to, as a status; `undefined` when they say nothing known. */
function statusOfNames(names: readonly string[]): number | undefined {
  const has = (parts: readonly string[]): boolean => names.some((name) => parts.some((part) => name.includes(part)));
  if (has(OUT_OF_MONEY)) return 402;
  if (has(RATE_LIMITED)) return 429;
  if (has(["authentication", "unauthenticated", "invalid_api_key"])) return 401;
  if (has(["permission"])) return 403;
  if (has(["not_found"])) return 404;
  if (has(REFUSED) || has(REFUSED_TOO)) return 400;
  if (has(TROUBLED)) return 503;
  return undefined;
}

function effectiveStatus({ status, error }: HttpFailure): number {
  const named = statusOfNames(error?.names ?? []);
  // A used-up balance comes as 429, and waiting does not fill it.
  if (named === 402) return 402;
  // A refusal by status is believed. Gateways wrap what happened behind them in 200 and 5xx.
  if (status >= 300 && status < 500) return status;
  return named ?? error?.status ?? status;
}

/**
 * What a response with an error in its status or its body comes to. Worth asking again: 408, 409, 425, 429, 5xx but 501 and
 * 505, after the time that the response asks for. Not worth it: everything else, as the same question would meet the same
 * answer.
 *
 * @returns `undefined` when the status is that of success and the body names no known error
 */
export function describeHttpFailure(
  failure: HttpFailure,
  subject: CallSubject,
  nowMs: number,
): FailedAnswer | undefined {
  const status = effectiveStatus(failure);
  const { error, headers } = failure;
  const shown =
    error?.status === undefined || error.status === failure.status
      ? `${failure.status}`
      : `${failure.status}, in its body ${error.status}`;
  const quote = error?.words === undefined ? undefined : quoteServerWords(error.words, subject);
  const said = quote === undefined ? "" : `: ${quote}`;
  const retryAfterMs = readRetryAfterMs(headers, nowMs) ?? error?.retryAfterMs;
  const again: FailureDetails = { retryable: true, retryAfterMs };
  const { model, apiKeyVariable, hasKey } = subject;
  if (status < 300) return undefined;
  if (status < 400)
    return failedAnswer("refused", `The server redirects (${shown}); set the base URL to its final address`);
  // What servers say here often holds a part of the key.
  if (status === 401) {
    const message = hasKey
      ? `The server does not accept the API key (${shown}); check the environment variable ${apiKeyVariable}`
      : `The server wants an API key (${shown}); set the environment variable ${apiKeyVariable}`;
    return failedAnswer("refused", message);
  }
  if (status === 403) {
    const message = `The server does not allow this (${shown}); check the rights of the API key in the environment variable ${apiKeyVariable}`;
    return failedAnswer("refused", message);
  }
  if (status === 402)
    return failedAnswer("refused", `The account with the provider is out of credit (${shown})${said}`);
  if (status === 404) {
    const message = `There is no model "${model}", or nothing at this address (${shown}); check the model and the base URL${said}`;
    return failedAnswer("refused", message);
  }
  if (status === 429)
    return failedAnswer("rate-limited", `The provider limits the rate of requests (${shown})${said}`, again);
  if (status === 408 || status === 409 || status === 425) {
    return failedAnswer("unreachable", `The server could not answer now (${shown})${said}`, again);
  }
  if (status < 500 || status === 501 || status === 505) {
    return failedAnswer("refused", `The server refused the request (${shown})${said}`);
  }
  return failedAnswer("unreachable", `The server is in trouble (${shown})${said}`, again);
}
