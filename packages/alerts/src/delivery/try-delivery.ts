import type { Attempt, Delay } from "./attempt.ts";
import { withTimeLimit, type Limited } from "./with-time-limit.ts";

/** How often, how long and how patiently is tried. */
export interface TrySettings {
  readonly maxTries: number;
  /** For one try. */
  readonly timeoutMs: number;
  /** For all tries and the waits between them. */
  readonly totalTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
  readonly delay: Delay;
  /** Gives numbers from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Upper end of the wait before the second try; it doubles with each further one. */
const BASE_DELAY_MS = 1000;
const MAX_DELAY_MS = 10_000;

type Tried = { readonly attempt: Attempt; readonly tryCount: number };

/**
 * How long to wait before the next try: anything up to `BASE_DELAY_MS` doubled with each try, and that much on top of what the
 * server asks for.
 *
 * Source: "full jitter" in Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
const waitMs = (tryCount: number, retryAfterMs: number, random: number): number =>
  retryAfterMs + Math.floor(Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (tryCount - 1)) * random);

/**
 * Calls `attempt` until it succeeds, another try makes no sense, or tries or time are used up. A server that asks to wait
 * longer than there is time is not waited for. Never rejects.
 */
export async function tryDelivery(
  attempt: (signal: AbortSignal) => Promise<Attempt>,
  settings: TrySettings,
): Promise<Tried> {
  const { maxTries, timeoutMs, totalTimeoutMs, now, delay, random } = settings;
  const startMs = now();
  let tryCount = 0;
  let last: Attempt | undefined;
  const work = async (signal: AbortSignal): Promise<Attempt> => {
    for (;;) {
      tryCount += 1;
      last = toAttempt(await withTimeLimit(attempt, { timeoutMs, signal, delay }), timeoutMs);
      if (last.ok || !last.canRetry || tryCount >= maxTries) return last;
      const pauseMs = waitMs(tryCount, last.retryAfterMs ?? 0, random());
      if (pauseMs >= totalTimeoutMs - (now() - startMs)) return last;
      await delay(pauseMs, { signal });
    }
  };
  const limited = await withTimeLimit(work, { timeoutMs: totalTimeoutMs, signal: settings.signal, delay });
  // When time is up while a server that had answered was waited for, its answer says more.
  if (limited.ended === "timed-out" && last !== undefined) return { attempt: last, tryCount };
  return { attempt: toAttempt(limited, totalTimeoutMs), tryCount };
}

function toAttempt(limited: Limited<Attempt>, timeoutMs: number): Attempt {
  switch (limited.ended) {
    case "done":
      return limited.value;
    case "timed-out":
      return { ok: false, failure: "timed-out", message: `No answer within ${timeoutMs} ms`, canRetry: true };
    case "aborted":
      return { ok: false, failure: "aborted", message: "The delivery was aborted", canRetry: false };
    case "threw":
      // The error's own text is not told: it may hold an address or a password.
      return {
        ok: false,
        failure: "unexpected",
        message: `Unexpected error: ${nameOf(limited.error)}`,
        canRetry: false,
      };
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? `${error.name} ${error.code}` : error.name;
}
