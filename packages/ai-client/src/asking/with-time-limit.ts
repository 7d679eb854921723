import type { Delay } from "./call-provider.ts";
import { rejectOnAbort } from "./reject-on-abort.ts";

/** Why work under {@link withTimeLimit} ended early: nothing did, the caller aborted it, or its time was up. */
export type EarlyEnd = "none" | "aborted" | "timed-out";

/**
 * Runs `work` until it is done, `callerSignal` aborts or `timeoutMs` have passed, even if `work` heeds no signal. Afterwards no
 * timer runs and nothing listens to `callerSignal`. (`AbortSignal.any` would be shorter; on Node 20 its signals pile up on a
 * caller's signal that lives long.)
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: { readonly timeoutMs: number; readonly callerSignal: AbortSignal | undefined; readonly delay: Delay },
): Promise<{ readonly value: T } | { readonly error: unknown; readonly earlyEnd: EarlyEnd }> {
  const { timeoutMs, callerSignal, delay } = options;
  const controller = new AbortController();
  const done = new AbortController();
  let earlyEnd: EarlyEnd = "none";
  const end = (how: EarlyEnd, reason: unknown): void => {
    if (earlyEnd !== "none") return;
    earlyEnd = how;
    controller.abort(reason);
  };
  const onAbort = (): void => end("aborted", callerSignal?.reason);
  if (callerSignal?.aborted === true) onAbort();
  else callerSignal?.addEventListener("abort", onAbort, { once: true });
  delay(timeoutMs, { signal: done.signal }).then(
    () => end("timed-out", new Error("The time limit has passed")),
    () => undefined,
  );
  const { aborted, dispose } = rejectOnAbort(controller.signal);
  try {
    controller.signal.throwIfAborted();
    return { value: await Promise.race([work(controller.signal), aborted]) };
  } catch (error) {
    return { error, earlyEnd };
  } finally {
    dispose();
    callerSignal?.removeEventListener("abort", onAbort);
    done.abort();
  }
}
