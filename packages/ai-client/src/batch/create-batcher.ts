import type { Compute } from "../asking/ask-question.ts";
import type { CallProvider, Delay } from "../asking/call-provider.ts";
import type { Question } from "../asking/question.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import type { ModelAnswer } from "../provider.ts";
import { readPackKey } from "./pack-questions.ts";
import { sendPacked, type PendingQuestion } from "./send-packed.ts";
import { shareSignal } from "./share-signal.ts";

/** What {@link createBatcher} goes by, already checked. */
export interface BatcherOptions {
  readonly batchSize: number;
  readonly maxRequestTokens: number;
  readonly lingerMs: number;
  readonly call: CallProvider;
  readonly delay: Delay;
  /** Whether questions that have not entered yet may still come while nothing that was sent is answered. */
  readonly mayGrow: () => boolean;
  /** Whether questions are entering this very moment, so that only full queues are to be sent. */
  readonly isHeld: () => boolean;
}

/** A question's place in a {@link Batcher}. */
export interface Seat {
  /** Asks for it, together with others. */
  readonly compute: Compute;
  /** To be called when it waits for another question that is the same, so that nothing waits for it. */
  readonly wait: () => void;
  /** To be called when it looks in the cache again. */
  readonly look: () => void;
  /** To be called when it has its result. */
  readonly leave: () => void;
}

/** Gathers questions into requests. */
export interface Batcher {
  /** A seat for `question`, which looks in the cache from now on. */
  enter(question: Question<unknown>): Seat;
  /** Sends what is to be sent by now. To be called when what `mayGrow` goes by has changed. */
  flush(): void;
}

type State = "looking" | "waiting" | "queued" | "sent" | "left";

interface Queued extends PendingQuestion {
  readonly tokens: number;
  /** To be called when it is taken out of its queue to be sent. */
  readonly send: () => void;
}

/**
 * Questions that the cache does not know are queued by what they have in common. A queue is sent when it is full; all are when no
 * question can join them soon, as every one that entered has its result, is queued, is sent, or waits for one that is the same.
 * That rule asks for no time. Only when a question hangs in a cache that does not tell that it waits (see
 * {@link AnswerCacheOptions.onWait}), perhaps for one that is queued here, and none comes on, are the queues sent after `lingerMs`.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  const { batchSize, maxRequestTokens, lingerMs, call, delay, mayGrow, isHeld } = options;
  const queues = new Map<string, Queued[]>();
  const counts: Record<State, number> = { looking: 0, waiting: 0, queued: 0, sent: 0, left: 0 };
  let linger: AbortController | undefined;

  function sendQueue(key: string): void {
    const queue = queues.get(key) ?? [];
    queues.delete(key);
    for (const { send } of queue) send();
    const { items, signal } = shareSignal(queue);
    const [first, ...others] = items;
    if (first === undefined) return;
    sendPacked([first, ...others], call, signal).catch((error: unknown) => {
      for (const item of items) item.reject(error);
    });
  }

  function sendAll(): void {
    for (const key of queues.keys()) sendQueue(key);
  }

  function stopLinger(): void {
    linger?.abort();
    linger = undefined;
  }

  async function startLinger(): Promise<void> {
    const own = new AbortController();
    linger = own;
    // A delay that fails passes at once, which makes requests smaller but lets none hang.
    await delay(lingerMs, { signal: own.signal }).catch(() => undefined);
    if (linger !== own) return;
    linger = undefined;
    sendAll();
  }

  function flush(): void {
    if (isHeld()) return;
    if (counts.looking === 0 && !(counts.sent > 0 && mayGrow())) sendAll();
    if (queues.size === 0 || counts.looking === 0) stopLinger();
    else if (linger === undefined) void startLinger();
  }

  function enter(question: Question<unknown>): Seat {
    const key = readPackKey(question);
    let state: State = "looking";
    counts.looking += 1;
    const become = (next: State): void => {
      if (state === "left") return;
      // Somebody came on: what is queued waits anew for those who still look.
      if (state === "looking") stopLinger();
      counts[state] -= 1;
      counts[next] += 1;
      state = next;
    };
    const compute: Compute = (context) =>
      new Promise<ModelAnswer>((resolve, reject) => {
        const { signal } = context;
        signal.throwIfAborted();
        let isDone = false;
        const { prompt, system = "", outputSchema, maxOutputTokens = 0 } = question.request;
        const schema = outputSchema === undefined ? "" : JSON.stringify(outputSchema);
        const tokens = estimateTokens(prompt + system + schema) + maxOutputTokens;
        const onAbort = (): void => {
          settle();
          const queue = (queues.get(key) ?? []).filter((other) => other !== item);
          if (queue.length > 0) queues.set(key, queue);
          else queues.delete(key);
          reject(signal.reason as Error);
          become("looking");
          flush();
        };
        function settle(): void {
          isDone = true;
          signal.removeEventListener("abort", onAbort);
        }
        const item: Queued = {
          question,
          context,
          tokens,
          isDone: () => isDone,
          send: () => become("sent"),
          resolve: (answer) => {
            settle();
            resolve(answer);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        };
        signal.addEventListener("abort", onAbort, { once: true });
        become("queued");
        const queuedTokens = (queues.get(key) ?? []).reduce((sum, other) => sum + other.tokens, 0);
        if (queuedTokens + tokens > maxRequestTokens) sendQueue(key);
        const queue = [...(queues.get(key) ?? []), item];
        queues.set(key, queue);
        if (queue.length >= batchSize || tokens > maxRequestTokens) sendQueue(key);
        flush();
      });
    const change = (next: State): void => {
      // A cache may tell late: what is queued or sent already does not wait for anybody else.
      if (next === "waiting" && state !== "looking") return;
      become(next);
      flush();
    };
    return {
      compute,
      wait: () => change("waiting"),
      look: () => change("looking"),
      leave: () => change("left"),
    };
  }

  return { enter, flush };
}
