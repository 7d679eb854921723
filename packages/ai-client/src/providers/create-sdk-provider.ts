import type { JSONSchema7, LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";
import type { Provider, ProviderAnswer, ProviderRequest } from "../provider.ts";
import { readCallParameters, type KnownParameters } from "./call-parameters.ts";
import { describeHttpFailure, type CallSubject } from "./describe-http-failure.ts";
import { describeNetworkError } from "./describe-network-error.ts";
import { failedAnswer, type FailedAnswer } from "./failed-answer.ts";
import { readFinishReason, readModelStream, readUsage, type ModelOutput } from "./read-model-answer.ts";
import { readServerError } from "./read-server-error.ts";
import { createWatchedFetch, type WatchedFetch } from "./watched-fetch.ts";

/** How long a server may send nothing at all while it streams, in milliseconds, when nothing else is said. */
export const DEFAULT_IDLE_TIMEOUT_MS: number = 60_000;
/** How much a server may send for one answer when nothing else is said, in bytes. */
export const DEFAULT_MAX_ANSWER_BYTES: number = 64 * 1024 * 1024;

/** What providers that speak HTTP have in common. */
export interface HttpProviderOptions {
  /** The model to ask when a request names none. */
  readonly model?: string | undefined;
  /** What the provider is called in messages and keys. */
  readonly name?: string | undefined;
  /** Sent with each request; values that authenticate never reach a message. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The environment variable that the key comes from, for messages. */
  readonly apiKeyVariable?: string | undefined;
  /**
   * How long the server may send nothing at all, in milliseconds, the first byte included. Besides it the client's limit for
   * the whole question holds, and Node's own of 300 s until the first byte.
   *
   * @defaultValue {@link DEFAULT_IDLE_TIMEOUT_MS}; none without `streaming`, where nothing comes before the whole answer
   */
  readonly idleTimeoutMs?: number | undefined;
  /** How much the server may send for one answer, in bytes, the protocol around it included. @defaultValue {@link DEFAULT_MAX_ANSWER_BYTES} */
  readonly maxAnswerBytes?: number | undefined;
  /** Whether to ask for a stream; `false` for servers that have none. @defaultValue true */
  readonly streaming?: boolean | undefined;
  /** Whether to send a request's JSON Schema. A server that refuses it is asked once more without. @defaultValue true */
  readonly supportsStructuredOutputs?: boolean | undefined;
}

/** What is tried in one exchange, and left out in the next one where the server refused it. */
export interface ExchangePlan {
  readonly model: string;
  readonly fetch: typeof globalThis.fetch;
  /** Whether the token limit goes by its newer name, which some models insist on. */
  readonly usesCompletionTokens: boolean;
}

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
  readonly load: () => Promise<(plan: ExchangePlan) => LanguageModelV3>;
}

interface Exchange {
  readonly answer: ProviderAnswer;
  /** The status of a refused request, and what the server said. */
  readonly refusal?: { readonly status: number; readonly body: string } | undefined;
}

interface Features {
  readonly sendsSchema: boolean;
  readonly usesCompletionTokens: boolean;
}

const SECRET_NAME = /key|token|secret|auth|passw|signature|cookie/i;

/** `url` without a slash at its end. @throws {TypeError} when it is no http or https address, or holds what should be secret */
export function readBaseUrl(url: string, createdBy: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must be an http or https address`);
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must be an http or https address, got ${parsed.protocol}`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must not hold credentials; they go into \`apiKey\``);
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw new TypeError(`Cannot ${createdBy}: \`baseUrl\` must have no query and no fragment`);
  }
  return url.replace(/\/+$/, "");
}

/** @throws {TypeError} when a query parameter is called like a secret: it would stand in logs, keys and messages */
export function readQuery(query: Readonly<Record<string, string>>, createdBy: string): string {
  for (const name of Object.keys(query)) {
    if (!SECRET_NAME.test(name)) continue;
    throw new TypeError(
      `Cannot ${createdBy}: \`query\` must not hold "${name}"; secrets go into \`apiKey\` or \`headers\``,
    );
  }
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return sorted.toString();
}

function requireHeaderValue(value: string, option: string, createdBy: string): void {
  // The error of `fetch` for such a value would repeat it.
  if (/^[\t\u0020-\u007E\u0080-\u00FF]+$/.test(value) && value.trim() === value) return;
  throw new TypeError(`Cannot ${createdBy}: \`${option}\` must be a text without line breaks or spaces around it`);
}

