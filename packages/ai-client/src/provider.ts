/** Tokens that a call took. */
export interface TokenUsage {
  /** Tokens read by the model. */
  readonly inputTokens: number;
  /** Tokens written by the model. */
  readonly outputTokens: number;
  /** Of the tokens read, those that the provider's own prompt cache held, where it says so. */
  readonly cachedInputTokens?: number | undefined;
}

/** A question as it goes to a provider. */
export interface ProviderRequest {
  /** The question, whole. */
  readonly prompt: string;
  /** The system instructions. */
  readonly system?: string | undefined;
  /** The model, where the provider does not fix it. */
  readonly model?: string | undefined;
  /** The most tokens the answer may take. */
  readonly maxOutputTokens?: number | undefined;
  /** Temperature, seed and the like, as the provider names them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The JSON Schema to ask for, where the provider can enforce one. */
  readonly outputSchema?: unknown;
}

/** Why the model stopped. Only `stop` means that the answer is whole. */
export type FinishReason = "stop" | "length" | "content-filter" | "other";

/** What a model wrote, whole or not. */
export interface ModelAnswer {
  /** Why it stopped writing. */
  readonly finishReason: FinishReason;
  /** What it wrote. */
  readonly text: string;
  /** What the call took, where the provider says so. */
  readonly usage?: TokenUsage | undefined;
  /** What the call cost in USD, where the provider says so. @defaultValue by the budget's prices */
  readonly costUsd?: number | undefined;
}

/** Why a provider gave no answer. */
export type ProviderFailure = "unreachable" | "rate-limited" | "refused" | "malformed" | "timed-out" | "no-provider";

/** What came of a call: an answer, or why there is none. A failure is a value, not an exception. */
export type ProviderAnswer =
  | ({ readonly status: "answered" } & ModelAnswer)
  | {
      readonly status: "failed";
      readonly reason: ProviderFailure;
      /** One sentence for people, without prompts, keys or control characters. */
      readonly message: string;
      /** Whether asking again may help. */
      readonly retryable: boolean;
      /** How long the provider asks to wait, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
      /** What the call took all the same, where the provider says so. */
      readonly usage?: TokenUsage | undefined;
      /** Whether the model may have been at work, so that the provider may charge what nobody counted. @defaultValue false */
      readonly mayBeCharged?: boolean | undefined;
    };

/** One way to ask a model. A rejection counts as `unreachable` and may be tried again. */
export interface Provider {
  /** What to call it in messages and keys. */
  readonly name: string;
  /** The endpoint it asks, for keys; `undefined` where the name says it all. */
  readonly baseUrl?: string | undefined;
  /** The model it asks when a request names none, for keys and prices. */
  readonly defaultModel?: string | undefined;
  /** Asks once, without retrying; ends soon after `signal` aborts. */
  generate(request: ProviderRequest, options: { readonly signal: AbortSignal }): Promise<ProviderAnswer>;
}

/** Why there is no validated answer. */
export type InconclusiveReason =
  | "unreachable"
  | "budget"
  | "truncated"
  | "invalid-answer"
  | "refused"
  | "timed-out"
  | "aborted"
  | "no-provider";
