import type { AiResult, CacheSource } from "../ai-result.ts";
import type { AnswerCache, CachedAnswer } from "../answer-cache.ts";
import { createRepairRequest } from "../answers/create-repair-request.ts";
import { describeProblems } from "../answers/describe-problems.ts";
import { findIncompleteness } from "../answers/find-incompleteness.ts";
import { AiClientError } from "../errors.ts";
import type { InconclusiveReason, ModelAnswer } from "../provider.ts";
import { stripTerminalControls } from "../strip-terminal-controls.ts";
import { addCost, addUsage } from "./add-usage.ts";
import type { CallProvider, CallSettings } from "./call-provider.ts";
import { createTally, type Tally } from "./create-tally.ts";
import type { Question } from "./question.ts";
import { withTimeLimit } from "./with-time-limit.ts";

/** Characters kept of an answer that cannot be used. */
const REJECTED_LENGTH = 500;

/** What {@link AiClientOptions.onCall} is told of each question, once it has its result. */
export interface AiCallEvent {
  /** The label of the request. */
  readonly label: string | undefined;
  /** From the question to its result, in milliseconds. */
  readonly durationMs: number;
  /** `hit` when the answer came from the cache. */
  readonly outcome: "hit" | "miss";
  /** Tokens read and written: saved ones of a hit, else spent ones. `undefined` when nobody knows. */
  readonly tokens: number | undefined;
  /** Why there is no answer, if there is none. */
  readonly reason: InconclusiveReason | undefined;
  /** The result without what the model said. */
  readonly result: WithoutAnswer<AiResult<unknown>>;
}

/** Each member of a union without what the model said. */
type WithoutAnswer<Result> = Result extends unknown ? Omit<Result, "value" | "text" | "rejectedText"> : never;

/** What asking takes beside the question. */
export interface AskSettings extends Pick<CallSettings, "provider" | "now" | "delay"> {
  readonly cache: AnswerCache | undefined;
  readonly timeoutMs: number;
  readonly onCall: ((event: AiCallEvent) => void) | undefined;
}

/** One computation of an answer: where it counts, how long it may take. */
export interface ComputeContext {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly tally: Tally;
}

/** Gets an answer from the provider, whole and valid or not. */
export type Compute = (context: ComputeContext) => Promise<ModelAnswer>;

/** Asks for `question` alone; an answer that is whole but not valid is sent back once. */
export async function computeAlone(
  question: Question<unknown>,
  context: ComputeContext,
  call: CallProvider,
): Promise<ModelAnswer> {
  const callContext = { ...context, questionCount: 1 };
  const answer = await call(question.request, callContext);
  if (findIncompleteness(answer) !== undefined) return answer;
  const checked = question.check(answer);
  if (checked.ok) return answer;
  context.tally.isRepaired = true;
  const repaired = await call(createRepairRequest(question.request, answer, checked.problems), callContext);
  const usage = addUsage(answer.usage, repaired.usage);
  const costUsd = addCost(answer.costUsd, repaired.costUsd);
  const { finishReason, text } = repaired;
  return { finishReason, text, ...(usage && { usage }), ...(costUsd !== undefined && { costUsd }) };
}

/** The part of a result that says what came of the question. */
type Outcome<T> =
  | {
      readonly status: "answered";
      readonly value: T;
      readonly text: string;
      readonly source: "provider" | "cache";
      readonly cacheSource?: CacheSource | undefined;
      readonly savedUsage?: ModelAnswer["usage"];
      readonly savedCostUsd?: number | undefined;
    }
  | {
      readonly status: "inconclusive";
      readonly reason: InconclusiveReason;
      readonly message: string;
      readonly rejectedText?: string | undefined;
    };

function countTokens(result: AiResult<unknown>): number | undefined {
  const isHit = result.status === "answered" && result.source === "cache";
  if (!isHit && result.callCount === 0) return 0;
  const usage = isHit ? result.savedUsage : result.usage;
  return usage && usage.inputTokens + usage.outputTokens;
}

