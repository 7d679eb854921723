import type { InconclusiveReason } from "./provider.ts";

/** The codes of {@link AiClientError}; each has a heading in docs/errors.md. */
export type AiClientErrorCode = "AI_CLIENT_INCONCLUSIVE";

/** What a computation handed to an {@link AnswerCache} throws when no answer came. `ask` turns it into a result again. */
export class AiClientError extends Error {
  override readonly name: string = "AiClientError";
  /** Stable code to branch on. */
  readonly code: AiClientErrorCode = "AI_CLIENT_INCONCLUSIVE";
  /** Why there is no answer. */
  readonly reason: InconclusiveReason;

  constructor(reason: InconclusiveReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
