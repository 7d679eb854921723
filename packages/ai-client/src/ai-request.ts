import type { Validate } from "./parse-structured-answer.ts";
import type { ProviderRequest } from "./provider.ts";
import type { QuestionIdentity } from "./question-identity.ts";

/** A question in plain text. */
export interface AiRequest extends ProviderRequest {
  /** What makes it the same question as another, for the cache. @defaultValue the request itself */
  readonly identity?: QuestionIdentity | undefined;
  /** Aborts the question. */
  readonly signal?: AbortSignal | undefined;
}

/** A question whose answer is JSON of a certain shape. */
export interface StructuredAiRequest<T> extends AiRequest {
  /** Checks the answer. An answer it refuses is sent back once for repair. */
  readonly validate: Validate<T>;
}
