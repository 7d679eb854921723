/**
 * Which columns there are and what they mean. A model of another version is not asked: it would take one column for another.
 */
export const FEATURE_VERSION = 1;

/** Columns that more numbers or categories than this would add are left out, the latest first. */
export const MOST_NUMBERS = 16;
export const MOST_CATEGORIES = 16;

/**
 * The columns that follow from the history of durations, in their order. Durations are natural logarithms (see `toLog`), most of them
 * less the step's recent level: the median of its last five durations, each brought to today's conditions by `Effects`. NaN where there is
 * nothing to say. Columns for what the caller adds follow, in the order of their first appearance: `number:<name>`, `change:<name>`
 * (against the step's last run), `category:<name>` (see `TargetStatistic`).
 */
export const HISTORY_COLUMNS = [
  /** Recent level itself. */
  "level",
  /** 1 + runs of the step so far, as a logarithm. */
  "count",
  /** The last duration. */
  "last",
  /** Median of the last five durations as they were. */
  "median of five",
  /** Exponentially weighted moving average, the newest at 0.3. */
  "EWMA",
  /** The last duration, brought to today's conditions. */
  "adjusted last",
  /** Median of the last twenty, brought to today's conditions. */
  "adjusted median of twenty",
  /** Where the step's own line through all its durations expects it. */
  "line",
  /** Mean distance of the last twenty to the recent level, each at most 1. */
  "spread",
  /** Mean of the last three less mean of the three before, brought to today's conditions. */
  "trend",
  /** 1 + seconds since the step's last run, as a logarithm; NaN where the clock went backwards. */
  "time since",
  /** 1 + runs since the step took part, as a logarithm. */
  "runs since",
  /** 1 + runs of the step on this machine, as a logarithm. */
  "count here",
  /** The last duration on this machine. */
  "last here",
  /** Median of the last five on this machine. */
  "median of five here",
  /** Median of how far the last run's steps were from their level. */
  "last run",
  /** The same of the last run on this machine. */
  "last run here",
  /** The step, as a category. */
  "step",
  /** Its kind, as a category. */
  "kind",
] as const;

/** Levels from which a model may start: estimates of the logarithm of the duration that need no model. */
export const LEVELS = [
  "last value",
  "median of five",
  "EWMA",
  "adjusted last",
  "adjusted median of five",
  "adjusted median of twenty",
  "line",
] as const;
