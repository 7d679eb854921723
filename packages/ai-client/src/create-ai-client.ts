import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Budget } from "./create-budget.ts";
import { createBudget } from "./create-budget.ts";
import { AiClientError } from "./errors.ts";
import { addUsage } from "./add-usage.ts";
import type { AiRequest, StructuredAiRequest } from "./ai-request.ts";
import type { AiResult } from "./ai-result.ts";
import type { AnswerCache, CachedAnswer } from "./answer-cache.ts";
import { createRepairRequest } from "./create-repair-request.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { findIncompleteness } from "./find-incompleteness.ts";
import { parseStructuredAnswer, type Validation } from "./parse-structured-answer.ts";
import type {
  InconclusiveReason,
  ModelAnswer,
  Provider,
  ProviderAnswer,
  ProviderFailure,
  ProviderRequest,
} from "./provider.ts";
import type { QuestionIdentity } from "./question-identity.ts";
import { rejectOnAbort } from "./reject-on-abort.ts";
import { retryDelayMs, type RetryOptions } from "./retry-delay.ts";
import { stripTerminalControls } from "./strip-terminal-controls.ts";

/** How long one question may take in all, retries and repair included, when nothing else is said, in milliseconds. */
export const DEFAULT_TIMEOUT_MS: number = 120_000;
/** Output tokens reserved for a question that sets no `maxOutputTokens`. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 4096;

const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_BASE_DELAY_MS = 1000;
const DEFAULT_MAX_DELAY_MS = 30_000;

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
