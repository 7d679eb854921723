/** What a request may do without, or say in another way, where a server does not take it as it is. */
export interface CallFeatures {
  /** Whether the JSON Schema of the answer goes along. */
  readonly sendsSchema: boolean;
  /** Whether the token limit goes by its newer name, which some models insist on. */
  readonly usesCompletionTokens: boolean;
}

/** What a server said when it refused a request. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/**
 * With which features to ask again after a refusal, or `undefined` when asking again is no use: only 400 and 422 say that a
 * request is not understood. Each feature gives way once at most, so at most two requests follow the first. Pure.
 */
export function giveWay(
  features: CallFeatures,
  refusal: Refusal | undefined,
  hasTokenLimit: boolean,
): CallFeatures | undefined {
  if (refusal?.status !== 400 && refusal?.status !== 422) return undefined;
  const { sendsSchema, usesCompletionTokens } = features;
  if (hasTokenLimit && !usesCompletionTokens && refusal.body.includes("max_completion_tokens")) {
    return { sendsSchema, usesCompletionTokens: true };
  }
  return sendsSchema ? { sendsSchema: false, usesCompletionTokens } : undefined;
}
