import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Budget } from "./create-budget.ts";
import { createBudget } from "./create-budget.ts";
import { AiClientError } from "./errors.ts";
import { parseStructuredAnswer, type Validate, type Validation } from "./parse-structured-answer.ts";
import type {
  InconclusiveReason,
  ModelAnswer,
  Provider,
  ProviderAnswer,
  ProviderFailure,
  ProviderRequest,
  TokenUsage,
} from "./provider.ts";
import type { QuestionIdentity } from "./question-identity.ts";
import { retryDelayMs, type RetryOptions } from "./retry-delay.ts";
import { stripTerminalControls } from "./strip-terminal-controls.ts";

/** How long one question may take in all, retries and repair included, when nothing else is said, in milliseconds. */
export const DEFAULT_TIMEOUT_MS: number = 120_000;
/** Output tokens reserved for a question that sets no `maxOutputTokens`. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 4096;

const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_BASE_DELAY_MS = 1000;
const DEFAULT_MAX_DELAY_MS = 30_000;
const BYTES_PER_TOKEN = 3.5;

/** A question in plain text. */
export interface AiRequest extends ProviderRequest {
  /** What makes it the same question as another, for the cache. @defaultValue the request itself */
  readonly identity?: QuestionIdentity | undefined;
  /** Aborts the question. */
  readonly signal?: AbortSignal | undefined;
}

/** A question whose answer is JSON of a certain shape. */
export interface StructuredAiRequest<T> extends AiRequest {
  /** Checks the answer. An answer it refuses is sent back once for repair. */
  readonly validate: Validate<T>;
}

/** What came of a question. There is no way to read a value without an answer that was checked. */
export type AiResult<T> =
  | {
      readonly status: "answered";
      /** The checked value; the text itself for a plain question. */
      readonly value: T;
      /** The text as the model wrote it. Print it through {@link stripTerminalControls} only. */
      readonly text: string;
      /** What the answer took when it was asked for: nothing now, if `source` is not `provider`. */
      readonly usage?: TokenUsage | undefined;
      /** Whether this question was asked of the provider, or its answer found by the cache. */
      readonly source: "provider" | "cache";
    }
  | {
      readonly status: "inconclusive";
      readonly reason: InconclusiveReason;
      /** One sentence for people. */
      readonly message: string;
    };

/** An answer as a cache hands it back. */
export interface CachedAnswer {
  /** Only `stop` counts as whole. */
  readonly finishReason: string;
  /** What the model wrote. */
  readonly text: string;
  /** What the call took. */
  readonly usage?: TokenUsage | undefined;
}

/** What a cache makes its key of. */
export interface CachedQuestion {
  /** Name of the provider. */
  readonly provider: string;
  /** The provider's endpoint. */
  readonly baseUrl?: string | undefined;
  /** The request; its `model` is the provider's default one where the question named none. */
  readonly request: ProviderRequest;
  /** Counts in place of the request's `system` and `prompt` where it is given. */
  readonly identity?: QuestionIdentity | undefined;
}

/**
 * Where answers are kept, in the shape of a cache with single flight. It gives the stored answer to `request`, or calls
 * `compute` and may store what comes back if `isValid` accepts it. It must pass on what `compute` throws.
 */
export interface AnswerCache {
  getOrCompute(
    question: CachedQuestion,
    compute: (context: { readonly signal: AbortSignal }) => Promise<ModelAnswer>,
    options: { readonly signal: AbortSignal; readonly isValid: (answer: CachedAnswer) => boolean },
  ): Promise<{ readonly answer: CachedAnswer }>;
}

/** Options of {@link createAiClient}. */
export interface AiClientOptions {
  /** Who answers. */
  readonly provider: Provider;
  /** Where answers are kept. @defaultValue nowhere */
  readonly cache?: AnswerCache | undefined;
  /** What may be spent; share one between the clients of a run. @defaultValue without limits */
  readonly budget?: Budget | undefined;
  /** When to ask again. */
  readonly retry?: RetryOptions | undefined;
  /** How long one question may take in all, in milliseconds. @defaultValue {@link DEFAULT_TIMEOUT_MS} */
  readonly timeoutMs?: number | undefined;
  /** The clock, in milliseconds. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Waits; rejects when `signal` aborts. @defaultValue a timer */
  readonly delay?: ((durationMs: number, options: { readonly signal: AbortSignal }) => Promise<void>) | undefined;
}

/** Asks one provider. */
export interface AiClient {
  /** The answer to `request`, checked, or why there is none. Never rejects for what a provider or a model does. */
  ask<T>(request: StructuredAiRequest<T>): Promise<AiResult<T>>;
  ask(request: AiRequest): Promise<AiResult<string>>;
}

