import type { JSONSchema7, LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";
import type { Provider, ProviderAnswer, ProviderRequest } from "../provider.ts";
import { giveWay, type CallFeatures } from "./call-features.ts";
import { readCallParameters, type CallParameters, type KnownParameters } from "./call-parameters.ts";
import type { CallSubject } from "./describe-http-failure.ts";
import { describeAddress } from "./describe-network-error.ts";
import { failedAnswer, type FailedAnswer } from "./failed-answer.ts";
import {
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_MAX_ANSWER_BYTES,
  requireHeaderValue,
  SECRET_NAME,
  type HttpProviderOptions,
} from "./http-provider-options.ts";
import { judgeError, judgeOutput, type ExchangeContext, type Verdict } from "./judge-exchange.ts";
import { readFinishReason, readModelStream, readUsage } from "./read-model-answer.ts";
import { createWatchedFetch } from "./watched-fetch.ts";

/** What is tried in one exchange, and left out in the next one where the server refused it. */
export interface ExchangePlan {
  readonly model: string;
  readonly fetch: typeof globalThis.fetch;
  /** Whether the token limit goes by its newer name, which some models insist on. */
  readonly usesCompletionTokens: boolean;
}

/** Makes a model for one exchange. */
export type CreateModel = (plan: ExchangePlan) => LanguageModelV3;

/** What one kind of provider adds. */
export interface SdkAdapter extends HttpProviderOptions {
  /** The function that creates it, for messages. */
  readonly createdBy: string;
  readonly name: string;
  readonly baseUrl: string;
  /** What the provider's identity has besides its address. */
  readonly query?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly apiKeyVariable: string;
  readonly parameters: KnownParameters;
  /** Where provider options of its own go. */
  readonly optionsKey: string;
  /** The package that speaks its protocol. */
  readonly packageName: string;
  /** Loads that package and gives what makes a model of a plan. */
  readonly load: () => Promise<CreateModel>;
}

interface ExchangeInput {
  readonly subject: CallSubject;
  readonly options: LanguageModelV3CallOptions;
  readonly schema: unknown;
  readonly features: CallFeatures;
  readonly createModel: CreateModel;
}

function checkAdapter(
  { createdBy, model, apiKey, headers = {} }: SdkAdapter,
  limits: Readonly<Record<string, number | undefined>>,
): void {
  if (model === "") throw new TypeError(`Cannot ${createdBy}: \`model\` must not be empty`);
  for (const [option, value] of Object.entries(limits)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31)) continue;
    throw new RangeError(`Cannot ${createdBy}: \`${option}\` must be a positive integer below 2^31, got ${value}`);
  }
  if (apiKey !== undefined) requireHeaderValue(apiKey, "apiKey", createdBy);
  for (const [header, value] of Object.entries(headers)) requireHeaderValue(value, `headers.${header}`, createdBy);
}

function secretsOf({ apiKey = "", headers = {} }: SdkAdapter): readonly string[] {
  const secretHeaders = Object.entries(headers).flatMap(([header, value]) => (SECRET_NAME.test(header) ? [value] : []));
  return [apiKey, ...secretHeaders].filter((secret) => secret !== "");
}

async function loadModels({ load, packageName }: SdkAdapter): Promise<CreateModel | FailedAnswer> {
  try {
    return await load();
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    const shown = code === "ERR_MODULE_NOT_FOUND" ? "is not installed" : "cannot be loaded";
    const message = `The package ${packageName} ${shown}; install it beside this one (npm install ${packageName}@3)`;
    return failedAnswer("no-provider", message);
  }
}

function toCallOptions(
  { system, prompt, maxOutputTokens }: ProviderRequest,
  { options, extra }: CallParameters,
  optionsKey: string,
  abortSignal: AbortSignal,
): LanguageModelV3CallOptions {
  return {
    prompt: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      { role: "user", content: [{ type: "text", text: prompt }] },
    ],
    abortSignal,
    ...options,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(Object.keys(extra).length > 0 && { providerOptions: { [optionsKey]: { ...extra } } }),
  };
}

