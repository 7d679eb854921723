import type { Provider } from "../provider.ts";
import type { KnownParameters } from "./call-parameters.ts";
import { createSdkProvider } from "./create-sdk-provider.ts";
import { readBaseUrl, type HttpProviderOptions } from "./http-provider-options.ts";

/** Where Anthropic's own API is. */
export const ANTHROPIC_BASE_URL: string = "https://api.anthropic.com/v1";

/** Options of {@link createAnthropicProvider}. */
export interface AnthropicProviderOptions extends HttpProviderOptions {
  /** Where `/messages` is found. @defaultValue {@link ANTHROPIC_BASE_URL} */
  readonly baseUrl?: string | undefined;
  /** The key. */
  readonly apiKey: string;
}

const CREATED_BY = "create Anthropic provider";
const PARAMETERS: KnownParameters = {
  names: ["temperature", "topP", "topK", "stop", "effort"],
  acceptsOthers: false,
  reserved: [],
};

/**
 * A provider for Anthropic's messages. It needs the package `@ai-sdk/anthropic` 3 beside this one and loads it with the first
 * question; without it the answer is `no-provider`.
 *
 * Parameters: `temperature`, `topP`, `topK`, `stop`, `effort`; others are refused.
 *
 * @throws {TypeError} when `baseUrl`, the key or a header makes no sense
 * @throws {RangeError} when a limit is not a positive integer
 */
export function createAnthropicProvider(options: AnthropicProviderOptions): Provider {
  const { apiKey, headers = {}, name = "anthropic" } = options;
  const baseUrl = readBaseUrl(options.baseUrl ?? ANTHROPIC_BASE_URL, CREATED_BY);
  return createSdkProvider({
    ...options,
    createdBy: CREATED_BY,
    name,
    baseUrl,
    apiKeyVariable: options.apiKeyVariable ?? "ANTHROPIC_API_KEY",
    parameters: PARAMETERS,
    optionsKey: "anthropic",
    packageName: "@ai-sdk/anthropic",
    load: async () => {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return ({ model, fetch }) => createAnthropic({ baseURL: baseUrl, apiKey, headers: { ...headers }, fetch })(model);
    },
  });
}
