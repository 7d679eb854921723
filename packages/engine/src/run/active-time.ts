/** Time in which the process runs: what it slept through, stopped by a signal or with the whole machine, is no time that a step took. */
export interface ActiveTime {
  /**
   * Calls back when so much active time is over, in milliseconds; gives what calls it off. After a pause up to {@link SLICE_MS} of what was
   * over before it counts anew.
   */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
}

/** What active time is measured with. */
export interface ActiveTimeHost {
  /** A clock that only goes forward, in milliseconds. */
  readonly now: () => number;
  /** Calls back after a time by that clock, or later. */
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
  /** Told of each pause once. */
  readonly onPause: (pausedMs: number) => void;
}

/** Longest time between two looks at the clock, in milliseconds. */
export const SLICE_MS = 1_000;

/** So much later than asked for, in milliseconds, a timer comes after a pause; less can be the delay of a busy machine. */
export const PAUSE_MS = 1_000;

/**
 * Measures long times in slices. What is late by more than a pause's length has slept through it: nothing of that slice counts, for nobody
 * knows how much of it there was, and what ended meanwhile is to be heard of before anything is said to be late.
 */
export function createActiveTime(host: ActiveTimeHost): ActiveTime {
  let lastPauseEndedMs = -Infinity;
  /** All that wait wake up one after the other. */
  const tell = (sleptFromMs: number, pausedMs: number): void => {
    if (sleptFromMs > lastPauseEndedMs) host.onPause(pausedMs);
    lastPauseEndedMs = host.now();
  };
  return {
    setTimer(callback, delayMs): () => void {
      let remainingMs = delayMs;
      let clear = (): void => {};
      const wait = (): void => {
        const sliceMs = Math.min(remainingMs, SLICE_MS);
        const fromMs = host.now();
        clear = host.setTimer(() => {
          const tookMs = host.now() - fromMs;
          if (tookMs > sliceMs + PAUSE_MS) tell(fromMs, tookMs - sliceMs);
          else remainingMs -= tookMs;
          if (remainingMs > 0) wait();
          else callback();
        }, sliceMs);
      };
      wait();
      return () => clear();
    },
  };
}
