import type { Provider } from "../provider.ts";
import type { KnownParameters } from "./call-parameters.ts";
import { createSdkProvider } from "./create-sdk-provider.ts";
import { readBaseUrl, type HttpProviderOptions } from "./http-provider-options.ts";

/** Where Google's own API is. */
export const GOOGLE_BASE_URL: string = "https://generativelanguage.googleapis.com/v1beta";

/** Options of {@link createGoogleProvider}. */
export interface GoogleProviderOptions extends HttpProviderOptions {
  /** Where `/models` is found. @defaultValue {@link GOOGLE_BASE_URL} */
  readonly baseUrl?: string | undefined;
  /** The key. */
  readonly apiKey: string;
}

const CREATED_BY = "create Google provider";
const PARAMETERS: KnownParameters = {
  names: ["temperature", "topP", "topK", "presencePenalty", "frequencyPenalty", "seed", "stop"],
  acceptsOthers: false,
  reserved: [],
};

/**
 * A provider for Google's Gemini. It needs the package `@ai-sdk/google` 3 beside this one and loads it with the first question;
 * without it the answer is `no-provider`.
 *
 * Parameters: `temperature`, `topP`, `topK`, `presencePenalty`, `frequencyPenalty`, `seed`, `stop`; others are refused.
 *
 * @throws {TypeError} when `baseUrl`, the key or a header makes no sense
 * @throws {RangeError} when a limit is not a positive integer
 */
export function createGoogleProvider(options: GoogleProviderOptions): Provider {
  const { apiKey, headers = {}, name = "google" } = options;
  const baseUrl = readBaseUrl(options.baseUrl ?? GOOGLE_BASE_URL, CREATED_BY);
  return createSdkProvider({
    ...options,
    createdBy: CREATED_BY,
    name,
    baseUrl,
    apiKeyVariable: options.apiKeyVariable ?? "GOOGLE_GENERATIVE_AI_API_KEY",
    parameters: PARAMETERS,
    optionsKey: "google",
    packageName: "@ai-sdk/google",
    load: async () => {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return ({ model, fetch }) =>
        createGoogleGenerativeAI({ baseURL: baseUrl, apiKey, headers: { ...headers }, fetch })(model);
    },
  });
}
