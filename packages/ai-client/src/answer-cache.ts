import type { ModelAnswer, ProviderRequest, TokenUsage } from "./provider.ts";
import type { QuestionIdentity } from "./question-identity.ts";

/** An answer as a cache hands it back. */
export interface CachedAnswer {
  /** Only `stop` counts as whole. */
  readonly finishReason: string;
  /** What the model wrote. */
  readonly text: string;
  /** What the call took. */
  readonly usage?: TokenUsage | undefined;
}

/** What a cache makes its key of. */
export interface CachedQuestion {
  /** Name of the provider. */
  readonly provider: string;
  /** The provider's endpoint. */
  readonly baseUrl?: string | undefined;
  /** The request; its `model` is the provider's default one where the question named none. */
  readonly request: ProviderRequest;
  /** Counts in place of the request's `system` and `prompt` where it is given. */
  readonly identity?: QuestionIdentity | undefined;
}

/**
 * Where answers are kept, in the shape of a cache with single flight. It gives the stored answer to `request`, or calls
 * `compute` and may store what comes back if `isValid` accepts it. It must pass on what `compute` throws.
 */
export interface AnswerCache {
  getOrCompute(
    question: CachedQuestion,
    compute: (context: { readonly signal: AbortSignal }) => Promise<ModelAnswer>,
    options: { readonly signal: AbortSignal; readonly isValid: (answer: CachedAnswer) => boolean },
  ): Promise<{ readonly answer: CachedAnswer }>;
}
