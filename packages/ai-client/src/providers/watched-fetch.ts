import { failedAnswer, type FailedAnswer } from "./failed-answer.ts";

/** Calls `callback` after `delayMs` milliseconds, unless what it gives back is called before. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

/** Options of {@link createWatchedFetch}. */
export interface WatchedFetchOptions {
  /** How long the server may send nothing at all, in milliseconds. @defaultValue without limit */
  readonly idleTimeoutMs?: number | undefined;
  /** How much it may send, in bytes. */
  readonly maxAnswerBytes: number;
  /** @defaultValue a timer */
  readonly schedule?: Schedule | undefined;
}

/** A `fetch` for one request, and what it saw. */
export interface WatchedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Why the exchange was ended, if it was. */
  readonly failure: () => FailedAnswer | undefined;
  /** The status of the last response; `undefined` while there is none. */
  readonly status: () => number | undefined;
  /** The first bytes of the last body as text. */
  readonly beginning: () => string;
  /** Whether the last body came to its end and `beginning` is all of it. */
  readonly isWhole: () => boolean;
  /** Lets go of its timer. */
  readonly dispose: () => void;
}

const MAX_BEGINNING_BYTES = 64 * 1024;
// The event that ends a stream of OpenAI's kind. Inside of an event line breaks are escaped, so no answer can say it.
const DONE_EVENT = /(?:^|[\r\n])data: ?\[DONE\]\s*$/;
const DONE_EVENT_BYTES = 32;
const DONE_GRACE_MS = 1000;

function scheduleWithTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

/**
 * A `fetch` that ends an exchange in which nothing comes for too long, the first byte included, or too much comes, and does not
 * follow redirects: headers that hold keys and bodies that hold prompts must not reach another host.
 */
export function createWatchedFetch(options: WatchedFetchOptions): WatchedFetch {
  const { idleTimeoutMs, maxAnswerBytes, schedule = scheduleWithTimer } = options;
  const ending = new AbortController();
  let failure: FailedAnswer | undefined;
  let beginning: Buffer[] = [];
  let beginningBytes = 0;
  let sizeBytes = 0;
  let isAtEnd = false;
  let lastStatus: number | undefined;
  let isDisposed = false;
  let cancelTimer = (): void => undefined;
  let tail = "";
  let finish: (() => void) | undefined;

  const end = (because: FailedAnswer): Error => {
    failure ??= because;
    cancelTimer();
    const error = new Error(because.message);
    ending.abort(error);
    return error;
  };
  const restart = (): void => {
    cancelTimer();
    if (idleTimeoutMs === undefined || failure !== undefined || isDisposed) return;
    // All that was to come has come; a server that leaves the connection open takes nothing away from it.
    if (finish !== undefined) {
      cancelTimer = schedule(finish, Math.min(idleTimeoutMs, DONE_GRACE_MS));
      return;
    }
    const message = `The server sent nothing for ${idleTimeoutMs} ms`;
    cancelTimer = schedule(() => void end(failedAnswer("timed-out", message, { retryable: true })), idleTimeoutMs);
  };
  const watch = (chunk: Uint8Array): void => {
    restart();
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxAnswerBytes) {
      throw end(failedAnswer("malformed", `The server sent more than ${maxAnswerBytes} bytes`));
    }
    if (beginningBytes >= MAX_BEGINNING_BYTES) return;
    const part = Buffer.from(chunk.subarray(0, MAX_BEGINNING_BYTES - beginningBytes));
    beginning.push(part);
    beginningBytes += part.byteLength;
  };

  return {
    fetch: async (input, init) => {
      beginning = [];
      beginningBytes = 0;
      sizeBytes = 0;
      isAtEnd = false;
      lastStatus = undefined;
      tail = "";
      finish = undefined;
      const signals = init?.signal ? [init.signal, ending.signal] : [ending.signal];
      restart();
      let response: Response;
      try {
        response = await globalThis.fetch(input, { ...init, signal: AbortSignal.any(signals), redirect: "manual" });
      } catch (error) {
        cancelTimer();
        throw error;
      }
      restart();
      const { body, status, statusText, headers } = response;
      lastStatus = status;
      if (body === null) {
        cancelTimer();
        isAtEnd = true;
        return response;
      }
      const watched = body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (chunk, controller) => {
            tail = (tail + Buffer.from(chunk.subarray(-DONE_EVENT_BYTES)).toString("latin1")).slice(-DONE_EVENT_BYTES);
            if (DONE_EVENT.test(tail)) {
              finish = () => {
                isAtEnd = true;
                controller.terminate();
              };
            }
            watch(chunk);
            controller.enqueue(chunk);
          },
          flush: () => {
            cancelTimer();
            isAtEnd = true;
          },
        }),
      );
      return new Response(watched, { status, statusText, headers });
    },
    failure: () => failure,
    status: () => lastStatus,
    beginning: () => Buffer.concat(beginning).toString("utf8"),
    isWhole: () => isAtEnd && sizeBytes === beginningBytes,
    dispose: () => {
      isDisposed = true;
      cancelTimer();
    },
  };
}
