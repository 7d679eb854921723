import type { Later } from "./look-timer.ts";

/** A timer that keeps no process alive. */
export const startTimer: Later = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
