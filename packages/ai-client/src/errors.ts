import type { InconclusiveReason } from "./provider.ts";

/** The codes of {@link AiClientError}; each has a heading in docs/errors.md. */
export type AiClientErrorCode = "AI_CLIENT_INCONCLUSIVE" | "AI_CLIENT_INVALID_PRICES";

/** The codes of {@link PromptError}; each has a heading in docs/errors.md. */
export type PromptErrorCode = "AI_CLIENT_PROMPT_INVALID" | "AI_CLIENT_PROMPT_MISSING";

/**
 * With code `AI_CLIENT_INCONCLUSIVE`, what a computation handed to an {@link AnswerCache} throws when no answer came: `ask`
 * turns it into a result again. With another code, a file of the user's that cannot be used.
 */
export class AiClientError extends Error {
  override readonly name: string = "AiClientError";
  /** Stable code to branch on. */
  readonly code: AiClientErrorCode;
  /** Why there is no answer; `undefined` where `code` is another than `AI_CLIENT_INCONCLUSIVE`. */
  readonly reason: InconclusiveReason | undefined;

  constructor(reason: InconclusiveReason, message: string, options?: ErrorOptions);
  constructor(code: Exclude<AiClientErrorCode, "AI_CLIENT_INCONCLUSIVE">, message: string, options?: ErrorOptions);
  constructor(reasonOrCode: InconclusiveReason | AiClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    const isCode = reasonOrCode === "AI_CLIENT_INVALID_PRICES" || reasonOrCode === "AI_CLIENT_INCONCLUSIVE";
    this.code = isCode ? reasonOrCode : "AI_CLIENT_INCONCLUSIVE";
    this.reason = isCode ? undefined : reasonOrCode;
  }
}
