/** Calls back after a time in milliseconds, unless what it returns is called before. */
export type Later = (callback: () => void, ms: number) => () => void;

/** One look that is to come, at most. */
export interface LookTimer {
  /** Plans a look in so many milliseconds; one that was to come sooner stays. */
  plan(ms: number): void;
  callOff(): void;
}

/** @param callback - called when the time has come; nothing is planned then */
export function createLookTimer(callback: () => void, now: () => number, later: Later): LookTimer {
  let planned: { readonly dueMs: number; readonly callOff: () => void } | undefined;
  const callOff = (): void => {
    planned?.callOff();
    planned = undefined;
  };
  return {
    plan(ms): void {
      const dueMs = now() + ms;
      if (planned !== undefined && planned.dueMs <= dueMs) return;
      callOff();
      const timed = later(() => {
        planned = undefined;
        callback();
      }, ms);
      planned = { dueMs, callOff: timed };
    },
    callOff,
  };
}