function readResponse(error: unknown): { headers: Record<string, string>; body: string } | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { statusCode, responseHeaders, responseBody } = error as Record<string, unknown>;
  if (typeof statusCode !== "number") return undefined;
  const headers = typeof responseHeaders === "object" && responseHeaders !== null ? responseHeaders : {};
  return {
    headers: headers as Record<string, string>,
    body: typeof responseBody === "string" ? responseBody : "",
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Why a body with status 200 is no answer, going by its beginning. */
function describeWrongBody(watched: WatchedFetch, subject: CallSubject, streaming: boolean): FailedAnswer {
  const beginning = watched.beginning().trimStart();
  const cut = { retryable: true };
  if (beginning === "") return failedAnswer("unreachable", "The server sent an empty body", cut);
  if (beginning.startsWith("<")) {
    const message =
      "The server sent a web page instead of an answer; check the base URL, and proxies and portals on the way";
    return failedAnswer("malformed", message);
  }
  const document = parseJson(beginning);
  if (document !== undefined) {
    const error = readServerError(document);
    const described = error && describeHttpFailure({ status: 200, headers: {}, error }, subject, 0);
    if (described !== undefined) return described;
    if (error !== undefined)
      return failedAnswer("malformed", "The server sent an error with status 200 instead of an answer");
    if (streaming) {
      const message = "The server sent one document although a stream was asked for; ask it without streaming";
      return failedAnswer("malformed", message);
    }
  } else if (watched.isWhole() && /^[{[]/.test(beginning)) {
    return failedAnswer("unreachable", "The answer ended in the middle", cut);
  }
  return failedAnswer("malformed", "The server sent something that is not an answer of the expected protocol");
}

function describeFailure(error: unknown, watched: WatchedFetch, subject: CallSubject, streaming: boolean): Exchange {
  const ended = watched.failure();
  if (ended !== undefined) return { answer: ended };
  // A body that breaks off comes as an error with the status of its response, so the cause goes first.
  const network = describeNetworkError(error);
  if (network !== undefined) return { answer: network };
  const status = watched.status();
  if (status === undefined) {
    return { answer: failedAnswer("unreachable", "No request could be sent to the server; check the base URL") };
  }
  const response = readResponse(error);
  if (response !== undefined) {
    // The SDK invents a status for errors inside of a stream; that of the response is in `status`.
    const { headers, body } = response;
    const described = describeHttpFailure(
      { status, headers, error: readServerError(parseJson(body)) },
      subject,
      Date.now(),
    );
    if (described !== undefined) return { answer: described, refusal: { status, body } };
    return { answer: describeWrongBody(watched, subject, streaming) };
  }
  if (!(error instanceof Error)) {
    const said = readServerError({ error });
    const described = said && describeHttpFailure({ status: 200, headers: {}, error: said }, subject, 0);
    return { answer: described ?? failedAnswer("malformed", "The server ended the answer with an error") };
  }
  // Errors of the SDK repeat what they could not read, which may be anything.
  return { answer: describeWrongBody(watched, subject, streaming) };
}

function judge(output: ModelOutput, watched: WatchedFetch, subject: CallSubject, streaming: boolean): Exchange {
  const { text, finishReason, usage, error, hasParts } = output;
  const ended = watched.failure();
  if (ended !== undefined) return { answer: ended };
  const isUnfinished = error instanceof Error && error.name === "AI_InvalidResponseDataError";
  if (error !== undefined && !isUnfinished) {
    // A part that cannot be read inside of an answer that could be: nothing is known of the rest.
    if (hasParts && error instanceof Error && readResponse(error) === undefined) {
      return { answer: failedAnswer("malformed", "A part of the answer cannot be read") };
    }
    return describeFailure(error, watched, subject, streaming);
  }
  if (finishReason === undefined) {
    if (!hasParts) return { answer: describeWrongBody(watched, subject, streaming) };
    if (!streaming) return { answer: failedAnswer("malformed", "The answer does not say why it ended") };
    const message = "The stream ended before the answer did: no finish reason came";
    return { answer: failedAnswer("unreachable", message, { retryable: true }) };
  }
  if (finishReason === "stop" && text.trim() === "") {
    return { answer: failedAnswer("malformed", "The answer is empty", { retryable: true, usage }) };
  }
  return { answer: { status: "answered", finishReason, text, ...(usage && { usage }) } };
}

/** A provider over a model of the AI SDK's provider interface, version 3: no retries, no hidden defaults, every failure a value. */
export function createSdkProvider(adapter: SdkAdapter): Provider {
  const { createdBy, name, baseUrl, query = "", apiKey, headers = {}, apiKeyVariable, packageName, load } = adapter;
  const { streaming = true, supportsStructuredOutputs = true, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = adapter;
  const idleTimeoutMs = adapter.idleTimeoutMs ?? (streaming ? DEFAULT_IDLE_TIMEOUT_MS : undefined);
  if (adapter.model === "") throw new TypeError(`Cannot ${createdBy}: \`model\` must not be empty`);
  for (const [option, value] of Object.entries({ idleTimeoutMs, maxAnswerBytes })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31)) continue;
    throw new RangeError(`Cannot ${createdBy}: \`${option}\` must be a positive integer below 2^31, got ${value}`);
  }
  if (apiKey !== undefined) requireHeaderValue(apiKey, "apiKey", createdBy);
  for (const [header, value] of Object.entries(headers)) requireHeaderValue(value, `headers.${header}`, createdBy);
  const secrets = [
    apiKey ?? "",
    ...Object.entries(headers).flatMap(([key, value]) => (SECRET_NAME.test(key) ? [value] : [])),
  ];
  // What a model's server refused once, it is not asked for again.
  const withoutSchema = new Set<string>();
  const withCompletionTokens = new Set<string>();

  async function exchange(
    request: ProviderRequest,
    options: LanguageModelV3CallOptions,
    features: Features,
    subject: CallSubject,
    createModel: (plan: ExchangePlan) => LanguageModelV3,
  ): Promise<Exchange> {
    const watched = createWatchedFetch({ idleTimeoutMs, maxAnswerBytes });
    const { usesCompletionTokens, sendsSchema } = features;
    try {
      const model = createModel({ model: subject.model, fetch: watched.fetch, usesCompletionTokens });
      const schema = request.outputSchema as JSONSchema7;
      const call: LanguageModelV3CallOptions = {
        ...options,
        ...(sendsSchema && { responseFormat: { type: "json", name: "answer", schema } }),
      };
      if (streaming) {
        const { stream } = await model.doStream(call);
        return judge(await readModelStream(stream), watched, subject, streaming);
      }
      const { content, finishReason, usage } = await model.doGenerate(call);
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      const output = { text, finishReason: readFinishReason(finishReason), usage: readUsage(usage), hasParts: true };
      return judge(output, watched, subject, streaming);
    } catch (error) {
      if (options.abortSignal?.aborted === true) {
        return { answer: failedAnswer("unreachable", "The call was aborted") };
      }
      return describeFailure(error, watched, subject, streaming);
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
        return failedAnswer("no-provider", "No model is chosen; name one in the configuration or in AI_MODEL");
      }
      const known = readCallParameters(parameters, adapter.parameters);
      if ("status" in known) return known;
      if (signal.aborted) return failedAnswer("unreachable", "The call was aborted");
      let createModel: (plan: ExchangePlan) => LanguageModelV3;
      try {
        createModel = await load();
      } catch (error) {
        const { code } = Object(error) as { code?: unknown };
        const shown = code === "ERR_MODULE_NOT_FOUND" ? "is not installed" : "cannot be loaded";
        const message = `The package ${packageName} ${shown}; install it beside this one (npm install ${packageName}@3)`;
        return failedAnswer("no-provider", message);
      }
      const subject: CallSubject = {
        model,
        apiKeyVariable,
        hasKey: apiKey !== undefined,
        secrets: secrets.filter((secret) => secret !== ""),
        texts: [prompt, ...(system === undefined ? [] : [system])],
      };
      const options: LanguageModelV3CallOptions = {
        prompt: [
          ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
          { role: "user", content: [{ type: "text", text: prompt }] },
        ],
        abortSignal: signal,
        ...known.options,
        ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        ...(Object.keys(known.extra).length > 0 && { providerOptions: { [adapter.optionsKey]: { ...known.extra } } }),
      };
      const wantsSchema = outputSchema !== undefined && outputSchema !== null && supportsStructuredOutputs;
      let features: Features = {
        sendsSchema: wantsSchema && !withoutSchema.has(model),
        usesCompletionTokens: withCompletionTokens.has(model),
      };
      // A refused request costs nothing, so it counts as a part of the same call. Each feature gives way at most once.
      for (;;) {
        const { answer, refusal } = await exchange(request, options, features, subject, createModel);
        const { sendsSchema, usesCompletionTokens } = features;
        if (answer.status === "answered") {
          if (wantsSchema && !sendsSchema) withoutSchema.add(model);
          if (usesCompletionTokens) withCompletionTokens.add(model);
          return answer;
        }
        const isRefused = (refusal?.status === 400 || refusal?.status === 422) && !signal.aborted;
        if (!isRefused) return answer;
        if (!usesCompletionTokens && maxOutputTokens !== undefined && refusal.body.includes("max_completion_tokens")) {
          features = { sendsSchema, usesCompletionTokens: true };
        } else if (sendsSchema) {
          features = { sendsSchema: false, usesCompletionTokens };
        } else {
          return answer;
        }
      }
    },
  };
}
