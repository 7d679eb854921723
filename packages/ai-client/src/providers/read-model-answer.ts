import type { LanguageModelV3FinishReason, LanguageModelV3StreamPart, LanguageModelV3Usage } from "@ai-sdk/provider";
import type { FinishReason, TokenUsage } from "../provider.ts";

/** What a model's answer came to, before it is judged. */
export interface ModelOutput {
  readonly text: string;
  /** Why it stopped; `undefined` when the answer ended without saying so. */
  readonly finishReason: FinishReason | undefined;
  readonly usage: TokenUsage | undefined;
  /** The first error that came in place of, or in the middle of, the answer. */
  readonly error?: unknown;
  /** Whether anything was understood as a part of an answer. */
  readonly hasParts: boolean;
}

/** Usage in the terms of this package; `undefined` where the provider did not count. */
export function readUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): TokenUsage | undefined {
  const { total: input, cacheRead } = inputTokens;
  const { total: output } = outputTokens;
  if (!isCount(input) || !isCount(output)) return undefined;
  return { inputTokens: input, outputTokens: output, ...(isCount(cacheRead) && { cachedInputTokens: cacheRead }) };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

/** The reason in the terms of this package; `undefined` where the provider gave none and the SDK put in a stand-in. */
export function readFinishReason({ unified, raw }: LanguageModelV3FinishReason): FinishReason | undefined {
  if (raw === undefined) return undefined;
  if (unified === "stop" || unified === "length" || unified === "content-filter") return unified;
  return "other";
}

/** Reads a stream of parts to its end, or to the first error in it. Rejects when the transport fails. */
export async function readModelStream(stream: ReadableStream<LanguageModelV3StreamPart>): Promise<ModelOutput> {
  const reader = stream.getReader();
  let text = "";
  let finishReason: FinishReason | undefined;
  let usage: TokenUsage | undefined;
  let hasParts = false;
  try {
    for (;;) {
      const { done, value: part } = await reader.read();
      if (done) return { text, finishReason, usage, hasParts };
      if (part.type === "error") return { text, finishReason: undefined, usage, error: part.error, hasParts };
      if (part.type === "finish") {
        finishReason = readFinishReason(part.finishReason);
        usage = readUsage(part.usage);
      } else if (part.type !== "stream-start") {
        hasParts = true;
        if (part.type === "text-delta") text += part.delta;
      }
    }
  } finally {
    // After an error the rest is of no use; a stream at its end does not mind.
    reader.cancel().catch(() => undefined);
  }
}