const REASON_OF_FAILURE: Readonly<Record<ProviderFailure, InconclusiveReason>> = {
  unreachable: "unreachable",
  "rate-limited": "unreachable",
  refused: "refused",
  malformed: "invalid-answer",
  "timed-out": "timed-out",
  "no-provider": "no-provider",
};

/** About how many tokens `text` takes: a token per 3.5 bytes, which is on the safe side for English and code. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, "utf8") / BYTES_PER_TOKEN);
}

function findIncompleteness(answer: CachedAnswer): AiClientError | undefined {
  switch (answer.finishReason) {
    case "stop":
      return answer.text.trim() === "" ? new AiClientError("invalid-answer", "The answer is empty") : undefined;
    case "length":
      return new AiClientError("truncated", "The answer reached the token limit before its end");
    case "content-filter":
      return new AiClientError("refused", "The provider's content filter ended the answer");
    default:
      return new AiClientError("invalid-answer", "The answer did not end by itself");
  }
}

function createRepairRequest(
  request: ProviderRequest,
  answer: ModelAnswer,
  problems: readonly string[],
): ProviderRequest {
  const complaint = problems.map((problem) => `- ${problem}`).join("\n");
  const prompt = `${request.prompt}\n\nYour previous answer was:\n${answer.text}\n\nIt cannot be used:\n${complaint}\n\nAnswer again, with nothing but the corrected JSON.`;
  return { ...request, prompt };
}

function addUsage(a: TokenUsage | undefined, b: TokenUsage | undefined): TokenUsage | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}

function rejectOnAbort(signal: AbortSignal): { readonly aborted: Promise<never>; readonly dispose: () => void } {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  aborted.catch(() => undefined);
  return { aborted, dispose: () => signal.removeEventListener("abort", onAbort) };
}

function requireInteger(name: string, value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new RangeError(
      `Cannot create AI client: \`${name}\` must be an integer of at least ${minimum}, got ${value}`,
    );
  }
  return value;
}

/**
 * A client that asks `provider`, within a budget and a time limit, asking again where that may help.
 *
 * @throws {RangeError} when an option is out of range
 * @example
 * ```ts
 * const client = createAiClient({ provider: createExecProvider({ command: "my-model" }), budget: createBudget({ maxCalls: 20 }) });
 * const result = await client.ask({ prompt: "…", validate: validateFindings });
 * ```
 */
