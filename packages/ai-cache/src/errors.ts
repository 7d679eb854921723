/** What an {@link AiCacheError} reports; each code has a heading in docs/errors.md. */
export type AiCacheErrorCode = "AI_CACHE_REPLAY_MISS" | "AI_CACHE_WRITE_FAILED";

/** A state of the cache that a caller may want to branch on: thrown for a replay miss, handed to `onWarning` for a failed write. */
export class AiCacheError extends Error {
  override readonly name: string = "AiCacheError";
  /** Stable code to branch on. */
  readonly code: AiCacheErrorCode;
  /** The cache key concerned, as 64 hexadecimal digits; empty when it is about the directory. */
  readonly key: string;

  constructor(code: AiCacheErrorCode, message: string, key: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.key = key;
  }
}
