import type { Validate } from "./answers/parse-structured-answer.ts";
import type { ProviderRequest } from "./provider.ts";
import type { QuestionIdentity } from "./question-identity.ts";

/** What every question has. */
export interface AiQuestion extends Omit<ProviderRequest, "outputSchema"> {
  /** What makes it the same question as another, for the cache. @defaultValue the request itself */
  readonly identity?: QuestionIdentity | undefined;
  /** The step that asks, for the cache's accounts and the log. It makes no question another. */
  readonly label?: string | undefined;
  /** Aborts the question. */
  readonly signal?: AbortSignal | undefined;
}

/** A question in plain text. */
export interface AiRequest extends AiQuestion {
  readonly outputSchema?: undefined;
  readonly validate?: undefined;
}

/** A question whose answer is JSON of a certain shape. An answer that is not is sent back once for repair. */
export interface StructuredAiRequest<T> extends AiQuestion {
  /** Checks the answer. */
  readonly validate: Validate<T>;
  /** A JSON Schema that the provider is asked to keep and that the answer is checked against before `validate` sees it. */
  readonly outputSchema?: object | undefined;
}

/** A question whose answer is JSON that is valid against a schema. An answer that is not is sent back once for repair. */
export interface SchemaAiRequest extends AiQuestion {
  /** The schema, as {@link createSchemaValidator} takes it. The provider is asked to keep it, too. */
  readonly outputSchema: object;
  readonly validate?: undefined;
}