export function createAiClient(options: AiClientOptions): AiClient {
  const { provider, cache, budget = createBudget(), retry = {} } = options;
  const { now = () => performance.now() } = options;
  const { delay = async (durationMs, { signal }) => sleep(durationMs, undefined, { signal, ref: true }) } = options;
  const timeoutMs = requireInteger("timeoutMs", options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1);
  const maxRetries = requireInteger("retry.maxRetries", retry.maxRetries ?? DEFAULT_MAX_RETRIES, 0);
  const baseDelayMs = requireInteger("retry.baseDelayMs", retry.baseDelayMs ?? DEFAULT_BASE_DELAY_MS, 0);
  const maxDelayMs = requireInteger("retry.maxDelayMs", retry.maxDelayMs ?? DEFAULT_MAX_DELAY_MS, 0);
  const { random = () => randomInt(2 ** 32) / 2 ** 32 } = retry;

  async function callOnce(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    signal.throwIfAborted();
    const inputTokens = estimateTokens((request.system ?? "") + request.prompt);
    const outputTokens = request.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS;
    const reservation = budget.reserve({ inputTokens, outputTokens });
    if (reservation === undefined) throw new AiClientError("budget", "The budget for model calls is used up");
    const { aborted, dispose } = rejectOnAbort(signal);
    let answer: ProviderAnswer;
    try {
      answer = await Promise.race([provider.generate(request, { signal }), aborted]);
    } catch (error) {
      // Whether the provider counted the call nobody knows: the reservation stands.
      if (signal.aborted) throw error;
      const message = `The provider failed: ${stripTerminalControls(error instanceof Error ? error.name : typeof error)}`;
      return { status: "failed", reason: "unreachable", message, retryable: true };
    } finally {
      dispose();
    }
    signal.throwIfAborted();
    // What a call took that was cut off by its time limit nobody knows either.
    if (answer.status === "answered") reservation.settle(answer.usage);
    else if (answer.reason !== "timed-out") reservation.settle({ inputTokens: 0, outputTokens: 0 });
    return answer;
  }

  async function callWithRetries(
    request: ProviderRequest,
    signal: AbortSignal,
    deadlineMs: number,
  ): Promise<ModelAnswer> {
    for (let retryIndex = 0; ; retryIndex += 1) {
      const answer = await callOnce(request, signal);
      if (answer.status === "answered") {
        const { finishReason, text, usage } = answer;
        return { finishReason, text, ...(usage && { usage }) };
      }
      const failure = new AiClientError(REASON_OF_FAILURE[answer.reason], answer.message);
      if (!answer.retryable || retryIndex >= maxRetries) throw failure;
      const { retryAfterMs } = answer;
      const waitMs = retryDelayMs({ retryIndex, baseDelayMs, maxDelayMs, retryAfterMs, random: random() });
      // Waiting past the end of the time limit would only lose time.
      if (now() + waitMs >= deadlineMs) throw failure;
      await delay(waitMs, { signal });
    }
  }

  async function askProvider<T>(
    request: ProviderRequest,
    check: (answer: CachedAnswer) => Validation<T>,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const deadlineMs = now() + timeoutMs;
    const answer = await callWithRetries(request, signal, deadlineMs);
    if (findIncompleteness(answer) !== undefined) return answer;
    const checked = check(answer);
    if (checked.ok) return answer;
    const repaired = await callWithRetries(createRepairRequest(request, answer, checked.problems), signal, deadlineMs);
    const usage = addUsage(answer.usage, repaired.usage);
    return { finishReason: repaired.finishReason, text: repaired.text, ...(usage && { usage }) };
  }

  async function askChecked<T>(
    request: ProviderRequest,
    check: (answer: CachedAnswer) => Validation<T>,
    signal: AbortSignal,
    identity: QuestionIdentity | undefined,
  ): Promise<AiResult<T>> {
    let wasAsked = false;
    const compute = async (computeSignal: AbortSignal): Promise<ModelAnswer> => {
      wasAsked = true;
      return askProvider(request, check, computeSignal);
    };
    const isValid = (answer: CachedAnswer): boolean => findIncompleteness(answer) === undefined && check(answer).ok;
    const model = request.model ?? provider.defaultModel;
    const question = { provider: provider.name, baseUrl: provider.baseUrl, request: { ...request, model }, identity };
    const answer: CachedAnswer =
      cache === undefined
        ? await compute(signal)
        : (await cache.getOrCompute(question, (context) => compute(context.signal), { signal, isValid })).answer;
    // Once more, as what a cache gives back is believed no more than what a model says.
    const incompleteness = findIncompleteness(answer);
    if (incompleteness !== undefined) throw incompleteness;
    const checked = check(answer);
    if (!checked.ok) throw new AiClientError("invalid-answer", stripTerminalControls(checked.problems.join("; ")));
    const { text, usage } = answer;
    const source = wasAsked ? "provider" : "cache";
    return { status: "answered", value: checked.value, text, ...(usage && { usage }), source };
  }

  async function askWithin<T>(
    { prompt, system, model, maxOutputTokens, parameters, outputSchema, identity, signal: callerSignal }: AiRequest,
    check: (answer: CachedAnswer) => Validation<T>,
  ): Promise<AiResult<T>> {
    const request: ProviderRequest = { prompt, system, model, maxOutputTokens, parameters, outputSchema };
    const timeout = new AbortController();
    const done = new AbortController();
    const signal = callerSignal === undefined ? timeout.signal : AbortSignal.any([callerSignal, timeout.signal]);
    delay(timeoutMs, { signal: done.signal }).then(
      () => timeout.abort(new Error("The time limit has passed")),
      () => undefined,
    );
    const { aborted, dispose } = rejectOnAbort(signal);
    try {
      return await Promise.race([askChecked(request, check, signal, identity), aborted]);
    } catch (error) {
      const inconclusive = (reason: InconclusiveReason, message: string): AiResult<T> => ({
        status: "inconclusive",
        reason,
        message,
      });
      if (callerSignal?.aborted === true) return inconclusive("aborted", "The question was aborted");
      if (timeout.signal.aborted) return inconclusive("timed-out", `There was no answer within ${timeoutMs} ms`);
      if (error instanceof AiClientError) return inconclusive(error.reason, error.message);
      const why = stripTerminalControls(error instanceof Error ? error.message : String(error));
      return inconclusive("no-provider", `The answer cache did not let the provider be asked: ${why}`);
    } finally {
      dispose();
      done.abort();
    }
  }

  function ask<T>(request: StructuredAiRequest<T>): Promise<AiResult<T>>;
  function ask(request: AiRequest): Promise<AiResult<string>>;
  function ask<T>(request: AiRequest | StructuredAiRequest<T>): Promise<AiResult<T> | AiResult<string>> {
    if (typeof request.prompt !== "string" || request.prompt === "") {
      return Promise.reject(new TypeError("Cannot ask: `prompt` must be a text that is not empty"));
    }
    if ("validate" in request) {
      return askWithin(request, ({ text }) => parseStructuredAnswer(text, request.validate));
    }
    return askWithin(request, ({ text }) => ({ ok: true, value: text }));
  }
  return { ask };
}