/** A provider over a model of the AI SDK's provider interface, version 3: no retries, no hidden defaults, every failure a value. */
export function createSdkProvider(adapter: SdkAdapter): Provider {
  const { name, baseUrl, query = "", apiKey, apiKeyVariable } = adapter;
  const { streaming = true, supportsStructuredOutputs = true, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = adapter;
  const { now = () => Date.now() } = adapter;
  const idleTimeoutMs = adapter.idleTimeoutMs ?? (streaming ? DEFAULT_IDLE_TIMEOUT_MS : undefined);
  checkAdapter(adapter, { idleTimeoutMs, maxAnswerBytes });
  const secrets = secretsOf(adapter);
  // What a model's server refused once, it is not asked for again.
  const withoutSchema = new Set<string>();
  const withCompletionTokens = new Set<string>();

  async function exchange({ subject, options, schema, features, createModel }: ExchangeInput): Promise<Verdict> {
    const watched = createWatchedFetch({ idleTimeoutMs, maxAnswerBytes });
    const context: ExchangeContext = { watched, subject, streaming, now };
    const { usesCompletionTokens, sendsSchema } = features;
    try {
      const model = createModel({ model: subject.model, fetch: watched.fetch, usesCompletionTokens });
      const call: LanguageModelV3CallOptions = {
        ...options,
        ...(sendsSchema && { responseFormat: { type: "json", name: "answer", schema: schema as JSONSchema7 } }),
      };
      if (streaming) {
        const { stream } = await model.doStream(call);
        return judgeOutput(await readModelStream(stream), context);
      }
      const { content, finishReason, usage } = await model.doGenerate(call);
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      const output = { text, finishReason: readFinishReason(finishReason), usage: readUsage(usage), hasParts: true };
      return judgeOutput(output, context);
    } catch (error) {
      if (options.abortSignal?.aborted !== true) return judgeError(error, context);
      return { answer: failedAnswer("unreachable", "The call was aborted") };
    } finally {
      watched.dispose();
    }
  }

  return {
    name,
    baseUrl: query === "" ? baseUrl : `${baseUrl}?${query}`,
    defaultModel: adapter.model,
    async generate(request, { signal }): Promise<ProviderAnswer> {
      const { system, prompt, maxOutputTokens, parameters = {}, outputSchema } = request;
      const model = request.model ?? adapter.model;
      if (model === undefined || model === "") {
        return failedAnswer("no-provider", "No model is chosen; set `model` or AI_MODEL");
      }
      const known = readCallParameters(parameters, adapter.parameters);
      if ("status" in known) return known;
      if (signal.aborted) return failedAnswer("unreachable", "The call was aborted");
      const createModel = await loadModels(adapter);
      if ("status" in createModel) return createModel;
      const texts = system === undefined ? [prompt] : [prompt, system];
      const hasKey = apiKey !== undefined;
      const subject: CallSubject = { model, address: describeAddress(baseUrl), apiKeyVariable, hasKey, secrets, texts };
      const options = toCallOptions(request, known, adapter.optionsKey, signal);
      const wantsSchema = outputSchema !== undefined && outputSchema !== null && supportsStructuredOutputs;
      let features: CallFeatures = {
        sendsSchema: wantsSchema && !withoutSchema.has(model),
        usesCompletionTokens: withCompletionTokens.has(model),
      };
      // A refused request costs nothing, so it counts as a part of the same call.
      for (;;) {
        const { answer, refusal } = await exchange({ subject, options, schema: outputSchema, features, createModel });
        if (answer.status === "answered") {
          if (wantsSchema && !features.sendsSchema) withoutSchema.add(model);
          if (features.usesCompletionTokens) withCompletionTokens.add(model);
          return answer;
        }
        const next = signal.aborted ? undefined : giveWay(features, refusal, maxOutputTokens !== undefined);
        if (next === undefined) return answer;
        features = next;
      }
    },
  };
}
