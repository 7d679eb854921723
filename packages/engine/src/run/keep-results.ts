import { setTimeout as sleep } from "node:timers/promises";
import type { FileEntry } from "@ai-workflow/change-detection";
import type { NoticeRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import type { CapturedOutputs } from "../outputs/capture-outputs.ts";
import type { ResultStore } from "../results/result-store.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { ChangedPaths } from "../selection/changed-paths.ts";
import { fingerprintSteps, type Runtime, type StepPrints } from "../selection/fingerprint.ts";
import type { Relevance } from "../selection/relevance.ts";

/** A step that passed, to be stored if its inputs are still what they were. */
export interface PassedStep {
  readonly step: Step;
  readonly success: StoredSuccess;
  readonly logFile: string;
  /** Called when it has been stored. */
  readonly stored?: (() => void) | undefined;
}

/** A step that failed, to be remembered if its inputs are still what they were. */
export interface FailedStep {
  readonly step: Step;
  readonly fingerprint: string;
  /** Called when they are. */
  readonly confirmed: () => void;
}

/** Stores successes while the run goes on. */
export interface ResultKeeper {
  /** Takes a success; it is stored soon after. Never throws. */
  readonly passed: (step: PassedStep) => void;
  /** Takes a failure; its inputs are looked at soon after. Never throws. */
  readonly failed: (step: FailedStep) => void;
  /** Resolves when all that was taken is stored or given up with a notice. */
  readonly settle: () => Promise<void>;
}

/** What storing needs. */
export interface KeepResultsOptions {
  readonly store: Pick<ResultStore, "put">;
  /** Stores what is under the outputs of a step now. */
  readonly captureOutputs: (globs: readonly string[]) => CapturedOutputs;
  /** All steps of the workflow. */
  readonly steps: ReadonlyMap<string, Step>;
  readonly hashModule: (module: string) => string;
  readonly hashScript: (directory: string, script: string) => string;
  readonly describeModel: () => string;
  readonly relevances: ReadonlyMap<string, Relevance>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  /** What had changed when the steps were chosen. */
  readonly changed: ChangedPaths | undefined;
  /** What tools said of themselves when the steps were chosen. */
  readonly tools?: ReadonlyMap<string, string> | undefined;
  /** Lists the files as they are now. */
  readonly listFiles: () => Promise<readonly FileEntry[] | undefined>;
  readonly notice: (notice: NoticeRecord) => void;
  /** Milliseconds since any moment. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Waits; rejects when the signal aborts. @defaultValue a timer */
  readonly delay?: ((ms: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

/** A look starts processes of git. After each one a pause of so many times what it took: of a run they take a fifth at most. */
const PAUSE_FACTOR = 4;

/**
 * Time without a look before the first one and after each, in milliseconds. A run that is over sooner looks once, at its end; what passed
 * in one that is killed sooner is in its journal.
 */
const LEAST_PAUSE_MS = 1_000;

/**
 * A success is stored only when a second look at the inputs, taken after the step ended, gives the fingerprint that selection saw:
 * inputs edited meanwhile would make a stored result lie. Steps that end close together share one look, and looks are apart from each
 * other while steps run.
 */
export function createResultKeeper(options: KeepResultsOptions): ResultKeeper {
  const { now = () => performance.now(), delay = (ms, signal) => sleep(ms, undefined, { signal }) } = options;
  /** Aborted when nobody else will end: what is left is looked at without a pause. */
  let ending = new AbortController();
  let restUntil: number | undefined;
  let waiting: (PassedStep | FailedStep)[] = [];
  let looking: Promise<void> | undefined;
  let broken = false;

  const lookAtBatch = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    const files = await options.listFiles();
    const steps = batch.map((entry) => entry.step);
    const ids = steps.map((step) => step.id);
    const prints = files === undefined ? undefined : fingerprintSteps(options.steps, { ...options, files }, ids);
    if (prints === undefined) {
      const passed = batch.filter((entry) => "success" in entry).map((entry) => entry.step.id);
      if (passed.length === 0) return;
      options.notice({
        code: "inputs-unknown",
        message: `the inputs of ${passed.join(", ")} could not be listed again: the result is not kept for replay`,
      });
      return;
    }
    for (const entry of batch) {
      const print = prints.get(entry.step.id);
      if ("success" in entry) keep(entry, print);
      else if (print?.fingerprint === entry.fingerprint) entry.confirmed();
    }
  };

  const keep = (entry: PassedStep, print: StepPrints | undefined): void => {
    if (print?.fingerprint !== entry.success.fingerprint) {
      options.notice({
        code: "inputs-changed",
        message: `${entry.step.id} passed, but its inputs are not what they were when the run began: the result is not kept for replay`,
      });
      return;
    }
    const { outputs } = entry.step;
    const captured = outputs.length === 0 ? undefined : options.captureOutputs(outputs);
    if (captured?.captured === false) {
      const message = `${entry.step.id} passed, but is not kept for replay: ${captured.because}`;
      options.notice({ code: "outputs-not-kept", message });
      return;
    }
    options.store.put({ ...entry.success, outputs: captured?.manifest }, entry.logFile);
    entry.stored?.();
  };

  const rest = async (): Promise<void> => {
    const leftMs = (restUntil ?? Number.NEGATIVE_INFINITY) - now();
    if (!(leftMs > 0) || ending.signal.aborted) return;
    try {
      await delay(leftMs, ending.signal);
    } catch {
      // Called off: the run ends.
    }
  };

  const look = async (): Promise<void> => {
    restUntil ??= now() + LEAST_PAUSE_MS;
    await rest();
    const begunAt = now();
    try {
      await lookAtBatch();
      const endedAt = now();
      restUntil = endedAt + Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * (endedAt - begunAt));
    } catch (error) {
      broken = true;
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      options.notice({ code: "results-not-kept", message: `results cannot be kept for replay (${why})` });
    }
    looking = waiting.length > 0 && !broken ? look() : undefined;
  };

  const take = (step: PassedStep | FailedStep): void => {
    if (broken) return;
    waiting.push(step);
    looking ??= look();
  };

  return {
    passed: take,
    failed: take,
    async settle() {
      ending.abort();
      for (let current = looking; current !== undefined; current = looking) await current;
      ending = new AbortController();
    },
  };
}
