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
export type { JsonValue } from "./canonical-bytes.ts";
export { FORMAT_VERSION } from "./cache-entry.ts";
export type { ModelAnswer, RejectReason, TokenUsage } from "./cache-entry.ts";
export { DEFAULT_FOLLOW_MAX_MS, DEFAULT_MAX_BYTES, DEFAULT_MEMORY_MAX_BYTES, DEFAULT_TTL_MS } from "./cache-options.ts";
export type { AiCacheOptions } from "./cache-options.ts";
export type { AnswerKind, CacheStats, MissReason } from "./cache-stats.ts";
export { createCacheKey, KEY_VERSION } from "./create-cache-key.ts";
export type { CacheKey, CacheKeyFile, CacheKeyParts } from "./create-cache-key.ts";
export type { KeyChange } from "./diff-questions.ts";
export { AiCacheError } from "./errors.ts";
export type { AiCacheErrorCode } from "./errors.ts";
export { openAiCache } from "./open-ai-cache.ts";
export type { CacheIndex, CacheIndexStats } from "./statistics/cache-index.ts";
export type { ShownValue } from "./summarise-question.ts";
export type { DamagedEntry, OtherFile, VerifyReport } from "./verify-store.ts";
export { readCacheIndex } from "./statistics/merge-statistics.ts";
export type { ReadIndexOptions } from "./statistics/merge-statistics.ts";
export type { Listing } from "./statistics/cache-index.ts";
