import path from "node:path";
import {
  findTarget,
  watchWorkflow,
  type FailurePolicy,
  type LoadedWorkflow,
  type RunEvent,
  type WatchEvent,
} from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import type { Concurrency } from "../concurrency.ts";
import { EXIT, exitCodeOfSignal } from "../exit-code.ts";
import { renderJson } from "../render/json.ts";
import { createStyle } from "../render/style.ts";
import { renderWatch, type LastRun } from "../render/watch.ts";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { SIGNALS } from "../process/cancel-on-signal.ts";
import { parallelSteps } from "./parallel-steps.ts";
import { readTarget } from "../target/read-target.ts";
import { runAndReport } from "./run-and-report.ts";
import { RUN_DEFAULTS } from "./run-defaults.ts";
import type { ProgressFlags } from "../live/start-progress.ts";

/** Options of `watch` as commander hands them over. */
interface WatchFlags extends ProgressFlags {
  readonly steps?: readonly string[];
  readonly target?: string;
  readonly base?: string;
  readonly since?: string;
  readonly poll?: number;
  readonly concurrency?: Concurrency;
  readonly continue?: FailurePolicy;
  readonly json?: boolean;
}

/** `ai-workflow watch`: as `run`, again and again, until a signal ends it. Asks nothing, and starts no stage that waits for a person. */
export async function watchCommand(stepArguments: readonly string[], given: object): Promise<void> {
  const flags = given as WatchFlags;
  const directory = findTarget(path.resolve(flags.target ?? "."), { exact: flags.target !== undefined });
  const steps = [...stepArguments, ...(flags.steps ?? [])];
  const ending = endOnSignal();
  const { stdin, stderr } = process;
  const hasKeys = stdin.isTTY && stderr.isTTY && flags.json !== true;
  let isFirst = true;
  let isForced = false;
  let last: LastRun | undefined;
  let print = toStandardError;
  const run = async (
    loaded: LoadedWorkflow,
    signal: AbortSignal,
    onEvent: (event: RunEvent) => void,
  ): Promise<void> => {
    const force = isForced;
    isForced = false;
    const options = {
      loaded,
      force,
      toolVersion: VERSION,
      steps: steps.length === 0 ? undefined : steps,
      maxParallel: flags.concurrency === undefined ? undefined : parallelSteps(flags.concurrency),
      onFailure: flags.continue,
      base: flags.base ?? flags.since,
      // Slow runs while somebody works are nobody else's business.
      raiseAlerts: false,
      signal,
      onEvent,
      ...bundledFiles(),
    };
    try {
      const reported = { ...flags, inconclusive: RUN_DEFAULTS.inconclusive, annotations: false };
      const { record } = await runAndReport(options, reported, (printer) => {
        print = printer;
      });
      last = { status: record.status, at: new Date() };
      isFirst = false;
    } catch (error) {
      if (!(error instanceof CancelledError)) throw isFirst ? new RefusedError(error) : error;
    } finally {
      print = toStandardError;
    }
  };
  const style = createStyle(process.stderr.isTTY, process.env);
  const onEvent = (event: WatchEvent): void => {
    if (event.type === "run-due") last = undefined;
    if (flags.json === true) {
      process.stdout.write(renderJson(forJson(event)));
      return;
    }
    const text = renderWatch(event, style, {
      isQuiet: flags.quiet === true,
      last,
      keys: stdin.isRaw ? hint : undefined,
    });
    if (text !== undefined) print(text);
  };
  let again = (): void => undefined;
  const { hearKeys, KEYS_HINT: hint } = hasKeys ? await import("./watch-keys.ts") : {};
  const stopKeys = hearKeys?.({
    again: () => again(),
    all: () => {
      isForced = true;
      again();
    },
    quit: ending.quit,
  });
  try {
    await watchWorkflow({
      directory,
      load: () => readTarget(directory),
      run,
      signal: ending.signal,
      onEvent,
      onBegin: (ask) => (again = ask),
      pollMs: flags.poll,
    });
  } catch (error) {
    throw error instanceof RefusedError ? error.cause : error;
  } finally {
    stopKeys?.();
    const received = ending.stop();
    process.exitCode = received === undefined ? EXIT.ok : exitCodeOfSignal(received);
  }
}

/** What the first run throws ends the watch: such as a step that does not exist, which no change of files mends. */
class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(cause: unknown) {
    super("the first run was refused", { cause });
  }
}

function toStandardError(text: string): void {
  process.stderr.write(text);
}

/** An error has a message of its own that JSON would leave out. */
function forJson(event: WatchEvent): { readonly [key: string]: unknown; readonly version?: undefined } {
  if (event.type !== "run-refused") return { ...event };
  const { code, message, hint, problems } = event.error;
  return { ...event, error: { code, message, hint, problems } };
}

/** Listens for signals, which a run also hears and tells of, and for the end of whoever reads standard output. */
function endOnSignal(): {
  readonly signal: AbortSignal;
  /** Ends it without a signal. */
  readonly quit: () => void;
  readonly stop: () => NodeJS.Signals | undefined;
} {
  const ending = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    received ??= signal;
    ending.abort();
  };
  const onError = (): void => ending.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.stdout.on("error", onError);
  return {
    signal: ending.signal,
    quit: () => ending.abort(),
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.stdout.off("error", onError);
      return received;
    },
  };
}
