/** Durations are compared on a logarithmic scale that starts at one millisecond: below that, timers and schedulers decide. */
const FLOOR_SECONDS = 0.001;

/** `seconds` on the logarithmic scale. Finite for every finite duration, 0 included. */
export function toLog(seconds: number): number {
  return Math.log(seconds + FLOOR_SECONDS);
}

/** The duration in seconds at a place on the logarithmic scale; never below 0. */
export function fromLog(log: number): number {
  return Math.max(0, Math.exp(log) - FLOOR_SECONDS);
}

/** Absolute error relative to the outcome; outcomes under a millisecond count as one millisecond. */
export function relativeError(predictedSeconds: number, actualSeconds: number): number {
  return Math.abs(predictedSeconds - actualSeconds) / Math.max(actualSeconds, FLOOR_SECONDS);
}
