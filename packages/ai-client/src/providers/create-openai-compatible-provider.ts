import type { Provider } from "../provider.ts";
import type { KnownParameters } from "./call-parameters.ts";
import { createSdkProvider } from "./create-sdk-provider.ts";
import { readBaseUrl, readQuery, type HttpProviderOptions } from "./http-provider-options.ts";

/** Options of {@link createOpenAiCompatibleProvider}. */
export interface OpenAiCompatibleProviderOptions extends HttpProviderOptions {
  /** Where `/chat/completions` is found, such as `https://api.openai.com/v1` or `http://localhost:11434/v1` (Ollama). */
  readonly baseUrl: string;
  /** The key. @defaultValue none, for local servers */
  readonly apiKey?: string | undefined;
  /** The header that carries the key; Azure's is `api-key`. @defaultValue `authorization`, with the word Bearer */
  readonly apiKeyHeader?: string | undefined;
  /** Parameters of each address; Azure wants `api-version`. Part of the provider's identity. */
  readonly query?: Readonly<Record<string, string>> | undefined;
}

const CREATED_BY = "create OpenAI-compatible provider";
const PARAMETERS: KnownParameters = {
  names: ["temperature", "topP", "presencePenalty", "frequencyPenalty", "seed", "stop"],
  acceptsOthers: true,
  reserved: [
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "response_format",
    "tools",
    "tool_choice",
    "functions",
    "function_call",
    "n",
    "strictJsonSchema",
  ],
};

function renameTokenLimit(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens: limit, ...rest } = body;
  return limit === undefined ? rest : { ...rest, max_completion_tokens: limit };
}

/**
 * A provider for servers that speak OpenAI's chat completions: OpenAI, Azure, Ollama, vLLM, LM Studio, OpenRouter, LiteLLM.
 *
 * Parameters: `temperature`, `topP`, `presencePenalty`, `frequencyPenalty`, `seed`, `stop`; others, such as `top_k` or
 * `reasoning_effort`, go into the request as they are, but for those that the client sets itself.
 *
 * The AI SDK is loaded with the first question, not before. A server that answers a request with a JSON Schema with 400 or 422
 * is asked once more without it; one that insists on `max_completion_tokens` gets its way; both are remembered.
 *
 * @throws {TypeError} when `baseUrl`, a key or a header makes no sense
 * @throws {RangeError} when a limit is not a positive integer
 */
export function createOpenAiCompatibleProvider(options: OpenAiCompatibleProviderOptions): Provider {
  const { apiKey, apiKeyHeader, query = {}, headers = {}, name = "openai-compatible" } = options;
  const baseUrl = readBaseUrl(options.baseUrl, CREATED_BY);
  const keyHeaders: Record<string, string> =
    apiKey === undefined
      ? {}
      : apiKeyHeader === undefined
        ? { authorization: `Bearer ${apiKey}` }
        : { [apiKeyHeader]: apiKey };
  return createSdkProvider({
    ...options,
    createdBy: CREATED_BY,
    name,
    baseUrl,
    query: readQuery(query, CREATED_BY),
    apiKeyVariable: options.apiKeyVariable ?? "AI_API_KEY",
    parameters: PARAMETERS,
    optionsKey: "openaiCompatible",
    packageName: "@ai-sdk/openai-compatible",
    load: async () => {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      return ({ model, fetch, usesCompletionTokens }) =>
        createOpenAICompatible({
          name: "openaiCompatible",
          baseURL: baseUrl,
          headers: { ...headers, ...keyHeaders },
          queryParams: { ...query },
          fetch,
          includeUsage: true,
          supportsStructuredOutputs: true,
          ...(usesCompletionTokens && { transformRequestBody: renameTokenLimit }),
        }).chatModel(model);
    },
  });
}
