import type { RunEvent, StepRecord } from "@ai-workflow/engine";
import { isTrouble as isAlertTrouble } from "../render/alert.ts";
import { createEtaFilter } from "../render/eta-filter.ts";
import { renderProgress } from "../render/progress.ts";
import { createSight } from "../render/sight.ts";
import { renderStepLog, type OutputLogs } from "../render/step-log.ts";
import { createStyle } from "../render/style.ts";

/** How much of the progress is told. */
export interface ProgressFlags {
  readonly outputLogs: OutputLogs;
  /** `stream`: what steps print is printed while they run, line by line, instead of at the end of each. */
  readonly logOrder?: "grouped" | "stream";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Tells on standard error how a run goes. */
export interface Progress {
  readonly note: (event: RunEvent) => void;
  /** Prints a text that ends with a line end. */
  readonly print: (text: string) => void;
  /** Takes away what would stand in the way of others, before the program is stopped. */
  readonly hide: () => void;
  /** The program goes on. */
  readonly show: () => void;
  readonly stop: () => void;
  /** The failed steps whose output was printed and is out of sight once so many lines more are printed. */
  readonly outOfSight: (linesMore: number) => readonly StepRecord[];
}

/** Something that shows what goes on right now, beside the lines about what happened, and prints where that is not in the way. */
type Present = Omit<Progress, "outOfSight">;

/**
 * Begins to tell of a run: a line for each thing that happens and output of steps as it was asked for; on a terminal also, below these, what
 * goes on right now, and elsewhere a line after each half minute of silence.
 *
 * @param originMs - when the run started, on this process's clock of `performance.now()`. Default: by the first event
 */
export async function startProgress(flags: ProgressFlags, originMs?: number): Promise<Progress> {
  const { stderr, env } = process;
  const style = createStyle(stderr.isTTY, env);
  // A terminal that cannot move its cursor is a log.
  const isLive = stderr.isTTY && env["TERM"] !== "dumb" && flags.quiet !== true;
  const present = presentLater({ isLive, isQuiet: flags.quiet === true, originMs }, (text) => stderr.write(text));
  // Steps whose output was not asked for are silent in any order.
  const stream =
    flags.logOrder === "stream" && flags.outputLogs !== "none"
      ? (await import("./stream-logs.ts")).streamLogs((text) => print(text))
      : undefined;
  let stateDirectory = "";
  const isWorthALine = createEtaFilter();
  const notices: RunEvent[] = [];
  const sight = createSight<StepRecord>(() => (stderr.isTTY ? stderr.rows : undefined));
  const print = (text: string): void => {
    sight.printed(text);
    present.print(text);
  };
  return {
    print,
    outOfSight: sight.outOfSight,
    hide: () => present.hide(),
    show: () => present.show(),
    stop() {
      stream?.stop();
      present.stop();
    },
    note(event) {
      stream?.note(event);
      if (event.type === "decided") ({ stateDirectory } = event);
      const isShown = isLive && flags.verbose !== true && (event.type === "eta" || event.type === "step-started");
      const isSilent = isShown || (event.type === "eta" && !isWorthALine(event));
      // What is amiss beside the steps is worth a line only where the run does not pass.
      if (flags.quiet === true && event.type === "notice") notices.push(event);
      const isOver = flags.quiet === true && event.type === "finished" && event.record.status !== "passed";
      for (const notice of isOver ? notices : []) print(`${renderProgress(notice, style, false) ?? ""}\n`);
      if (!isSilent && (flags.quiet !== true || isTrouble(event))) {
        const line = renderProgress(event, style, flags.verbose === true);
        if (line !== undefined) print(`${line}\n`);
      }
      const isStreamed = stream !== undefined && event.type === "step-finished" && event.step.startedMs !== undefined;
      const log =
        event.type === "step-finished" && !isStreamed
          ? renderStepLog(event.step, flags.outputLogs, stateDirectory)
          : "";
      // Writing nothing costs as much as writing a line.
      if (log !== "") print(log);
      if (event.type === "step-finished" && flags.outputLogs !== "none" && isFailure(event.step)) {
        sight.mark(event.step);
      }
      present.note(event);
    },
  };
}

/** What is told although nothing but trouble is to be; the end of a run tells of steps. */
function isTrouble(event: RunEvent): boolean {
  return event.type === "waiting" || (event.type === "alerts" && isAlertTrouble(event.report));
}

function isFailure({ outcome }: StepRecord): boolean {
  return outcome === "failed" || outcome === "timed-out";
}

function nothing(): void {
  // There is nothing to do.
}

/** Loads what shows the present once a step starts: a run with nothing to do has no use for it. */
function presentLater(
  {
    isLive,
    isQuiet,
    originMs,
  }: { readonly isLive: boolean; readonly isQuiet: boolean; readonly originMs: number | undefined },
  write: (text: string) => void,
): Present {
  if (isQuiet) return { note: nothing, stop: nothing, hide: nothing, show: nothing, print: write };
  const before: RunEvent[] = [];
  let present: Present | undefined;
  let isLoading = false;
  let isOver = false;
  const load = async (): Promise<void> => {
    const loaded = isLive
      ? (await import("./live-run.ts")).startLiveRun(process.stderr, originMs)
      : // A line stays where it is, whoever else prints.
        { ...(await import("./heartbeat.ts")).startHeartbeat(write, originMs), hide: nothing, show: nothing };
    if (isOver) {
      loaded.stop();
      return;
    }
    for (const event of before.splice(0)) loaded.note(event);
    present = loaded;
  };
  return {
    note(event) {
      if (present !== undefined) {
        present.note(event);
        return;
      }
      before.push(event);
      if (event.type !== "step-started" || isLoading) return;
      isLoading = true;
      void load();
    },
    print(text) {
      if (present === undefined) write(text);
      else present.print(text);
    },
    hide: () => present?.hide(),
    show: () => present?.show(),
    stop() {
      isOver = true;
      present?.stop();
    },
  };
}