function createEvent(result: AiResult<unknown>): AiCallEvent {
  const { label, durationMs } = result;
  const tokens = countTokens(result);
  if (result.status === "inconclusive") {
    const { rejectedText: _rejected, ...unanswered } = result;
    return { label, durationMs, outcome: "miss", tokens, reason: result.reason, result: unanswered };
  }
  const { value: _value, text: _text, ...rest } = result;
  const outcome = result.source === "cache" ? "hit" : "miss";
  return { label, durationMs, outcome, tokens, reason: undefined, result: rest };
}

/** The first characters of what a model wrote, safe to print; `undefined` when nothing is left of them. */
function beginningOf(text: string): string | undefined {
  // A megabyte of hostile text is not searched for escapes; half of a surrogate pair would be left at the cut.
  const safe = stripTerminalControls(text.slice(0, 8 * REJECTED_LENGTH)).trim();
  return safe === "" ? undefined : safe.slice(0, REJECTED_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
}

/** The result of `question`: the cache's answer, or that of `compute`, checked, within the time limit. Never rejects. */
export async function askQuestion<T>(
  question: Question<T>,
  settings: AskSettings,
  compute: Compute,
  onWait: () => void,
): Promise<AiResult<T>> {
  const { provider, cache, now, delay, timeoutMs, onCall } = settings;
  const startMs = now();
  const tally = createTally();
  let rejectedText: string | undefined;
  const model = question.request.model ?? provider.defaultModel;

  async function find(signal: AbortSignal): Promise<Outcome<T>> {
    let wasAsked = false;
    const computeOnce = async (computeSignal: AbortSignal): Promise<ModelAnswer> => {
      wasAsked = true;
      return compute({ signal: computeSignal, deadlineMs: now() + timeoutMs, tally });
    };
    const isValid = (answer: CachedAnswer): boolean =>
      findIncompleteness(answer) === undefined && question.check(answer).ok;
    const { identity, label, request } = question;
    const asked = {
      provider: provider.name,
      baseUrl: provider.baseUrl,
      request: { ...request, model },
      identity,
      label,
    };
    const found: Awaited<ReturnType<AnswerCache["getOrCompute"]>> =
      cache === undefined
        ? { answer: await computeOnce(signal) }
        : await cache.getOrCompute(asked, (context) => computeOnce(context.signal), { signal, isValid, onWait });
    const { answer, source: cacheSource } = found;
    const reject = (because: AiClientError): never => {
      rejectedText = beginningOf(answer.text);
      throw because;
    };
    // Once more, as what a cache gives back is believed no more than what a model says.
    const incompleteness = findIncompleteness(answer);
    if (incompleteness !== undefined) return reject(incompleteness);
    const checked = question.check(answer);
    if (!checked.ok) return reject(new AiClientError("invalid-answer", describeProblems(checked.problems).join("; ")));
    const outcome = { status: "answered", value: checked.value, text: answer.text, cacheSource } as const;
    if (wasAsked) return { ...outcome, source: "provider" };
    return { ...outcome, source: "cache", savedUsage: answer.usage, savedCostUsd: answer.costUsd };
  }

  function explain(error: unknown, earlyEnd: string): Outcome<T> {
    const inconclusive = (reason: InconclusiveReason, message: string): Outcome<T> => ({
      status: "inconclusive",
      reason,
      message,
      ...(rejectedText !== undefined && { rejectedText }),
    });
    if (earlyEnd === "aborted") return inconclusive("aborted", "The question was aborted");
    if (earlyEnd === "timed-out") return inconclusive("timed-out", `There was no answer within ${timeoutMs} ms`);
    if (error instanceof AiClientError) return inconclusive(error.reason ?? "invalid-answer", error.message);
    const why = stripTerminalControls(error instanceof Error ? error.message : String(error));
    return inconclusive("no-provider", `The answer cache did not let the provider be asked: ${why}`);
  }

  const ended = await withTimeLimit(find, { timeoutMs, callerSignal: question.signal, delay });
  const outcome = "value" in ended ? ended.value : explain(ended.error, ended.earlyEnd);
  const { callCount, retryCount, isRepaired, packedCount } = tally;
  const result: AiResult<T> = {
    ...outcome,
    label: question.label,
    model,
    durationMs: now() - startMs,
    callCount,
    retryCount,
    isRepaired,
    packedCount,
    ...tally.spent(),
  };
  try {
    onCall?.(createEvent(result));
  } catch {
    // What a listener does must not change what a model said.
  }
  return result;
}
