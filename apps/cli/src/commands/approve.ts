import { findWaitingRun } from "@ai-workflow/engine";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { readTarget } from "../target/read-target.ts";
import { runAndReport, type RunReportFlags } from "./run-and-report.ts";
import { RUN_DEFAULTS } from "./run-defaults.ts";
import { stepOptionsOf, type StepFlags } from "../target/step-options.ts";

/** Options of `approve` as commander hands them over. */
interface ApproveFlags
  extends Pick<RunReportFlags, "json" | "quiet" | "verbose">, Pick<StepFlags, "apply" | "autoCommit"> {
  readonly target?: string;
  readonly run?: string;
  readonly wait?: boolean;
  readonly alerts?: boolean;
}

/** `ai-workflow approve`: goes on with a run in which a stage waits for a person. */
export async function approveCommand(stage: string | undefined, given: object): Promise<void> {
  const flags = given as ApproveFlags;
  const loaded = await readTarget(flags.target, { stepOptions: stepOptionsOf(flags) });
  const waiting = findWaitingRun({ directory: loaded.directory, run: flags.run, stage });
  const { outputLogs, inconclusive } = RUN_DEFAULTS;
  await runAndReport(
    {
      loaded,
      toolVersion: VERSION,
      ...waiting.options,
      wait: flags.wait,
      raiseAlerts: flags.alerts,
      ...bundledFiles(),
    },
    { ...flags, outputLogs, inconclusive },
  );
}
