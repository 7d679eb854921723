/** When to ask again. */
export interface RetryOptions {
  /** How often to ask again after the first time. @defaultValue 2 */
  readonly maxRetries?: number | undefined;
  /** Upper end of the first wait, in milliseconds; it doubles with each further one. @defaultValue 1000 */
  readonly baseDelayMs?: number | undefined;
  /** The longest such wait, in milliseconds. @defaultValue 30000 */
  readonly maxDelayMs?: number | undefined;
  /** Gives numbers from 0 up to but not including 1. @defaultValue from `node:crypto` */
  readonly random?: (() => number) | undefined;
}

/** What {@link retryDelayMs} goes by. */
export interface RetryDelayInput {
  /** 0 before the first retry, 1 before the second. */
  readonly retryIndex: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 up to 1. */
  readonly random: number;
}

/**
 * How long to wait before asking again: anything from nothing up to `baseDelayMs` doubled `retryIndex` times, and that much
 * on top of what the provider asks for, so that many clients do not come back at the same moment.
 *
 * Source: "full jitter" in Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function retryDelayMs(input: RetryDelayInput): number {
  const capMs = Math.min(input.maxDelayMs, input.baseDelayMs * 2 ** input.retryIndex);
  return Math.max(0, input.retryAfterMs ?? 0) + Math.floor(capMs * input.random);
}
