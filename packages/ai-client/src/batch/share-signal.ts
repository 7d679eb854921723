import type { PendingQuestion } from "./send-packed.ts";

/** Questions that go into one request, and the signal of that request. */
export interface SharedRequest {
  /** The same questions, whose answers and failures are noted on their way. */
  readonly items: readonly PendingQuestion[];
  /** Aborts when none of them waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Lets `items` share a request: one who aborts leaves alone, and the request ends when the last has left. Holds on to none of
 * their signals once they are answered.
 */
export function shareSignal(items: readonly PendingQuestion[]): SharedRequest {
  const controller = new AbortController();
  let openCount = items.length;
  const shared = items.map((item): PendingQuestion => {
    const { signal } = item.context;
    // Counted down at most once an item: by its answer, or by its abort.
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      openCount -= 1;
      signal.removeEventListener("abort", close);
      if (openCount === 0) controller.abort(new Error("Nobody waits for the answers"));
    };
    signal.addEventListener("abort", close, { once: true });
    return {
      ...item,
      resolve: (answer) => {
        close();
        item.resolve(answer);
      },
      reject: (error) => {
        close();
        item.reject(error);
      },
    };
  });
  return { items: shared, signal: controller.signal };
}
