export type { AiRequest, StructuredAiRequest } from "./ai-request.ts";
export type { AiResult } from "./ai-result.ts";
export type { AnswerCache, CachedAnswer, CachedQuestion } from "./answer-cache.ts";
export { createAiClient, DEFAULT_MAX_OUTPUT_TOKENS, DEFAULT_TIMEOUT_MS } from "./create-ai-client.ts";
export type { AiClient, AiClientOptions } from "./create-ai-client.ts";
export { createBudget } from "./create-budget.ts";
export type { Budget, BudgetLimits, BudgetUse, Reservation } from "./create-budget.ts";
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
export { parseStructuredAnswer } from "./parse-structured-answer.ts";
export type { Validate, Validation } from "./parse-structured-answer.ts";
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
