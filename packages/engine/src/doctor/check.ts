/** What a check is about. */
export type CheckArea = "runtime" | "git" | "models" | "machine" | "disk" | "configuration";

/**
 * `problem`: a run would fail, or not do what is asked of it. `advice`: it works, and would work better. `unknown`: it could not be
 * found out.
 */
export type CheckState = "ok" | "advice" | "problem" | "unknown";

/** One thing that was looked at. */
export interface Check {
  /** Unique in a report, the same in the next one. */
  readonly id: string;
  readonly area: CheckArea;
  readonly state: CheckState;
  /** One sentence on what was found; values of variables that hold keys are never in it. */
  readonly message: string;
  /** The command that mends it, or the edit; absent where nothing is to be done. Of what is `ok`: what would bring more. */
  readonly mend?: string | undefined;
}

/** Check of one area without its area. */
export type AreaCheck = Omit<Check, "area">;
