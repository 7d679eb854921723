import type {
  JSONObject,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3Middleware,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import { isJsonText } from "../adapters/stable-json.ts";
import { streamThroughCache } from "../adapters/stream-through-cache.ts";
import type { AiCache, CacheMode, CacheResult } from "../ai-cache.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import type { CacheKeyParts } from "../key/create-cache-key.ts";
import { parseCacheMode } from "../parse-cache-mode.ts";
import { createPartCollector } from "./collect-parts.ts";
import { createQuestion } from "./create-question.ts";
import { replayParts } from "./replay-parts.ts";
import { readModelAnswer, toModelAnswer, ZERO_USAGE, type StorableResult } from "./stored-result.ts";

// Name of this cache in `providerOptions` (what a call asks for) and in `providerMetadata` (what it got).
const PROVIDER_KEY = "aiCache";

/** Options of {@link cacheMiddleware}. */
export interface CacheMiddlewareOptions {
  /** What calls may do with the cache that do not say it themselves. @defaultValue `"on"` */
  readonly mode?: CacheMode | undefined;
  /** Keeps answers apart that must not meet, such as those of two tenants: headers and API keys are not in the key. */
  readonly namespace?: string | undefined;
  /**
   * Address of the provider for the key. Needed where the model does not tell it: when it is itself a wrapped model.
   *
   * @defaultValue the address in the model's configuration, if it has one
   */
  readonly baseUrl?: string | undefined;
  /**
   * Usage that an answer from the cache reports. `"zero"`: what it cost, so that telemetry and cost counters add up to
   * the bill. `"stored"`: that of the call that was made, for those who count what the caller's work consumes.
   *
   * @defaultValue `"zero"`
   */
  readonly usageOnHit?: "zero" | "stored" | undefined;
  /**
   * Whether a text is what was asked for. Others are neither stored nor served from the cache. Where a call asks for
   * JSON, the text must be JSON in any case.
   */
  readonly isValid?: ((text: string, params: LanguageModelV3CallOptions) => boolean) | undefined;
}

const CALL_OPTIONS: ReadonlySet<string> = new Set(["mode", "namespace", "salt", "label"]);

interface Call {
  readonly params: LanguageModelV3CallOptions;
  readonly mode: CacheMode;
  readonly namespace: string | undefined;
  readonly salt: string | undefined;
  readonly label: string | undefined;
}

function readText(options: JSONObject, name: "namespace" | "salt" | "label"): string | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(
    `Cannot cache model call: \`providerOptions.${PROVIDER_KEY}.${name}\` must be a string, got ${typeof value}`,
  );
}

// What is meant for this cache must neither reach the provider nor the part of the key that stands for its options.
function readCall(params: LanguageModelV3CallOptions, defaultMode: CacheMode): Call {
  const { [PROVIDER_KEY]: own = {}, ...others } = params.providerOptions ?? {};
  const { providerOptions: _, ...rest } = params;
  const unknown = Object.keys(own).find((name) => !CALL_OPTIONS.has(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot cache model call: \`providerOptions.${PROVIDER_KEY}.${unknown}\` is not an option of the cache`,
    );
  }
  const asked = own["mode"] ?? defaultMode;
  const mode = parseCacheMode(asked, "cache model call", `providerOptions.${PROVIDER_KEY}.mode`);
  return {
    params: Object.keys(others).length === 0 ? rest : { ...rest, providerOptions: others },
    // Raw chunks cannot be replayed, so who asks for them asks the provider.
    mode: params.includeRawChunks === true ? "off" : mode,
    namespace: readText(own, "namespace"),
    salt: readText(own, "salt"),
    label: readText(own, "label"),
  };
}

function mark(metadata: SharedV3ProviderMetadata | undefined, source: CacheResult): SharedV3ProviderMetadata {
  const usage = source.answer.usage;
  const isSaved = source.source !== "computed" && usage !== undefined;
  return {
    ...metadata,
    [PROVIDER_KEY]: {
      source: source.source,
      ...(isSaved && { savedTokens: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } }),
    },
  };
}

