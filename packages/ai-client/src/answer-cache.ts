import type { CacheSource } from "./ai-result.ts";
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
  /** What the call cost, in USD. */
  readonly costUsd?: number | undefined;
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
  /** The step that asks. Not for the key: for telling what of the key has changed since that step's last run. */
  readonly label?: string | undefined;
}

/** What a client asks of a cache with a question. */
export interface AnswerCacheOptions {
  /** Aborts the question. */
  readonly signal: AbortSignal;
  /** Whether an answer counts. Others are neither stored nor given back. */
  readonly isValid: (answer: CachedAnswer) => boolean;
  /**
   * To be called when the question begins to wait for somebody else who asks the same, in this process or another one. A cache
   * that does so lets {@link AiClient.askAll} send a request that is not full at once instead of after `lingerMs`.
   */
  readonly onWait: () => void;
}

/**
 * Where answers are kept, in the shape of a cache with single flight. It gives the stored answer to `request`, or calls
 * `compute` and may store what comes back if `isValid` accepts it. It must pass on what `compute` throws.
 */
export interface AnswerCache {
  getOrCompute(
    question: CachedQuestion,
    compute: (context: { readonly signal: AbortSignal }) => Promise<ModelAnswer>,
    options: AnswerCacheOptions,
  ): Promise<{ readonly answer: CachedAnswer; readonly source?: CacheSource | undefined }>;
}
