export type {
  AiCache,
  CacheMode,
  CacheResult,
  CleanupOptions,
  CleanupReport,
  ComputeAnswer,
  ExplainOptions,
  Explanation,
  GetOrComputeOptions,
} from "./ai-cache.ts";
export { DEFAULT_FOLLOW_MAX_MS, DEFAULT_MAX_BYTES, DEFAULT_MEMORY_MAX_BYTES, DEFAULT_TTL_MS } from "./cache-options.ts";
export type { AiCacheOptions } from "./cache-options.ts";
export type { AnswerKind, CacheStats, MissReason } from "./cache-stats.ts";
export { FORMAT_VERSION } from "./entries/cache-entry.ts";
export type { ModelAnswer, RejectReason, TokenUsage } from "./entries/cache-entry.ts";
export { AiCacheError } from "./errors.ts";
export type { AiCacheErrorCode } from "./errors.ts";
export type { KeyChange } from "./explain/diff-questions.ts";
export type { ShownValue } from "./explain/summarise-question.ts";
export type { DamagedEntry, OtherFile, VerifyReport } from "./housekeeping/verify-store.ts";
export type { JsonValue } from "./key/canonical-bytes.ts";
export { createCacheKey, KEY_VERSION } from "./key/create-cache-key.ts";
export type { CacheKey, CacheKeyFile, CacheKeyParts } from "./key/create-cache-key.ts";
export { openAiCache } from "./open-ai-cache.ts";
export type { CacheIndex, CacheIndexStats } from "./statistics/cache-index.ts";
export { readCacheIndex } from "./statistics/merge-statistics.ts";
export type { ReadCacheIndexOptions } from "./statistics/merge-statistics.ts";
