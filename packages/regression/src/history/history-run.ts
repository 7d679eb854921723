/** A step that ran and passed in a run; others say nothing about how long it takes. */
export interface HistoryStep {
  readonly step: string;
  /** Duration in seconds, above 0. */
  readonly seconds: number;
}

/** One finished run, as far as durations go. */
export interface HistoryRun {
  readonly run: string;
  /** As written in the history, for people to read. Order comes from the place in the history, so clocks may jump. */
  readonly startedAt?: string | undefined;
  readonly commit?: string | undefined;
  /** Class of machine; runs of different classes are never compared. */
  readonly machine: string;
  /** Kind of change, such as `code+docs`; runs of different kinds are never compared. */
  readonly changeClass: string;
  /** What caches saved, such as `cold` or `warm`; runs of different states are never compared. */
  readonly cacheState: string;
  /** Duration of the whole run in seconds; `undefined` where the run did not pass. */
  readonly totalSeconds?: number | undefined;
  /** Steps that ran and passed. */
  readonly steps: readonly HistoryStep[];
}

/** Durations of like with like, oldest first. */
export interface HistorySeries {
  /** The step; `undefined` for the total of runs in which the same steps ran. */
  readonly step: string | undefined;
  readonly machine: string;
  readonly changeClass: string;
  readonly cacheState: string;
  readonly seconds: readonly number[];
  /** The runs they come from, in the same order. */
  readonly runs: readonly HistoryRun[];
}
