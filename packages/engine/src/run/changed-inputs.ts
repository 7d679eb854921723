import { fingerprintSteps, type StepPrints } from "../selection/fingerprint.ts";
import type { KeepResultsOptions } from "./keep-results.ts";

/** What a second look at inputs needs; all but the files is as it was when the steps were chosen. */
export type InputsLook = Pick<
  KeepResultsOptions,
  | "steps"
  | "hashModule"
  | "hashScript"
  | "describeModel"
  | "relevances"
  | "environment"
  | "runtime"
  | "changed"
  | "tools"
  | "listFiles"
>;

/**
 * Finds the steps whose inputs are not what they were when the steps were chosen. Where the files cannot be listed nobody knows, and all
 * of them are taken for changed. Never throws.
 */
export async function changedInputs(
  stepIds: readonly string[],
  look: InputsLook,
  before: ReadonlyMap<string, StepPrints>,
): Promise<readonly string[]> {
  try {
    const files = await look.listFiles();
    const now = files === undefined ? undefined : fingerprintSteps(look.steps, { ...look, files }, stepIds);
    return stepIds.filter((id) => {
      const print = now?.get(id)?.fingerprint;
      return print === undefined || print !== before.get(id)?.fingerprint;
    });
  } catch {
    // A file that goes while it is looked at.
    return stepIds;
  }
}
