import type { DecisionAction } from "@ai-workflow/profiler";

/**
 * Every reason a decision can have, in order of precedence: the first that applies is given, down to `not-proved`. Those below it are found
 * when all steps are decided on, and take the place of what was decided before.
 *
 * | reason | decision | meaning |
 * | --- | --- | --- |
 * | `not-requested` | skip | other steps were asked for by name |
 * | `project-kind` | skip | it is for projects of other kinds (`kinds` of the step, `project.kind`), also with `--force` |
 * | `no-model` | skip | it is a built-in step that only a model can do, and none is configured, also with `--force`; where it is named it runs, and is inconclusive |
 * | `stage-not-triggered` | skip | the trigger of its stage is an expression, and false |
 * | `forced` | run | `--force` or `--baseline` |
 * | `smart-execution-off` | run | smart execution is switched off |
 * | `resumed` | replay | its successes are not kept, but it passed, with the same fingerprint, in the run before, which was killed |
 * | `always` | run | `when.always` |
 * | `no-input-files` | skip | it is a built-in step, and there are none of the files that it looks at |
 * | `inputs-match-nothing` | run | it names inputs, and no file matches them: nothing could ever make it due again |
 * | `tool-unknown` | run | a command that it names under `tools` could not be run, so nothing can be compared |
 * | `fingerprint-equal` | replay | a stored success has the same fingerprint |
 * | `result-expired` | run | a stored success has the same fingerprint, but is older than `expires` of the step |
 * | `limit-lowered` | run | it passed with the same fingerprint or on the same relevant inputs, but took longer than its `timeout` now allows |
 * | `outputs-missing` | run | it passed with the same fingerprint or on the same relevant inputs, but what it left is no longer stored, or cannot be restored |
 * | `files-unknown` | run | the files could not be listed, so nothing can be compared |
 * | `no-relevant-change` | skip | it passed on the same relevant inputs; only files that do not count for it differ |
 * | `base-unknown` | run | not proved, and what changed is unknown |
 * | `relevant-change` | run | a relevant file changed |
 * | `base-assumed-green` | skip | nothing relevant changed since the base, which the configuration says to take as passed |
 * | `not-cached` | run | `cache: false`: no result of it is ever kept |
 * | `not-proved` | run | nothing relevant changed since the base, but no record says that the step passed there |
 * | `used-step-due` | run | a step whose results it uses is due |
 * | `shadow-sample` | run | it would have been left out, and runs to see whether that would have been right (`--shadow`) |
 * | `needed-by` | run, replay | a step that runs uses its results; replayed where what it left is stored |
 * | `awaiting-approval` | skip | it would run, but its stage, one before it, or that of a step it needs waits for a person |
 * | `over-budget` | skip | it would run, and does not fit into the time that `--budget` gives |
 */
export type Reason =
  | "not-requested"
  | "project-kind"
  | "no-model"
  | "stage-not-triggered"
  | "forced"
  | "smart-execution-off"
  | "resumed"
  | "always"
  | "no-input-files"
  | "inputs-match-nothing"
  | "tool-unknown"
  | "fingerprint-equal"
  | "result-expired"
  | "limit-lowered"
  | "outputs-missing"
  | "files-unknown"
  | "no-relevant-change"
  | "base-unknown"
  | "relevant-change"
  | "base-assumed-green"
  | "not-cached"
  | "not-proved"
  | "used-step-due"
  | "shadow-sample"
  | "needed-by"
  | "awaiting-approval"
  | "over-budget";

/** What is done with a step, and why. */
export interface Decision {
  readonly stepId: string;
  readonly action: DecisionAction;
  readonly reason: Reason;
  /** The reason as a sentence that names the file, rule or run that decided. */
  readonly explanation: string;
  /** For `shadow-sample`: the rule by which the step would have been left out. */
  readonly shadowOf?: string | undefined;
  /** In a plan: the trigger of its stage, where only the run decides whether that is true. */
  readonly onlyIf?: string | undefined;
  /** For a step that runs although it passed before: in what it differs from that, such as `src/a.ts changed`; five at most. */
  readonly differs?: readonly string[] | undefined;
}
