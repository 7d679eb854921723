import type { InconclusiveReason, TokenUsage } from "./provider.ts";

/** What came of a question. There is no way to read a value without an answer that was checked. */
export type AiResult<T> =
  | {
      readonly status: "answered";
      /** The checked value; the text itself for a plain question. */
      readonly value: T;
      /** The text as the model wrote it. Print it through {@link stripTerminalControls} only. */
      readonly text: string;
      /** What the answer took when it was asked for: nothing now, if `source` is not `provider`. */
      readonly usage?: TokenUsage | undefined;
      /** Whether this question was asked of the provider, or its answer found by the cache. */
      readonly source: "provider" | "cache";
    }
  | {
      readonly status: "inconclusive";
      readonly reason: InconclusiveReason;
      /** One sentence for people. */
      readonly message: string;
    };
