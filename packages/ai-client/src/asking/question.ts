import type { AiRequest, SchemaAiRequest, StructuredAiRequest } from "../ai-request.ts";
import type { CachedAnswer } from "../answer-cache.ts";
import { createSchemaValidator } from "../answers/json-schema.ts";
import { parseStructuredAnswer, type Validate, type Validation } from "../answers/parse-structured-answer.ts";
import type { ProviderRequest } from "../provider.ts";
import type { QuestionIdentity } from "../question-identity.ts";

/** A request as the client works with it. */
export interface Question<T> {
  /** What goes to the provider. */
  readonly request: ProviderRequest;
  readonly identity: QuestionIdentity | undefined;
  readonly label: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** The caller's own check: two questions with the same one are answered by the same answers. */
  readonly validate: Validate<T> | undefined;
  /** Whether the answer must be JSON. */
  readonly isStructured: boolean;
  /** The value of an answer's text, or what is wrong with it. */
  readonly check: (answer: Pick<CachedAnswer, "text">) => Validation<T>;
}

/** Any of the forms of a request. */
export type AnyAiRequest<T> = AiRequest | SchemaAiRequest | StructuredAiRequest<T>;

function chain<T>(first: Validate<unknown>, second: Validate<T>): Validate<T> {
  return (value) => {
    const checked = first(value);
    return checked.ok ? second(checked.value) : checked;
  };
}

/**
 * The question in `asked`, whose type says what its check gives.
 *
 * @throws {TypeError} when `prompt` is no text, or `outputSchema` no JSON Schema
 * @throws {RangeError} when `maxOutputTokens` is not an integer of at least 1
 */
export async function createQuestion<T>(asked: AnyAiRequest<T>): Promise<Question<T>> {
  const { prompt, system, model, maxOutputTokens, parameters, outputSchema, validate, identity, label, signal } = asked;
  if (typeof prompt !== "string" || prompt === "") {
    throw new TypeError("Cannot ask: `prompt` must be a text that is not empty");
  }
  if (maxOutputTokens !== undefined && !(Number.isSafeInteger(maxOutputTokens) && maxOutputTokens >= 1)) {
    throw new RangeError(`Cannot ask: \`maxOutputTokens\` must be an integer of at least 1, got ${maxOutputTokens}`);
  }
  const checkSchema = outputSchema === undefined ? undefined : await createSchemaValidator<T>(outputSchema);
  const checkValue = checkSchema && validate ? chain(checkSchema, validate) : (validate ?? checkSchema);
  const request = { prompt, system, model, maxOutputTokens, parameters, outputSchema };
  const check: Question<T>["check"] =
    checkValue === undefined
      ? ({ text }) => ({ ok: true, value: text as T })
      : ({ text }) => parseStructuredAnswer(text, checkValue);
  return { request, identity, label, signal, validate, isStructured: checkValue !== undefined, check };
}
