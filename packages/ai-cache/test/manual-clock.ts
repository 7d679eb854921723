/** A clock that moves only when told to. */
export interface ManualClock {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

/** A clock that stands at `startMs`. */
export function createManualClock(startMs: number = 1_800_000_000_000): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
