import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AiRequest, SchemaAiRequest, StructuredAiRequest } from "./ai-request.ts";
import type { AiResult } from "./ai-result.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { askQuestion, computeAlone, type AiCallEvent, type AskSettings } from "./asking/ask-question.ts";
import { createCallProvider, type Delay } from "./asking/call-provider.ts";
import { createQuestion, type AnyAiRequest } from "./asking/question.ts";
import type { RetryOptions } from "./asking/retry-delay.ts";
import { askAllQuestions, type AskAllOptions } from "./batch/ask-all.ts";
import type { Budget } from "./budget/budget.ts";
import { createBudget } from "./budget/create-budget.ts";
import type { Provider } from "./provider.ts";
import { refuseUnknownOptions } from "./refuse-unknown-options.ts";

/** How long one question may take in all, retries and repair included, when nothing else is said, in milliseconds. */
export const DEFAULT_TIMEOUT_MS: number = 120_000;

const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_BASE_DELAY_MS = 1000;
const DEFAULT_MAX_DELAY_MS = 30_000;

/** Options of {@link createAiClient}. */
export interface AiClientOptions {
  /** Who answers. */
  readonly provider: Provider;
  /** Where answers are kept. @defaultValue nowhere */
  readonly cache?: AnswerCache | undefined;
  /** What may be spent; share one between the clients of a run. Its prices tell what answers cost. @defaultValue without limits */
  readonly budget?: Budget | undefined;
  /** When to ask again. */
  readonly retry?: RetryOptions | undefined;
  /** How long one question may take in all, in milliseconds. @defaultValue {@link DEFAULT_TIMEOUT_MS} */
  readonly timeoutMs?: number | undefined;
  /** Told of each question once it has its result, for a log. What it throws is ignored. */
  readonly onCall?: ((event: AiCallEvent) => void) | undefined;
  /** The clock, in milliseconds. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Waits; rejects when `signal` aborts. @defaultValue a timer */
  readonly delay?: Delay | undefined;
}

/** Asks one provider. */
export interface AiClient {
  /**
   * The answer to `request`, checked, or why there is none. Never rejects for what a provider or a model does.
   *
   * @throws {TypeError} when `prompt` is no text, or `outputSchema` is no JSON Schema
   */
  ask<T>(request: StructuredAiRequest<T>): Promise<AiResult<T>>;
  ask<T = unknown>(request: SchemaAiRequest): Promise<AiResult<T>>;
  ask(request: AiRequest): Promise<AiResult<string>>;
  /**
   * The results of `requests` in their order, as of {@link AiClient.ask}. With a `batchSize`, questions that the cache does not
   * know and that have system, model, parameters and schema in common are asked several in one request; each is checked and
   * stored alone, and asked alone where its answer is missing or not valid.
   *
   * @throws {TypeError} when a request is not as `ask` takes it; then none is asked
   * @throws {RangeError} when an option is out of range
   */
  askAll<T>(requests: readonly StructuredAiRequest<T>[], options?: AskAllOptions): Promise<AiResult<T>[]>;
  askAll<T = unknown>(requests: readonly SchemaAiRequest[], options?: AskAllOptions): Promise<AiResult<T>[]>;
  askAll(requests: readonly AiRequest[], options?: AskAllOptions): Promise<AiResult<string>[]>;
}

const OPTIONS: Readonly<Record<keyof AiClientOptions, true>> = {
  provider: true,
  cache: true,
  budget: true,
  retry: true,
  timeoutMs: true,
  onCall: true,
  now: true,
  delay: true,
};
const RETRY_OPTIONS: Readonly<Record<keyof RetryOptions, true>> = {
  maxRetries: true,
  baseDelayMs: true,
  maxDelayMs: true,
  random: true,
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
 * @throws {TypeError} when `provider` is no provider, or there is an option that is none
 * @throws {RangeError} when an option is out of range
 * @example
 * ```ts
 * const client = createAiClient({ provider: createExecProvider({ command: "my-model" }), budget: createBudget({ maxCalls: 20 }) });
 * const result = await client.ask({ prompt: "…", validate: validateFindings });
 * ```
 */
export function createAiClient(options: AiClientOptions): AiClient {
  refuseUnknownOptions("create AI client", options, OPTIONS);
  const { provider, cache, budget = createBudget(), retry = {}, onCall } = options;
  refuseUnknownOptions("create AI client", retry, RETRY_OPTIONS, "retry");
  const { now = () => performance.now() } = options;
  const { delay = async (durationMs, { signal }) => sleep(durationMs, undefined, { signal, ref: true }) } = options;
  // Callers without types meet this first.
  if (typeof (provider as Partial<Provider> | undefined)?.generate !== "function") {
    throw new TypeError("Cannot create AI client: `provider` must be an object with `name` and `generate`");
  }
  const timeoutMs = requireInteger("timeoutMs", options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 1);
  const maxRetries = requireInteger("retry.maxRetries", retry.maxRetries ?? DEFAULT_MAX_RETRIES, 0);
  const baseDelayMs = requireInteger("retry.baseDelayMs", retry.baseDelayMs ?? DEFAULT_BASE_DELAY_MS, 0);
  const maxDelayMs = requireInteger("retry.maxDelayMs", retry.maxDelayMs ?? DEFAULT_MAX_DELAY_MS, 0);
  const { random = () => randomInt(2 ** 32) / 2 ** 32 } = retry;
  const call = createCallProvider({ provider, budget, maxRetries, baseDelayMs, maxDelayMs, random, now, delay });
  const settings: AskSettings = { provider, cache, timeoutMs, onCall, now, delay };

  async function ask<T>(request: AnyAiRequest<T>): Promise<AiResult<T>> {
    const question = await createQuestion(request);
    return askQuestion(
      question,
      settings,
      (context) => computeAlone(question, context, call),
      () => undefined,
    );
  }

  async function askAll<T>(
    requests: readonly AnyAiRequest<T>[],
    askOptions: AskAllOptions = {},
  ): Promise<AiResult<T>[]> {
    const questions = await Promise.all(requests.map((request) => createQuestion(request)));
    return askAllQuestions(questions, settings, call, askOptions);
  }

  return { ask, askAll };
}
