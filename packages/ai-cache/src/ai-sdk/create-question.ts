import type { LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { endpointParts } from "../adapters/endpoint-parts.ts";
import { isObject, stringifyStable, toStableJson } from "../adapters/stable-json.ts";
import type { JsonValue } from "../key/canonical-bytes.ts";
import type { CacheKeyParts } from "../key/create-cache-key.ts";

// Stored results of another make-up must not be found under the keys of this one.
const ADAPTER = "ai-sdk/1";

/** What tells two questions apart that the SDK's parameters do not show. */
export interface QuestionContext {
  readonly baseUrl: string | undefined;
  readonly namespace: string | undefined;
  readonly salt: string | undefined;
}

/** The address that a model's own configuration tells, if it does: the SDK has no public way to ask. */
export function findModelAddress(model: LanguageModelV3): string | undefined {
  const config: unknown = (model as { readonly config?: unknown }).config;
  if (!isObject(config)) return undefined;
  if (typeof config["baseURL"] === "string") return config["baseURL"];
  if (typeof config["url"] !== "function") return undefined;
  try {
    const address: unknown = config["url"]({ path: "", modelId: model.modelId });
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The key parts of one call: provider, address, model and every parameter, also those that later versions of the SDK
 * may add. Files are in by their digest, or by their URL. Left out: `headers` and `abortSignal`, which say who asks and for how long,
 * and `includeRawChunks`, which says how the answer is shown.
 *
 * @throws {TypeError} when a parameter is neither JSON nor bytes nor a URL
 */
export function createQuestion(
  model: LanguageModelV3,
  params: LanguageModelV3CallOptions,
  context: QuestionContext,
): CacheKeyParts {
  const { prompt, responseFormat, headers: _headers, abortSignal: _signal, includeRawChunks: _raw, ...rest } = params;
  const { schema, ...format } =
    responseFormat?.type === "json" ? responseFormat : { ...responseFormat, schema: undefined };
  const endpoint = endpointParts(context.baseUrl ?? findModelAddress(model) ?? "");
  const parameters: Record<string, JsonValue | undefined> = {
    adapter: ADAPTER,
    settings: toStableJson(rest, "params"),
    responseFormat: responseFormat && toStableJson(format, "params.responseFormat"),
    querySha256: endpoint?.querySha256,
  };
  return {
    provider: model.provider,
    baseUrl: endpoint?.baseUrl,
    model: model.modelId,
    parameters,
    outputSchema: schema && toStableJson(schema, "params.responseFormat.schema"),
    prompt: stringifyStable(prompt, "params.prompt"),
    namespace: context.namespace,
    salt: context.salt,
  };
}
