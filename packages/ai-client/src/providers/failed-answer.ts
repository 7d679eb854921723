import type { ProviderAnswer, ProviderFailure, TokenUsage } from "../provider.ts";
import { stripTerminalControls } from "../strip-terminal-controls.ts";

/** The longest message a failed answer carries, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH: number = 400;

/** A call that brought no answer. */
export type FailedAnswer = Extract<ProviderAnswer, { readonly status: "failed" }>;

/** What may be known of a failure besides its reason. */
export interface FailureDetails {
  /** Whether asking again may help. @defaultValue false */
  readonly retryable?: boolean | undefined;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** What the call took all the same. */
  readonly usage?: TokenUsage | undefined;
}

/** A failed answer whose message is one line without control characters, of bounded length. */
export function failedAnswer(reason: ProviderFailure, message: string, details: FailureDetails = {}): FailedAnswer {
  const { retryable = false, retryAfterMs, usage } = details;
  return {
    status: "failed",
    reason,
    message: shorten(message, MAX_MESSAGE_LENGTH),
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(usage && { usage }),
  };
}

/** `text` on one line, without control characters, cut to `maxLength`. */
export function shorten(text: string, maxLength: number): string {
  // Cut twice, so that a megabyte of hostile text is never searched for escapes.
  const line = stripTerminalControls(text.slice(0, 8 * maxLength))
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= maxLength) return line;
  // Half of a surrogate pair would be left at the cut.
  return `${line.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
