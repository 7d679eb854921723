export type { AiQuestion, AiRequest, SchemaAiRequest, StructuredAiRequest } from "./ai-request.ts";
export type { AiResult, CacheSource, QuestionAccount } from "./ai-result.ts";
export type { AnswerCache, AnswerCacheOptions, CachedAnswer, CachedQuestion } from "./answer-cache.ts";
export type { AiCallEvent } from "./ask-question.ts";
export { DEFAULT_CONCURRENCY, DEFAULT_LINGER_MS, DEFAULT_MAX_REQUEST_TOKENS } from "./batch/ask-all.ts";
export type { AskAllOptions } from "./batch/ask-all.ts";
export { DEFAULT_MAX_OUTPUT_TOKENS } from "./call-provider.ts";
export type { Delay } from "./call-provider.ts";
export { createAiClient, DEFAULT_TIMEOUT_MS } from "./create-ai-client.ts";
export type { AiClient, AiClientOptions } from "./create-ai-client.ts";
export { createBudget } from "./create-budget.ts";
export type {
  Budget,
  BudgetLimitName,
  BudgetLimits,
  BudgetOptions,
  BudgetRefusal,
  BudgetReport,
  BudgetUse,
  CallEstimate,
  Reservation,
} from "./create-budget.ts";
export {
  createExecProvider,
  DEFAULT_EXEC_MAX_OUTPUT_BYTES,
  DEFAULT_EXEC_TIMEOUT_MS,
} from "./providers/create-exec-provider.ts";
export { readAnswerEnvelope } from "./providers/envelopes/read-answer-envelope.ts";
export type { ExecProviderOptions } from "./providers/create-exec-provider.ts";
export { createNoneProvider } from "./providers/create-none-provider.ts";
export { AiClientError } from "./errors.ts";
export type { AiClientErrorCode } from "./errors.ts";
export { estimateTokens } from "./estimate-tokens.ts";
export { SEVERITIES, validateFindings } from "./finding.ts";
export type { Finding, Severity } from "./finding.ts";
export { createSchemaValidator } from "./json-schema.ts";
export {
  MAX_ANSWER_DEPTH,
  MAX_ANSWER_LENGTH,
  MAX_ANSWER_VALUES,
  parseStructuredAnswer,
} from "./parse-structured-answer.ts";
export type { Validate, Validation } from "./parse-structured-answer.ts";
export { createPrices, parsePrices } from "./prices.ts";
export type { ModelPrice, Prices } from "./prices.ts";
export type {
  FinishReason,
  InconclusiveReason,
  ModelAnswer,
  Provider,
  ProviderAnswer,
  ProviderFailure,
  ProviderRequest,
  TokenUsage,
} from "./provider.ts";
export type { QuestionIdentity } from "./question-identity.ts";
export type { RetryOptions } from "./retry-delay.ts";
export { stripTerminalControls } from "./strip-terminal-controls.ts";
export { verifyFindings } from "./verify-findings.ts";
export type { DropReason, VerifiedFindings } from "./verify-findings.ts";
