import type { Delay } from "../src/delivery/attempt.ts";

/** Waits that take no time, and limits that end only when a test says so. */
export interface ManualDelay {
  readonly delay: Delay;
  /** The waits that were asked for, limits excluded. */
  readonly pausesMs: readonly number[];
  /** Ends the limits of this length that run. */
  readonly expire: (limitMs: number) => void;
  /** Limits that still run. */
  readonly runningCount: () => number;
}

export function createManualDelay(...limitsMs: readonly number[]): ManualDelay {
  const pausesMs: number[] = [];
  const running = new Set<{ readonly ms: number; readonly end: () => void }>();
  return {
    pausesMs,
    delay: (ms, { signal }) =>
      new Promise((resolve, reject) => {
        if (!limitsMs.includes(ms)) {
          pausesMs.push(ms);
          resolve(undefined);
          return;
        }
        const entry = { ms, end: (): void => resolve(undefined) };
        running.add(entry);
        signal.addEventListener("abort", () => {
          running.delete(entry);
          reject(new Error("aborted"));
        });
      }),
    expire: (limitMs) => {
      for (const { ms, end } of running) if (ms === limitMs) end();
    },
    runningCount: () => running.size,
  };
}
