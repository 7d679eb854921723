import type { AiClientOptions } from "../src/create-ai-client.ts";

/** A clock on which waits take no time: what the client waited is in `waitsMs`, its overall limit never strikes. */
export interface VirtualClock {
  readonly waitsMs: readonly number[];
  readonly options: Required<Pick<AiClientOptions, "now" | "delay" | "timeoutMs">>;
}

const TIMEOUT_MS = 1_000_003;

export function createVirtualClock(): VirtualClock {
  const waitsMs: number[] = [];
  let nowMs = 0;
  return {
    waitsMs,
    options: {
      timeoutMs: TIMEOUT_MS,
      now: () => nowMs,
      delay: (durationMs, { signal }) => {
        // The client's own limit is a wait as well: that one only ends when the question does.
        if (durationMs === TIMEOUT_MS) {
          return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
        }
        waitsMs.push(durationMs);
        nowMs += durationMs;
        return Promise.resolve();
      },
    },
  };
}
