import type { Budget } from "../budget/budget.ts";
import { isPossibleUsage } from "../budget/create-budget.ts";
import { AiClientError } from "../errors.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type {
  InconclusiveReason,
  ModelAnswer,
  Provider,
  ProviderAnswer,
  ProviderFailure,
  ProviderRequest,
} from "../provider.ts";
import { stripTerminalControls } from "../strip-terminal-controls.ts";
import type { Tally } from "./create-tally.ts";
import { rejectOnAbort } from "./reject-on-abort.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** Output tokens reserved for a question that sets no `maxOutputTokens`. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 4096;

/** Waits; rejects when `signal` aborts. */
export type Delay = (durationMs: number, options: { readonly signal: AbortSignal }) => Promise<void>;

/** What calls of a client have in common, already checked. */
export interface CallSettings {
  readonly provider: Provider;
  readonly budget: Budget;
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly random: () => number;
  readonly now: () => number;
  readonly delay: Delay;
}

/** What belongs to one call. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** When the question's time is up, on the client's clock. */
  readonly deadlineMs: number;
  /** Where to count it. */
  readonly tally: Tally;
  /** How many questions the request holds. */
  readonly questionCount: number;
}

/** One request, asked until it is answered or there is no use in asking on. Throws {@link AiClientError} or the abort's reason. */
export type CallProvider = (request: ProviderRequest, context: CallContext) => Promise<ModelAnswer>;

const REASON_OF_FAILURE: Readonly<Record<ProviderFailure, InconclusiveReason>> = {
  unreachable: "unreachable",
  "rate-limited": "unreachable",
  refused: "refused",
  malformed: "invalid-answer",
  "timed-out": "timed-out",
  "no-provider": "no-provider",
};

const NOTHING = { inputTokens: 0, outputTokens: 0 };

const MALFORMED: ProviderAnswer = {
  status: "failed",
  reason: "malformed",
  message: "The provider handed over something that is no answer: it must be as the type ProviderAnswer says",
  retryable: false,
  mayBeCharged: true,
};

/** Whether `answer` has the parts without which nothing can be made of it: a provider may have been written without types. */
function isProviderAnswer(answer: unknown): answer is ProviderAnswer {
  const { status, finishReason, text, reason, message } = Object(answer) as Partial<Record<string, unknown>>;
  if (status === "answered") return typeof finishReason === "string" && typeof text === "string";
  return status === "failed" && typeof message === "string" && Object.hasOwn(REASON_OF_FAILURE, String(reason));
}

function estimateRequest(
  request: ProviderRequest,
  questionCount: number,
): { inputTokens: number; outputTokens: number } {
  const schema = request.outputSchema === undefined ? "" : JSON.stringify(request.outputSchema);
  return {
    inputTokens: estimateTokens((request.system ?? "") + request.prompt + schema),
    outputTokens: request.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS * questionCount,
  };
}

/** Asks the provider of `settings` within its budget, again where that may help. */
export function createCallProvider(settings: CallSettings): CallProvider {
  const { provider, budget, maxRetries, baseDelayMs, maxDelayMs, random, now, delay } = settings;

  async function callOnce(request: ProviderRequest, context: CallContext): Promise<ProviderAnswer> {
    const { signal, tally, questionCount } = context;
    signal.throwIfAborted();
    const model = request.model ?? provider.defaultModel;
    const reservation = budget.reserve({ ...estimateRequest(request, questionCount), model });
    if (reservation.status === "refused") throw new AiClientError("budget", reservation.message);
    tally.callCount += 1;
    tally.packedCount = questionCount;
    const { aborted, dispose } = rejectOnAbort(signal);
    let answer: ProviderAnswer;
    try {
      answer = await Promise.race([provider.generate(request, { signal }), aborted]);
    } catch (error) {
      // Whether the provider counted the call nobody knows: the reservation stands.
      tally.spend(undefined, undefined);
      if (signal.aborted) throw error;
      const message = `The provider failed: ${stripTerminalControls(error instanceof Error ? error.name : typeof error)}`;
      return { status: "failed", reason: "unreachable", message, retryable: true };
    } finally {
      dispose();
    }
    if (!isProviderAnswer(answer)) answer = MALFORMED;
    if (answer.status === "answered") {
      const usage = answer.usage !== undefined && isPossibleUsage(answer.usage) ? answer.usage : undefined;
      const costUsd = reservation.settle(usage, answer.costUsd);
      tally.spend(usage, costUsd);
      signal.throwIfAborted();
      return { ...answer, usage, costUsd };
    }
    if (answer.reason === "no-provider") {
      // Nobody was asked.
      reservation.cancel();
      tally.callCount -= 1;
    } else {
      // What a call took that was cut off nobody knows: then the reservation stands.
      const isUnknown = answer.reason === "timed-out" || answer.mayBeCharged === true;
      const told = answer.usage !== undefined && isPossibleUsage(answer.usage) ? answer.usage : undefined;
      if (told !== undefined) tally.spend(told, reservation.settle(told));
      else if (isUnknown) tally.spend(undefined, undefined);
      else tally.spend(NOTHING, reservation.settle(NOTHING, 0));
    }
    signal.throwIfAborted();
    return answer;
  }

  return async (request, context) => {
    for (let retryIndex = 0; ; retryIndex += 1) {
      const answer = await callOnce(request, context);
      if (answer.status === "answered") {
        const { finishReason, text, usage, costUsd } = answer;
        return { finishReason, text, ...(usage && { usage }), ...(costUsd !== undefined && { costUsd }) };
      }
      const failure = new AiClientError(REASON_OF_FAILURE[answer.reason], answer.message);
      if (!answer.retryable || retryIndex >= maxRetries) throw failure;
      const { retryAfterMs } = answer;
      const waitMs = retryDelayMs({ retryIndex, baseDelayMs, maxDelayMs, retryAfterMs, random: random() });
      // Waiting past the end of the time limit would only lose time.
      if (now() + waitMs >= context.deadlineMs) {
        if (retryAfterMs === undefined) throw failure;
        const wish = `asked to wait ${Math.ceil(retryAfterMs / 1000)} s, longer than the question may take`;
        throw new AiClientError(REASON_OF_FAILURE[answer.reason], `${answer.message}; ${wish}`);
      }
      await delay(waitMs, { signal: context.signal });
      context.tally.retryCount += 1;
    }
  };
}
