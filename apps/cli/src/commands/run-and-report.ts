import path from "node:path";
import {
  checkOutput,
  runWorkflow,
  STATE_FOLDER_NAME,
  type RunEvent,
  type RunOptions,
  type RunResult,
} from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { EXIT, exitCodeOf } from "../exit-code.ts";
import type { ReportFile } from "../output/report-file.ts";
import { renderJson } from "../render/json.ts";
import { createStyle } from "../render/style.ts";
import { renderLastLines } from "../render/step-log.ts";
import { renderSummary } from "../render/summary.ts";
import { cancelOnSignal } from "../process/cancel-on-signal.ts";
import { startProgress, type Progress, type ProgressFlags } from "../live/start-progress.ts";

/** How a run is told of, and what its end counts as. */
export interface RunReportFlags extends ProgressFlags {
  readonly inconclusive: "pass" | "fail" | "report";
  readonly requireComplete?: boolean;
  readonly json?: boolean;
  /** Reports to write when it is over. */
  readonly report?: readonly ReportFile[];
  /** `false`: tell GitHub Actions nothing. */
  readonly annotations?: boolean;
}

/**
 * Runs the workflow and sets the exit code: progress goes to standard error, the result to standard output. Signals cancel it, and so does that of
 * the options.
 *
 * @param onPrinter - takes what others print with on standard error while the run is shown there
 */
export async function runAndReport(
  options: RunOptions,
  flags: RunReportFlags,
  onPrinter?: (print: Progress["print"]) => void,
): Promise<RunResult> {
  const files = flags.report ?? [];
  for (const { file } of files) checkOutput(path.resolve(file));
  const progress = flags.json === true ? undefined : await startProgress(flags);
  if (progress !== undefined) onPrinter?.(progress.print);
  const cancel = cancelOnSignal("ending the running steps", progress?.print);
  const tell = progress?.note ?? printJson;
  let suspension: Promise<() => void> | undefined;
  const onEvent = (event: RunEvent): void => {
    options.onEvent?.(event);
    tell(event);
    // A run without a step to run has nothing to stop but itself.
    if (event.type === "step-started") suspension ??= suspendWithSteps(progress);
  };
  const cancelled = options.signal === undefined ? cancel.signal : AbortSignal.any([options.signal, cancel.signal]);
  const result = await runWorkflow({ ...options, signal: cancelled, onEvent })
    .catch((error: unknown) => {
      const received = cancel.stop();
      // Cancelled while it waited for its turn.
      if (received !== undefined)
        throw new CancelledError(received, `cancelled by ${received}; nothing has run`, { cause: error });
      throw error;
    })
    .finally(() => {
      progress?.stop();
      void suspension?.then((end) => end());
    });
  const signal = cancel.stop();
  // Who ended it had a reason to, and a summary of what nobody asks for any more would hide that of the run to come.
  const isDropped = signal === undefined && options.signal?.aborted === true;
  if (flags.json !== true && !isDropped) {
    const recordFile = result.recordFile === undefined ? undefined : path.relative(process.cwd(), result.recordFile);
    const style = createStyle(process.stdout.isTTY, process.env);
    const { steps } = result.record;
    const unseen = progress?.outOfSight(steps.length) ?? [];
    const state = path.join(options.loaded.directory, STATE_FOLDER_NAME);
    const lastLines = unseen.length === 0 ? undefined : renderLastLines(unseen, state);
    process.stdout.write(renderSummary(result.record, style, { quiet: flags.quiet === true, recordFile, lastLines }));
  }
  process.exitCode = exitCodeOf(result.record.status, {
    leftOut: result.record.steps.some(({ outcome }) => outcome === "cancelled"),
    requireComplete: flags.requireComplete === true,
    inconclusive: flags.inconclusive,
    signal,
  });
  if (result.alerts?.fails === true && process.exitCode === EXIT.ok) process.exitCode = EXIT.failed;
  const github = flags.annotations !== false && process.env["GITHUB_ACTIONS"] === "true";
  if (files.length > 0 || github) {
    const { writeReports } = await import("../output/write-reports.ts");
    const areWritten = await writeReports(result.record, options.loaded.directory, { files, github });
    if (!areWritten && process.exitCode === EXIT.ok) process.exitCode = EXIT.usage;
  }
  return result;
}

/** Lets the steps stop and go on with the program. Resolves with a function that ends that. */
async function suspendWithSteps(progress: Progress | undefined): Promise<() => void> {
  const { onSuspend } = await import("../process/on-suspend.ts");
  return onSuspend({ before: () => progress?.hide(), after: () => progress?.show() });
}

function printJson(event: RunEvent): void {
  process.stdout.write(renderJson({ ...event }));
}
