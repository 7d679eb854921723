import type { InconclusiveReason, TokenUsage } from "./provider.ts";

/** What a question took this time, for statistics. */
export interface QuestionAccount {
  /** The label of the request. */
  readonly label?: string | undefined;
  /** The model asked, where the request or the provider names it. */
  readonly model?: string | undefined;
  /** From the question to its result, in milliseconds. */
  readonly durationMs: number;
  /**
   * Calls made for it: 0 when the cache knew. A request of several questions counts with the first of them, so that the sum over
   * questions is the number of calls.
   */
  readonly callCount: number;
  /** How many of them were made as another had failed. */
  readonly retryCount: number;
  /** Whether the model had to correct its answer. */
  readonly isRepaired: boolean;
  /** How many questions the last request for it held: 1 by itself, 0 when none was sent. */
  readonly packedCount: number;
  /** Tokens spent now; of a shared request the question's share. `undefined` when nobody knows. */
  readonly usage?: TokenUsage | undefined;
  /** Cost in USD of what was spent now, where it is known. */
  readonly costUsd?: number | undefined;
}

/** What came of a question. There is no way to read a value without an answer that was checked. */
export type AiResult<T> =
  | (QuestionAccount & {
      readonly status: "answered";
      /** The checked value; the text itself for a plain question. */
      readonly value: T;
      /** The text as the model wrote it. Print it through {@link stripTerminalControls} only. */
      readonly text: string;
      /** Whether this question was asked of the provider, or its answer found by the cache. */
      readonly source: "provider" | "cache";
      /** How the cache came by the answer, where it says so. */
      readonly cacheSource?: CacheSource | undefined;
      /** What the answer took when it was asked for, where the cache gave it. */
      readonly savedUsage?: TokenUsage | undefined;
      /** What it cost then, in USD. */
      readonly savedCostUsd?: number | undefined;
    })
  | (QuestionAccount & {
      readonly status: "inconclusive";
      readonly reason: InconclusiveReason;
      /** One sentence for people. */
      readonly message: string;
      /**
       * The beginning of what the model wrote, where an answer came and could not be used: at most 500 characters, safe to print. It may
       * repeat the prompt.
       */
      readonly rejectedText?: string | undefined;
    });

/** How a cache came by an answer. `coalesced`: another question under way was the same. */
export type CacheSource = "memory" | "disk" | "coalesced" | "computed";
