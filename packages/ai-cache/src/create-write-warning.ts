import type { CheckedOptions } from "./cache-options.ts";
import { AiCacheError } from "./errors.ts";
import type { CacheKey } from "./key/create-cache-key.ts";
import type { CacheCounters } from "./statistics/create-cache-counters.ts";

/** Counts each failed write to disk and tells `onWarning` of the first. */
export function createWriteWarning(
  counters: CacheCounters,
  onWarning: CheckedOptions["onWarning"],
): (key: CacheKey | undefined, cause: unknown) => void {
  let hasWarned = false;
  return (key, cause) => {
    counters.counts.writeFailure += 1;
    if (hasWarned) return;
    hasWarned = true;
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
    const message = `Cannot write to the AI cache directory (${why}): going on without what could not be written`;
    onWarning?.(new AiCacheError("AI_CACHE_WRITE_FAILED", message, key ?? "", cause));
  };
}
