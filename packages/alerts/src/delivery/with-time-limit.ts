import type { Delay } from "./attempt.ts";

/** How work under {@link withTimeLimit} ended. */
export type Limited<T> =
  | { readonly ended: "done"; readonly value: T }
  | { readonly ended: "threw"; readonly error: unknown }
  | { readonly ended: "timed-out" | "aborted" };

/**
 * Runs `work` until it is done, `signal` aborts or `timeoutMs` have passed, even if `work` heeds no signal; never rejects.
 * Afterwards no timer runs and nothing listens to `signal`.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined; readonly delay: Delay },
): Promise<Limited<T>> {
  const { timeoutMs, signal, delay } = options;
  if (signal?.aborted === true) return { ended: "aborted" };
  const controller = new AbortController();
  const timer = new AbortController();
  const { promise, resolve } = newDeferred<Limited<T>>();
  const onAbort = (): void => resolve({ ended: "aborted" });
  signal?.addEventListener("abort", onAbort, { once: true });
  delay(timeoutMs, { signal: timer.signal }).then(
    () => resolve({ ended: "timed-out" }),
    () => undefined,
  );
  // In a promise of its own, so that also what it throws at once is caught.
  Promise.resolve()
    .then(() => work(controller.signal))
    .then(
      (value) => resolve({ ended: "done", value }),
      (error: unknown) => resolve({ ended: "threw", error }),
    );
  const limited = await promise;
  signal?.removeEventListener("abort", onAbort);
  timer.abort();
  if (limited.ended === "timed-out" || limited.ended === "aborted") controller.abort();
  return limited;
}

function newDeferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