/**
 * A middleware for `wrapLanguageModel` of the AI SDK that answers from `cache`. Generated and streamed answers are
 * shared. Stored are those that finished with `stop`, have text, wait for no tool and, where JSON was asked for, are
 * JSON; a stream only when it came to its finish part. On a miss the parts of a stream go to the caller as they come;
 * callers who ask the same meanwhile wait for its end and get a replay. `providerMetadata.aiCache.source` says where an
 * answer came from, `providerOptions.aiCache` takes `mode`, `namespace`, `salt` and `label` (for
 * `explain`) for one call.
 *
 * A hit brings back content, finish reason, warnings, metadata, id, time and model of the response, not the request and
 * the response's headers and body. A call whose parameters make no key, as they hold more than JSON, bytes and URLs, goes past the cache.
 *
 * @throws {TypeError} when an option is none of those allowed
 * @example
 * ```ts
 * const model = wrapLanguageModel({ model: provider("gpt-x"), middleware: cacheMiddleware(cache) });
 * const { text, providerMetadata } = await generateText({ model, prompt: "Review this diff: …" });
 * ```
 */
export function cacheMiddleware(cache: AiCache, options: CacheMiddlewareOptions = {}): LanguageModelV3Middleware {
  const { namespace, baseUrl, usageOnHit = "zero", isValid } = options;
  const defaultMode = parseCacheMode(options.mode ?? "on", "create cache middleware", "mode");
  if (usageOnHit !== "zero" && usageOnHit !== "stored") {
    throw new TypeError('Cannot create cache middleware: `usageOnHit` must be "zero" or "stored"');
  }

  function tryQuestion(model: LanguageModelV3, call: Call): CacheKeyParts | undefined {
    const context = { baseUrl, namespace: call.namespace ?? namespace, salt: call.salt };
    try {
      return createQuestion(model, call.params, context);
    } catch {
      return undefined;
    }
  }

  function createCheck(params: LanguageModelV3CallOptions): (answer: ModelAnswer) => boolean {
    return (answer) => {
      if (readModelAnswer(answer) === undefined) return false;
      if (params.responseFormat?.type === "json" && !isJsonText(answer.text)) return false;
      return isValid === undefined || isValid(answer.text, params);
    };
  }

  function recall(result: CacheResult): StorableResult | undefined {
    const stored = readModelAnswer(result.answer);
    if (stored === undefined) return undefined;
    const providerMetadata = mark(stored.providerMetadata, result);
    return { ...stored, providerMetadata, usage: usageOnHit === "zero" ? structuredClone(ZERO_USAGE) : stored.usage };
  }

  return {
    specificationVersion: "v3",

    async wrapGenerate({ model, params: given }): Promise<LanguageModelV3GenerateResult> {
      const call = readCall(given, defaultMode);
      const { params, mode, label } = call;
      const parts = tryQuestion(model, call);
      if (parts === undefined) return await model.doGenerate(params);
      let own: LanguageModelV3GenerateResult | undefined;
      const result = await cache.getOrCompute(
        parts,
        async ({ signal }) => {
          own = await model.doGenerate({ ...params, abortSignal: signal });
          return toModelAnswer(own);
        },
        { mode, label, isValid: createCheck(params), signal: params.abortSignal },
      );
      if (result.source === "computed" && own !== undefined) {
        return { ...own, providerMetadata: mark(own.providerMetadata, result) };
      }
      const recalled = recall(result);
      // Another caller's answer that cannot be handed on.
      return recalled === undefined ? await model.doGenerate(params) : recalled;
    },

    async wrapStream({ model, params: given }): Promise<LanguageModelV3StreamResult> {
      const call = readCall(given, defaultMode);
      const { params, mode, label } = call;
      const parts = tryQuestion(model, call);
      if (parts === undefined) return await model.doStream(params);
      const answer = await streamThroughCache<Omit<LanguageModelV3StreamResult, "stream">, LanguageModelV3StreamPart>({
        cache,
        parts,
        mode,
        label,
        signal: params.abortSignal,
        isValid: createCheck(params),
        open: async (signal) => {
          const { stream, ...head } = await model.doStream({ ...params, abortSignal: signal });
          return { head, stream };
        },
        createCollector: () =>
          createPartCollector({
            markFinish: (part) => ({
              ...part,
              providerMetadata: { ...part.providerMetadata, [PROVIDER_KEY]: { source: "computed" } },
            }),
          }),
      });
      if (answer.type === "live" && answer.stream !== null) return { ...answer.head, stream: answer.stream };
      const recalled = answer.type === "served" ? recall(answer.result) : undefined;
      if (recalled === undefined) return await model.doStream(params);
      return {
        stream: new ReadableStream<LanguageModelV3StreamPart>({
          start(controller): void {
            for (const part of replayParts(recalled)) controller.enqueue(part);
            controller.close();
          },
        }),
      };
    },
  };
}
