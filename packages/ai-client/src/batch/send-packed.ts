import { randomBytes } from "node:crypto";
import { findIncompleteness } from "../answers/find-incompleteness.ts";
import { computeAlone, type ComputeContext } from "../asking/ask-question.ts";
import type { CallProvider } from "../asking/call-provider.ts";
import { createTally, type Tally } from "../asking/create-tally.ts";
import type { Question } from "../asking/question.ts";
import { AiClientError } from "../errors.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type { InconclusiveReason, ModelAnswer, TokenUsage } from "../provider.ts";
import { apportion } from "./apportion.ts";
import { packQuestions } from "./pack-questions.ts";
import { readAnswerTexts, unpackAnswers } from "./unpack-answers.ts";

const ID_BYTES = 9;
const NANO_USD_PER_USD = 1e9;

/** A question that waits for its answer. */
export interface PendingQuestion {
  readonly question: Question<unknown>;
  readonly context: ComputeContext;
  readonly resolve: (answer: ModelAnswer) => void;
  readonly reject: (error: unknown) => void;
  /** Whether nobody waits any more. */
  readonly isDone: () => boolean;
}

type Share = Pick<ModelAnswer, "usage" | "costUsd">;

/** Failures of a packed request that its questions may be spared when they are asked alone. */
const WORTH_ASKING_ALONE: ReadonlySet<InconclusiveReason | undefined> = new Set([
  "budget",
  "refused",
  "invalid-answer",
  "truncated",
] as const);

function splitUsage(usage: TokenUsage, inputs: readonly number[], outputs: readonly number[]): TokenUsage[] {
  const inputTokens = apportion(usage.inputTokens, inputs);
  const outputTokens = apportion(usage.outputTokens, outputs);
  // By the parts of the input, so that no question has more tokens from a cache than it read.
  const cached = usage.cachedInputTokens === undefined ? undefined : apportion(usage.cachedInputTokens, inputTokens);
  return inputs.map((_, index) => ({
    inputTokens: inputTokens[index] ?? 0,
    outputTokens: outputTokens[index] ?? 0,
    ...(cached && { cachedInputTokens: cached[index] ?? 0 }),
  }));
}

/** What `tally` spent, split by the sizes of the questions and of their answers; the sum of all shares is the whole. */
function splitSpent(tally: Tally, inputs: readonly number[], outputs: readonly number[]): Share[] {
  const { usage, costUsd } = tally.spent();
  const usages = usage && splitUsage(usage, inputs, outputs);
  const weights = inputs.map((input, index) => input + (outputs[index] ?? 0));
  const costs = costUsd === undefined ? undefined : apportion(Math.round(costUsd * NANO_USD_PER_USD), weights);
  return inputs.map((_, index) => ({
    ...(usages && { usage: usages[index] }),
    ...(costs && { costUsd: (costs[index] ?? 0) / NANO_USD_PER_USD }),
  }));
}

function askAlone({ question, context, resolve, reject }: PendingQuestion, call: CallProvider): void {
  computeAlone(question, context, call).then(resolve, reject);
}

/** The answer among `texts` that counts as the answer to `question`. */
function findAnswer(question: Question<unknown>, texts: readonly string[], share: Share): ModelAnswer | undefined {
  return texts
    .map((text): ModelAnswer => ({ finishReason: "stop", text, ...share }))
    .find((answer) => findIncompleteness(answer) === undefined && question.check(answer).ok);
}

/**
 * Asks for all `pending` in one request and settles each with its own answer. One whose answer is missing, not of the form or
 * not valid is asked alone; all are when the packed answer is truncated, or the request fails in a way that may be due to being
 * packed. The request is aborted once nobody waits for any of its answers.
 */
export async function sendPacked(
  pending: readonly [PendingQuestion, ...PendingQuestion[]],
  call: CallProvider,
  signal: AbortSignal,
): Promise<void> {
  const [first, ...others] = pending;
  if (others.length === 0) {
    askAlone(first, call);
    return;
  }
  const withId = (item: PendingQuestion): PendingQuestion & { readonly id: string } => ({
    ...item,
    id: randomBytes(ID_BYTES).toString("base64url"),
  });
  const items = [withId(first), ...others.map(withId)] as const;
  const tally = createTally();
  let texts: readonly (readonly string[])[] = items.map(() => []);
  let failure: unknown;
  try {
    const deadlineMs = Math.max(...items.map(({ context }) => context.deadlineMs));
    const answer = await call(packQuestions([...items]), { signal, deadlineMs, tally, questionCount: items.length });
    failure = findIncompleteness(answer);
    if (failure === undefined) {
      const ids = items.map(({ id }) => id);
      const answers = unpackAnswers(answer.text, ids);
      texts = items.map(({ id, question }) =>
        answers.has(id) ? readAnswerTexts(answers.get(id), question.isStructured) : [],
      );
    }
  } catch (error) {
    failure = error;
  }
  const inputs = items.map(({ question }) => estimateTokens(question.request.prompt));
  const outputs = texts.map(([text = ""]) => estimateTokens(text));
  const shares = splitSpent(tally, inputs, outputs);
  items.forEach(({ context }, index) => {
    if (tally.callCount === 0) return;
    context.tally.packedCount = items.length;
    if (index === 0) context.tally.callCount += tally.callCount;
    if (index === 0) context.tally.retryCount += tally.retryCount;
    context.tally.spend(shares[index]?.usage, shares[index]?.costUsd);
  });
  const isLost = failure !== undefined && !(failure instanceof AiClientError && WORTH_ASKING_ALONE.has(failure.reason));
  items.forEach((item, index) => {
    if (item.isDone()) return;
    if (isLost) {
      item.reject(failure);
      return;
    }
    const answer = findAnswer(item.question, texts[index] ?? [], shares[index] ?? {});
    if (answer === undefined) askAlone(item, call);
    else item.resolve(answer);
  });
}
