export type { AiQuestion, AiRequest, SchemaAiRequest, StructuredAiRequest } from "./ai-request.ts";
export type { AiResult, CacheSource, QuestionAccount } from "./ai-result.ts";
export type { AnswerCache, AnswerCacheOptions, CachedAnswer, CachedQuestion } from "./answer-cache.ts";
export { createSchemaValidator } from "./answers/json-schema.ts";
export {
  MAX_ANSWER_DEPTH,
  MAX_ANSWER_LENGTH,
  MAX_ANSWER_VALUES,
  parseStructuredAnswer,
} from "./answers/parse-structured-answer.ts";
export type { Validate, Validation } from "./answers/parse-structured-answer.ts";
export type { AiCallEvent } from "./asking/ask-question.ts";
export { DEFAULT_MAX_OUTPUT_TOKENS } from "./asking/call-provider.ts";
export type { Delay } from "./asking/call-provider.ts";
export type { RetryOptions } from "./asking/retry-delay.ts";
export { toCacheKeyParts } from "./asking/to-cache-key-parts.ts";
export type { QuestionKeyParts } from "./asking/to-cache-key-parts.ts";
export { DEFAULT_CONCURRENCY, DEFAULT_LINGER_MS, DEFAULT_MAX_REQUEST_TOKENS } from "./batch/ask-all.ts";
export type { AskAllOptions } from "./batch/ask-all.ts";
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
} from "./budget/budget.ts";
export { createBudget } from "./budget/create-budget.ts";
export { createPrices, parsePrices } from "./budget/prices.ts";
export type { ModelPrice, Prices } from "./budget/prices.ts";
export { createAiClient, DEFAULT_TIMEOUT_MS } from "./create-ai-client.ts";
export type { AiClient, AiClientOptions } from "./create-ai-client.ts";
export { DEFAULT_IGNORE_FILES } from "./egress/open-ignore-rules.ts";
export { redactSecrets } from "./egress/redact-secrets.ts";
export type { RedactedText, RedactionCount, RedactionRule, RedactOptions } from "./egress/redact-secrets.ts";
export { DEFAULT_MAX_FILE_BYTES, isWithheldOnPurpose, selectSendableFiles } from "./egress/select-sendable-files.ts";
export type {
  SelectSendableOptions,
  SendableFile,
  SendableSelection,
  WithheldFile,
  WithheldReason,
} from "./egress/select-sendable-files.ts";
export { AiClientError } from "./errors.ts";
export type { AiClientErrorCode, PromptErrorCode } from "./errors.ts";
export { estimateTokens } from "./estimate-tokens.ts";
export { decideAiMode } from "./forks/decide-ai-mode.ts";
export type { AiMode, AiModeDecision, AiModeRequest } from "./forks/decide-ai-mode.ts";
export { detectUntrustedPullRequest } from "./forks/detect-untrusted-pull-request.ts";
export type { ForkEnvironment, ForkVerdict, ReadTextFile } from "./forks/fork-verdict.ts";
export { composePrompt } from "./prompts/compose-prompt.ts";
export type { ComposedPrompt, ComposePromptOptions, PromptContext } from "./prompts/compose-prompt.ts";
export { createPromptLibrary, MAX_PROMPT_FILE_BYTES } from "./prompts/create-prompt-library.ts";
export type {
  LoadedPrompt,
  PromptLibrary,
  PromptLibraryOptions,
  PromptNames,
} from "./prompts/create-prompt-library.ts";
export { formatPrompts } from "./prompts/format-prompts.ts";
export type { PromptPreview } from "./prompts/format-prompts.ts";
export { createNonce } from "./prompts/nonce.ts";
export { PromptError } from "./prompts/prompt-error.ts";
export { toPromptFile } from "./prompts/prompt-file.ts";
export type { LineRange, PromptFile, SourceRow } from "./prompts/prompt-file.ts";
export type { Persona, PromptAnswer, PromptTemplate } from "./prompts/prompt-template.ts";
export { promptTemplateVersion } from "./prompts/prompt-template-version.ts";
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
export { ANTHROPIC_BASE_URL, createAnthropicProvider } from "./providers/create-anthropic-provider.ts";
export type { AnthropicProviderOptions } from "./providers/create-anthropic-provider.ts";
export {
  createExecProvider,
  DEFAULT_EXEC_MAX_OUTPUT_BYTES,
  DEFAULT_EXEC_TIMEOUT_MS,
} from "./providers/create-exec-provider.ts";
export type { ExecProviderOptions } from "./providers/create-exec-provider.ts";
export { createGoogleProvider, GOOGLE_BASE_URL } from "./providers/create-google-provider.ts";
export type { GoogleProviderOptions } from "./providers/create-google-provider.ts";
export { createNoneProvider } from "./providers/create-none-provider.ts";
export { createOpenAiCompatibleProvider } from "./providers/create-openai-compatible-provider.ts";
export type { OpenAiCompatibleProviderOptions } from "./providers/create-openai-compatible-provider.ts";
export { createProviderFromSettings } from "./providers/create-provider-from-settings.ts";
export type { ProviderFromSettings } from "./providers/create-provider-from-settings.ts";
export { findProviderKey } from "./providers/find-provider-key.ts";
export type { ProviderKey } from "./providers/find-provider-key.ts";
export { readAnswerEnvelope } from "./providers/envelopes/read-answer-envelope.ts";
export { EXEC_ENVELOPES } from "./providers/envelopes/read-envelope.ts";
export type { ExecEnvelope } from "./providers/envelopes/read-envelope.ts";
export { DEFAULT_IDLE_TIMEOUT_MS, DEFAULT_MAX_ANSWER_BYTES } from "./providers/http-provider-options.ts";
export type { HttpProviderOptions } from "./providers/http-provider-options.ts";
export type { ProviderKind, ProviderSettings } from "./providers/provider-settings.ts";
export { readAiEnvironment } from "./providers/read-ai-environment.ts";
export type { AiEnvironment, AiEnvironmentResult, SettingProblem } from "./providers/read-ai-environment.ts";
export type { QuestionIdentity } from "./question-identity.ts";
export { MAX_FINDINGS, SEVERITIES, validateFindings } from "./review/finding.ts";
export type { Finding, Severity } from "./review/finding.ts";
export { FINDINGS_SCHEMA } from "./review/findings-schema.ts";
export type { Hunk, HunkLine } from "./review/hunk.ts";
export { parseUnifiedDiff } from "./review/parse-unified-diff.ts";
export { DEFAULT_CONTEXT_LINES, planReview } from "./review/plan-review.ts";
export type { PlanReviewOptions } from "./review/plan-review.ts";
export { redactReviewFiles } from "./review/redact-review-files.ts";
export type { RedactedReviewFiles } from "./review/redact-review-files.ts";
export { composeReview, DEFAULT_REVIEW_INPUT_TOKENS, reviewFiles } from "./review/review-files.ts";
export type {
  ComposedReview,
  ComposeReviewOptions,
  InconclusiveChunk,
  ReviewClient,
  ReviewOptions,
  ReviewResult,
} from "./review/review-files.ts";
export type {
  NotReviewed,
  NotReviewedReason,
  ReviewChunk,
  ReviewCoverage,
  ReviewFile,
  ReviewPart,
  ReviewPlan,
} from "./review/review-plan.ts";
export type { SuppressedFinding } from "./review/suppress-findings.ts";
export { MAX_EVIDENCE_LENGTH, MIN_MOVABLE_EVIDENCE_LENGTH, verifyFindings } from "./review/verify-findings.ts";
export type { DropReason, MovedFinding, VerifiedFindings } from "./review/verify-findings.ts";
export { stripTerminalControls } from "./strip-terminal-controls.ts";
