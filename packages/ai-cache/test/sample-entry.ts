import type { CacheEntry, ModelAnswer } from "../src/entries/cache-entry.ts";
import { createCacheKey, type CacheKey } from "../src/key/create-cache-key.ts";

/** The key of the question `prompt`. */
export function sampleKey(prompt: string): CacheKey {
  return createCacheKey({ provider: "p", model: "m", prompt });
}

/** An entry that may be stored, for the question `prompt`. */
export function sampleEntry(
  prompt: string,
  answer: Partial<ModelAnswer> = {},
  createdMs = 1_800_000_000_000,
): CacheEntry {
  return {
    key: sampleKey(prompt),
    createdMs,
    expiresMs: createdMs + 1000,
    computeMs: 12,
    provider: "p",
    model: "m",
    answer: { finishReason: "stop", text: `answer to ${prompt}`, ...answer },
  };
}
