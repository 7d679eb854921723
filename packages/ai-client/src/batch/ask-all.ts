import type { AiResult } from "../ai-result.ts";
import { askQuestion, type AskSettings } from "../asking/ask-question.ts";
import type { CallProvider } from "../asking/call-provider.ts";
import type { Question } from "../asking/question.ts";
import { rejectOnAbort } from "../asking/reject-on-abort.ts";
import { AiClientError } from "../errors.ts";
import { createBatcher, type Seat } from "./create-batcher.ts";
import { readPackKey } from "./pack-questions.ts";

/** How many requests {@link AiClient.askAll} has under way when nothing else is said. */
export const DEFAULT_CONCURRENCY = 4;
/** The most tokens of a packed request, output included where a question limits it, when nothing else is said. */
export const DEFAULT_MAX_REQUEST_TOKENS = 32_000;
/** How long a queue waits for questions that hang in a cache that does not tell, in milliseconds. */
export const DEFAULT_LINGER_MS = 1000;

/** Options of {@link AiClient.askAll}. */
export interface AskAllOptions {
  /** The most questions in one request. @defaultValue 1, which packs nothing */
  readonly batchSize?: number | undefined;
  /** How many requests are under way at the same time, those that ask alone again aside. @defaultValue {@link DEFAULT_CONCURRENCY} */
  readonly concurrency?: number | undefined;
  /** The most tokens of a packed request, as estimated, with `maxOutputTokens` of its questions. @defaultValue {@link DEFAULT_MAX_REQUEST_TOKENS} */
  readonly maxRequestTokens?: number | undefined;
  /** How long a request that is not full waits for questions that hang in the cache, where the cache does not call `onWait`. @defaultValue {@link DEFAULT_LINGER_MS} */
  readonly lingerMs?: number | undefined;
}

function requireCount(name: keyof AskAllOptions, value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new RangeError(`Cannot ask all: \`${name}\` must be an integer of at least ${minimum}, got ${value}`);
  }
  return value;
}

/** What makes a question equal to another one of the same list, as far as a cache can tell. */
function readEqualityKey({ request, identity }: Question<unknown>): string {
  const { parameters = {}, ...rest } = request;
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([rest, sorted, identity]);
}

/** Whether the failure of `earlier` is that of an equal question, too: what is asked again would fail again. */
function sharesFailure<T>(earlier: Question<T>, result: AiResult<T>, question: Question<T>): boolean {
  if (result.status === "answered" || result.reason === "aborted") return false;
  return result.reason !== "invalid-answer" || earlier.validate === question.validate;
}

/** The indices of `questions`, those that can share a request one after the other. */
function orderByPackKey(questions: readonly Question<unknown>[]): number[] {
  const groups = new Map<string, number[]>();
  for (const [index, question] of questions.entries()) {
    const key = readPackKey(question);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()].flat();
}

/**
 * The results of `questions` in their order. At most `batchSize * concurrency` of them are open at a time, beside
 * those that wait for an equal one, so that the time limit of a question begins when it may be asked. Those that can share a request are opened one after the other. With a cache, a
 * question that equals an earlier one waits for it, and finds its answer there.
 */
export async function askAllQuestions<T>(
  questions: readonly Question<T>[],
  settings: AskSettings,
  call: CallProvider,
  options: AskAllOptions,
): Promise<AiResult<T>[]> {
  const batchSize = requireCount("batchSize", options.batchSize ?? 1, 1);
  const concurrency = requireCount("concurrency", options.concurrency ?? DEFAULT_CONCURRENCY, 1);
  const maxRequestTokens = requireCount("maxRequestTokens", options.maxRequestTokens ?? DEFAULT_MAX_REQUEST_TOKENS, 1);
  const lingerMs = requireCount("lingerMs", options.lingerMs ?? DEFAULT_LINGER_MS, 0);
  const order = orderByPackKey(questions);
  const results = new Map<number, AiResult<T>>();
  const latest = new Map<string, { readonly question: Question<T>; readonly result: Promise<AiResult<T>> }>();
  let nextPlace = 0;
  let openCount = 0;
  let roomCount = 0;
  let isFilling = false;
  const mayGrow = (): boolean => nextPlace < order.length;
  const hasRoom = (): boolean => roomCount < batchSize * concurrency;
  const batcher = createBatcher({
    batchSize,
    maxRequestTokens,
    lingerMs,
    call,
    delay: settings.delay,
    mayGrow,
    isHeld: () => isFilling,
  });

  async function ask(question: Question<T>, seat: Seat): Promise<AiResult<T>> {
    if (settings.cache === undefined) return askQuestion(question, settings, seat.compute, seat.wait);
    const key = readEqualityKey(question);
    const earlier = latest.get(key);
    const result = earlier === undefined ? askQuestion(question, settings, seat.compute, seat.wait) : follow(earlier);
    latest.set(key, { question, result });
    return result;

    async function follow({ question: equal, result: equalResult }: NonNullable<typeof earlier>): Promise<AiResult<T>> {
      seat.wait();
      const { aborted, dispose } = rejectOnAbort(question.signal ?? new AbortController().signal);
      const found = await Promise.race([equalResult, aborted.catch(() => undefined)]).finally(dispose);
      seat.look();
      if (found === undefined || found.status === "answered" || !sharesFailure(equal, found, question)) {
        return askQuestion(question, settings, seat.compute, seat.wait);
      }
      const { reason, message } = found;
      const fail = (): Promise<never> => Promise.reject(new AiClientError(reason, message));
      return askQuestion(question, { ...settings, cache: undefined }, fail, seat.wait);
    }
  }

  return new Promise((resolve, reject) => {
    /** Opens as many questions as there is room for. Not twice at a time: one may reach its queue while it is opened. */
    function fill(): void {
      if (isFilling) return;
      isFilling = true;
      while (hasRoom() && mayGrow()) {
        const index = order[nextPlace] as number;
        nextPlace += 1;
        openCount += 1;
        open(index).catch(reject);
      }
      isFilling = false;
    }

    /** The seat of a question, which takes room unless it waits for another one. */
    function takeSeat(question: Question<T>): Seat {
      const seat = batcher.enter(question);
      let takesRoom = false;
      const takeRoom = (takes: boolean): void => {
        if (takes !== takesRoom) roomCount += takes ? 1 : -1;
        takesRoom = takes;
      };
      takeRoom(true);
      // First the room is given on, so that nothing is sent half full that others are about to join.
      const giveRoom = (then: () => void): void => {
        takeRoom(false);
        fill();
        then();
      };
      return {
        compute: seat.compute,
        wait: () => giveRoom(seat.wait),
        look: () => {
          takeRoom(true);
          seat.look();
        },
        leave: () => giveRoom(seat.leave),
      };
    }

    async function open(index: number): Promise<void> {
      const question = questions[index] as Question<T>;
      const seat = takeSeat(question);
      results.set(index, await ask(question, seat));
      openCount -= 1;
      seat.leave();
      finish();
    }

    function finish(): void {
      batcher.flush();
      if (openCount === 0) resolve(questions.map((_, index) => results.get(index) as AiResult<T>));
    }

    fill();
    finish();
  });
}
