import type { StepRecord } from "@ai-workflow/profiler";
import type { RunJournal } from "../journal/run-journal.ts";
import type { RunForecast } from "../prediction/forecast-run.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { TreeWatch } from "../tree/watch-tree.ts";
import type { ResultKeeper } from "./keep-results.ts";
import type { StepMeter } from "./measure-steps.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "./run-context.ts";
import type { StepSchedule } from "./schedule-steps.ts";
import type { StepFeatures } from "./step-features.ts";

/** What selection decided to run, with what is known of it, and where what becomes of it goes. */
export interface StepsToRun {
  readonly context: RunContext;
  readonly preparation: Preparation;
  readonly schedule: ForecastSchedule;
  /** Takes the record of each step as it ends; those of steps that do not run are there from the beginning. */
  readonly records: Map<string, StepRecord>;
  readonly books: StepBooks;
}

/** A schedule with what predictions are made from, and the predictions that come while steps run. */
export interface ForecastSchedule extends StepSchedule {
  readonly features: ReadonlyMap<string, StepFeatures>;
  readonly forecast: RunForecast | undefined;
  /** By step, what it rarely exceeds by simple rules, in milliseconds. */
  readonly upperMs: ReadonlyMap<string, number>;
}

/** Where what happens to steps is written down. */
export interface StepBooks {
  readonly keeper: ResultKeeper;
  readonly meter: StepMeter;
  /** With which fingerprints steps failed before. */
  readonly failures: FailedFingerprints;
  readonly journal: Pick<RunJournal, "append">;
  /** Those of the steps whose inputs are not what they were when the steps were chosen. */
  readonly changedInputs: (stepIds: readonly string[]) => Promise<readonly string[]>;
  /** Looks after each step what it edited, and lets it fail when it did not say so. */
  readonly strict: TreeWatch | undefined;
}
