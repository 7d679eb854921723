import type { CachedQuestion } from "../answer-cache.ts";
import type { QuestionIdentity } from "../question-identity.ts";

/** A value that JSON can hold. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Everything that an answer depends on. */
export interface QuestionKeyParts {
  readonly provider: string;
  readonly baseUrl: string | undefined;
  /** `""` where neither the request nor the provider names one. */
  readonly model: string;
  /** The token limit is among them. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly outputSchema: Json | undefined;
  /** The system instructions. */
  readonly persona: string | undefined;
  readonly promptTemplateVersion: string | undefined;
  readonly prompt: string;
  readonly files: QuestionIdentity["files"];
}

/**
 * What a cache is to make its key of: everything that an answer depends on. Keys, time limits, labels and the random word of a prompt's
 * delimiters stay out: where the question has an identity, that counts in place of what is sent. Its form is that of `CacheKeyParts` of
 * `@ai-workflow/ai-cache`.
 *
 * @example
 * ```ts
 * const cache: AnswerCache = {
 *   getOrCompute: (question, compute, options) =>
 *     aiCache.getOrCompute(toCacheKeyParts(question), compute, { ...options, label: question.label }),
 * };
 * ```
 */
export function toCacheKeyParts({ provider, baseUrl, request, identity }: CachedQuestion): QuestionKeyParts {
  const { model = "", maxOutputTokens, parameters, outputSchema } = request;
  return {
    provider,
    baseUrl,
    model,
    parameters: { ...parameters, ...(maxOutputTokens !== undefined && { maxOutputTokens }) },
    outputSchema: outputSchema as Json | undefined,
    persona: identity === undefined ? request.system : identity.system,
    promptTemplateVersion: identity?.promptTemplateVersion,
    prompt: identity?.prompt ?? request.prompt,
    files: identity?.files,
  };
}
