import type { Alert, DeliveryOutcome, SuppressedAlert } from "@ai-workflow/alerts";

/** An alert, also in words. */
export interface ToldAlert {
  readonly alert: Alert;
  /** One line; names in it come from outside. */
  readonly text: string;
}

/** An alert of an earlier run of which this one says nothing. */
export interface OpenAlert {
  readonly rule: string;
  /** The step, for an alert of one. */
  readonly step?: string | undefined;
  /** The run in which it began. */
  readonly sinceRun: string;
}

/** What of a run somebody should hear, and who heard it. */
export interface AlertReport {
  /** Told now. */
  readonly fired: readonly ToldAlert[];
  /** Told now that they are over. */
  readonly resolved: readonly ToldAlert[];
  /** True, and not told again now. */
  readonly suppressed: readonly (ToldAlert & Pick<SuppressedAlert, "reason" | "untilMs">)[];
  /** Told in an earlier run and not known to be over: this run cannot be compared with those, so it says nothing of them. */
  readonly open: readonly OpenAlert[];
  /** What became of the message in each channel; empty when there was nothing to tell. */
  readonly deliveries: readonly DeliveryOutcome[];
  /** What went wrong beside deliveries, in sentences. */
  readonly problems: readonly string[];
  /** Whether a condition is true, told or not. */
  readonly active: boolean;
  /** Whether the run fails for it: `active`, and `fail: true` in the configuration. */
  readonly fails: boolean;
}
