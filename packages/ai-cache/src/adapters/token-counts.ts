import type { TokenUsage } from "../entries/cache-entry.ts";
import { isCount } from "../is-count.ts";

/** Usage as the cache counts it, or `undefined` where a provider does not say both counts: half a count would be a wrong saving. */
export function toTokenCounts(input: unknown, output: unknown, cachedInput: unknown): TokenUsage | undefined {
  if (!isCount(input) || !isCount(output)) return undefined;
  const counts = { inputTokens: input, outputTokens: output };
  return isCount(cachedInput) && cachedInput <= input ? { ...counts, cachedInputTokens: cachedInput } : counts;
}
