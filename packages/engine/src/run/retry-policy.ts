import { constants } from "node:os";
import { MAX_RETRY_DELAY_MS } from "@ai-workflow/scheduler";
import type { Step } from "../config/workflow.ts";
import type { StepVerdict } from "../runners/step-run.ts";

/** Pause before the first retry in milliseconds where a step does not say; it doubles for each further one. */
const RETRY_DELAY_MS = 1_000;

/**
 * How often a step may be tried again after an attempt. Pure.
 *
 * @param last - how the attempt ended; `undefined` where its time was up
 */
export function retriesAfter(
  { retries, retryOnExitCodes }: Pick<Step, "retries" | "retryOnExitCodes">,
  last: Pick<StepVerdict, "outcome" | "exitCode" | "signal"> | undefined,
): number {
  // Asking again at once would not bring the answer that an inconclusive attempt lacked.
  if (last?.outcome === "inconclusive") return 0;
  if (retryOnExitCodes === undefined) return retries;
  const code = last?.outcome === "failed" ? exitCodeOf(last) : undefined;
  return code !== undefined && retryOnExitCodes.includes(code) ? retries : 0;
}

/** Pause before a retry in milliseconds. Pure. @param attempt - the attempt that failed, from 1 */
export function retryDelayMs({ retryDelayMs: given }: Pick<Step, "retryDelayMs">, attempt: number): number {
  return given ?? Math.min(RETRY_DELAY_MS * 2 ** (attempt - 1), MAX_RETRY_DELAY_MS);
}

/** Of what was ended by a signal, the code that a shell gives for it. */
function exitCodeOf({ exitCode, signal }: Pick<StepVerdict, "exitCode" | "signal">): number | undefined {
  if (exitCode !== undefined || signal === undefined) return exitCode;
  const number = constants.signals[signal as NodeJS.Signals];
  return number === undefined ? undefined : 128 + number;
}
