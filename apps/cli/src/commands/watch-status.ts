import { followRun, readRunRecord, type FollowedRun, type FollowRunOptions, type RunRecord } from "@ai-workflow/engine";
import { EXIT, exitCodeOf, exitCodeOfSignal } from "../exit-code.ts";
import { afterEvent, NOTHING_YET } from "../live/live-state.ts";
import { renderRunning } from "../live/render-running.ts";
import { renderJson } from "../render/json.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";
import { recordFileOf } from "../target/record-file-of.ts";
import { cancelOnSignal } from "../process/cancel-on-signal.ts";
import { RUN_DEFAULTS } from "./run-defaults.ts";
import { startProgress, type Progress } from "../live/start-progress.ts";

/**
 * `ai-workflow status --watch`: shows the run that another process does, as that process would, until it ends, and ends with its exit code. Where
 * none goes on that is told, and the last one stands for it.
 */
export async function watchStatus(directory: string, json: boolean): Promise<void> {
  const shown = createShown();
  const ending = cancelOnSignal("no longer followed, the run goes on", shown.print);
  const options = { directory, signal: ending.signal };
  const followed = await followRun({ ...options, ...(json ? JSON_LINES : shown.options) }).finally(shown.stop);
  const received = ending.stop();
  if (followed.state === "left") {
    process.exitCode = exitCodeOfSignal(received);
    return;
  }
  const end = followed.state === "none" ? { ...followed, record: readRunRecord({ directory }) } : followed;
  if (json) printEnd(end);
  else renderEnd(end, directory);
  process.exitCode = end.state === "unrecorded" ? EXIT.inconclusive : exitCodeOfRecord(end.record);
}

/** How a run that was followed to its end, or the last one, came out. */
type End =
  | Exclude<FollowedRun, { readonly state: "none" | "left" }>
  | { readonly state: "none"; readonly record: RunRecord };

type Listeners = Pick<FollowRunOptions, "onFound" | "onCaughtUp" | "onEvent">;

const JSON_LINES: Listeners = {
  onFound: (run) => void process.stdout.write(renderJson({ type: "following", run })),
  onEvent: (event) => void process.stdout.write(renderJson({ ...event })),
};

/** Lines on standard error about what happened and happens, on a terminal with what goes on right now below them. */
function createShown(): {
  readonly options: Listeners;
  readonly print: (text: string) => void;
  readonly stop: () => void;
} {
  const { stderr, env } = process;
  const isLive = stderr.isTTY && env["TERM"] !== "dumb";
  let progress: Progress | undefined;
  let originMs = 0;
  let state = NOTHING_YET;
  const print = (text: string): void => {
    if (progress === undefined) stderr.write(text);
    else progress.print(text);
  };
  return {
    print,
    stop: () => progress?.stop(),
    options: {
      async onFound({ runId, pid, since, alive }) {
        if (!alive) return;
        originMs = performance.now() - Math.max(0, Date.now() - Date.parse(since));
        progress = await startProgress(RUN_DEFAULTS, originMs);
        print(`following run ${runId} (process ${pid}); Ctrl-C leaves it alone\n`);
      },
      onEvent(event) {
        state = afterEvent(state, event);
        progress?.note(event);
      },
      onCaughtUp() {
        const line =
          isLive || progress === undefined ? undefined : renderRunning(state.running, performance.now() - originMs);
        if (line !== undefined) print(`${line}\n`);
      },
    },
  };
}

function renderEnd(end: End, directory: string): void {
  const style = createStyle(process.stdout.isTTY, process.env);
  const note = {
    none: () => "no run goes on; the last one:",
    finished: () => undefined,
    killed: () => style.red(`run ${runIdOf(end)} was killed before its end; the next run goes on where it was`),
    unrecorded: () => style.red(`run ${runIdOf(end)} ended and left no record`),
  }[end.state]();
  if (note !== undefined) process.stderr.write(`${note}\n`);
  if (end.state === "unrecorded" || end.record === undefined) return;
  process.stdout.write(
    renderSummary(end.record, style, { quiet: false, recordFile: recordFileOf(end.record, directory) }),
  );
}

/** What the events of the run did not tell. */
function printEnd(end: End): void {
  if (end.state === "finished") return;
  const { state: type } = end;
  const record = end.state === "unrecorded" ? undefined : end.record;
  process.stdout.write(renderJson({ type, runId: runIdOf(end), ...(record === undefined ? {} : { record }) }));
}

function runIdOf(end: End): string {
  return "run" in end ? end.run.runId : end.record.runId;
}

/** By the record: what flags of that run made of it is not known. A run that was killed is one that a signal cancelled. */
function exitCodeOfRecord(record: RunRecord | undefined): number {
  const { status = "cancelled", steps = [] } = record ?? {};
  return exitCodeOf(status, {
    leftOut: steps.some(({ outcome }) => outcome === "cancelled"),
    requireComplete: false,
    inconclusive: RUN_DEFAULTS.inconclusive,
    signal: undefined,
  });
}
