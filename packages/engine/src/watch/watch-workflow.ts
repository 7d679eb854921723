import { existsSync, fstatSync, lstatSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { EngineError } from "../errors.ts";
import type { RunEvent } from "../run/events.ts";
import { diffFiles } from "../tree/diff-files.ts";
import { findRepository } from "./find-repository.ts";
import { createFolderWatches, type FolderWatches } from "./folder-watches.ts";
import { GitWork } from "./git-work.ts";
import { createChangeJudge, type ChangeJudge } from "./judge-changes.ts";
import { lookAtTree } from "./look-at-tree.ts";
import { advanceWatch, NEW_WATCH, type WatchAction, type WatchedChange, type WatchInput } from "./watch-machine.ts";
import type { WatchEvent } from "./watch-event.ts";
import { watchFolders } from "./watch-folders.ts";

/** Shortest time between two looks where the system tells nothing, in milliseconds. */
const POLL_MS = 1_000;

/** A look may take this share of the time. */
const POLL_SHARE = 0.1;

/** Ignored files that are remembered, so that they lead to no further look. */
const MAX_IGNORED = 10_000;

/** Options of {@link watchWorkflow}. */
export interface WatchOptions {
  /** Absolute path of the directory that holds the configuration. */
  readonly directory: string;
  /** Reads the configuration anew. */
  readonly load: () => Promise<LoadedWorkflow>;
  /** Runs the workflow; must end soon when `signal` aborts, and tell `onEvent` of every event. */
  readonly run: (loaded: LoadedWorkflow, signal: AbortSignal, onEvent: (event: RunEvent) => void) => Promise<unknown>;
  /** Ends the watch, and before it the run that goes on. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WatchEvent) => void;
  /** Is given a function that asks for a run although nothing has changed; a run that goes on is ended for it. */
  readonly onBegin?: ((again: () => void) => void) | undefined;
  /** Look at the tree so often, in milliseconds, instead of letting the system tell. @defaultValue the system tells */
  readonly pollMs?: number | undefined;
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Runs a workflow, and again whenever what changed may matter, until `signal` aborts. What an earlier run proved is replayed, so each run does
 * no more than the change needs. A run that its own steps' files have become stale for is cancelled; see `advanceWatch` for what leads to what.
 *
 * The system tells of changes by one watch a folder that git does not ignore; where it refuses (`ENOSPC` of Linux), the tree is looked at every
 * second or so.
 *
 * @throws what `run` and `load` throw, but no {@link EngineError}: that is told, and the next change tries again
 */
export function watchWorkflow(options: WatchOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const watch = new WorkflowWatch(options, resolve, reject);
    watch.begin();
  });
}

/** The hands of a watch: does what `advanceWatch` says, and tells it what happens. */
class WorkflowWatch {
  readonly #options: WatchOptions;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #folders: FolderWatches;
  #state = NEW_WATCH;
  #isOver = false;
  /** What the tree was when the last run began, and at the last look. */
  #before: readonly FileEntry[] | undefined;
  #latest: readonly FileEntry[] | undefined;
  #judge: ChangeJudge | undefined;
  #pollMs: number | undefined;
  #wakeTimer: NodeJS.Timeout | undefined;
  #pollTimer: NodeJS.Timeout | undefined;
  /** Paths that stirred since the last look began, relative to the target. */
  #stirred = new Set<string>();
  /** Files that git ignores, among folders that it does not. */
  #ignored = new Set<string>();
  /** Files that standard output and standard error go to. */
  readonly #printed = printedFiles();
  readonly #gitWork = new GitWork();
  #isAnnounced = false;
  #runs = 0;
  #cancelRun: AbortController | undefined;
  /** Steps of the present run that wait or run. */
  readonly #unfinished = new Set<string>();

  constructor(options: WatchOptions, resolve: () => void, reject: (error: unknown) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#pollMs = options.pollMs;
    this.#folders = createFolderWatches({
      onStir: (folder, name) => this.#stir(folder, name),
      onExhausted: (code) => this.#poll(code),
    });
  }

  begin(): void {
    const { signal } = this.#options;
    signal.addEventListener("abort", () => this.#send({ type: "stopped" }), { once: true });
    this.#options.onBegin?.(() => this.#send({ type: "asked" }));
    this.#send({ type: "begun" });
    if (signal.aborted) this.#send({ type: "stopped" });
  }

  #send(input: WithoutTime<WatchInput>): void {
    if (this.#isOver) return;
    const { state, actions } = advanceWatch(this.#state, { ...input, nowMs: performance.now() });
    this.#state = state;
    for (const action of actions) this.#do(action);
  }

  #do(action: WatchAction): void {
    switch (action.type) {
      case "wake":
        clearTimeout(this.#wakeTimer);
        this.#wakeTimer = setTimeout(
          () => this.#send({ type: "woke" }),
          Math.max(0, Math.ceil(action.atMs - performance.now())),
        );
        return;
      case "look":
        this.#carryOut(this.#look());
        return;
      case "run":
        this.#before = this.#latest;
        this.#carryOut(this.#run(action.paths));
        return;
      case "cancel":
        this.#options.onEvent({ type: "run-stale", run: this.#runs, paths: action.paths });
        this.#cancelRun?.abort();
        return;
      case "rest":
        this.#before = this.#latest;
        this.#options.onEvent({ type: "resting", run: this.#runs });
        return;
      case "unsettled":
        this.#options.onEvent({ type: "unsettled", paths: action.paths });
        return;
      case "end":
        this.#close();
        this.#resolve();
        return;
    }
  }

  #carryOut(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.#isOver) return;
      this.#close();
      this.#reject(error);
    });
  }

  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#wakeTimer);
    clearTimeout(this.#pollTimer);
    this.#folders.close();
  }

  async #look(): Promise<void> {
    const { directory, environment = process.env, signal } = this.#options;
    const stirred = this.#stirred;
    this.#stirred = new Set();
    const startMs = performance.now();
    const files = await this.#list({ directory, environment, signal });
    if (this.#isOver) return;
    if (this.#pollMs !== undefined) this.#pollLater(Math.max(this.#pollMs, (performance.now() - startMs) / POLL_SHARE));
    if (files === undefined) {
      this.#send({ type: "looked", changes: "unready" });
      return;
    }
    this.#latest = files;
    this.#before ??= files;
    this.#announce();
    this.#rememberIgnored(stirred, files);
    const paths = diffFiles(this.#before, files).filter((one) => this.#isOfInterest(one));
    this.#send({ type: "looked", changes: paths.map((one) => this.#judgeChange(one)) });
  }

  /** Watches and lists the tree; `undefined` where that has to wait. */
  async #list(where: Parameters<typeof lookAtTree>[0]): Promise<readonly FileEntry[] | undefined> {
    try {
      const gitFolder = findRepository(where.directory)?.gitFolder;
      if (this.#gitWork.isGoingOn(gitFolder, performance.now())) return undefined;
      if (this.#pollMs === undefined && existsSync(where.directory)) {
        await watchFolders(this.#folders, { ...where, files: this.#latest ?? [] });
      }
      return await lookAtTree(where);
    } catch (error) {
      // What goes while it is looked at is there, or gone, at the next look.
      if (where.signal.aborted || isOfFileSystem(error)) return undefined;
      throw error;
    }
  }

  /** What this program prints into a file of the tree is no change: it would print for ever. */
  #isOfInterest(changed: string): boolean {
    if (this.#judge?.isOfInterest(changed) === false) return false;
    const stat = lstatSync(path.join(this.#options.directory, changed), { throwIfNoEntry: false, bigint: true });
    return stat === undefined || !this.#printed.has(`${stat.dev}:${stat.ino}`);
  }

  #judgeChange(changed: string): WatchedChange {
    return this.#judge?.judge(changed, this.#unfinished) ?? { path: changed, by: "other", makesStale: true };
  }

  #announce(): void {
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    const { directory, onEvent } = this.#options;
    onEvent({ type: "watching", directory, folders: this.#folders.size(), pollMs: this.#pollMs });
  }

  #rememberIgnored(stirred: ReadonlySet<string>, files: readonly FileEntry[]): void {
    if ([...stirred].some((one) => path.posix.basename(one) === ".gitignore")) this.#ignored.clear();
    if (stirred.size === 0) return;
    const listed = new Set(files.map((file) => file.path));
    for (const one of stirred) {
      if (this.#ignored.size >= MAX_IGNORED) this.#ignored.clear();
      if (!listed.has(one) && isFile(path.join(this.#options.directory, one))) this.#ignored.add(one);
    }
  }

  #stir(folder: string, name: string | undefined): void {
    if (name !== undefined) {
      const { directory } = this.#options;
      const place = path.relative(directory, path.join(folder, name)).split(path.sep).join("/");
      if (place === STATE_FOLDER_NAME || name === ".git" || this.#ignored.has(place)) return;
      if (this.#state.phase === "running" && this.#judge?.isMade(place) === true) return;
      if (this.#stirred.size < MAX_IGNORED) this.#stirred.add(place);
    }
    this.#send({ type: "stirred" });
  }

  #poll(code: string): void {
    this.#pollMs ??= POLL_MS;
    this.#options.onEvent({ type: "polling", code, pollMs: this.#pollMs });
    this.#pollLater(this.#pollMs);
  }

  #pollLater(ms: number): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(() => {
      // Where no look follows, as while a run is being ended, nothing else would set it again.
      this.#pollLater(ms);
      this.#send({ type: "stirred" });
    }, ms);
  }

  async #run(paths: readonly string[]): Promise<void> {
    const { load, run, signal, onEvent } = this.#options;
    this.#runs += 1;
    onEvent({ type: "run-due", run: this.#runs, paths });
    const cancel = new AbortController();
    this.#cancelRun = cancel;
    try {
      this.#judge = undefined;
      const loaded = await load();
      this.#judge = createChangeJudge(loaded.workflow);
      this.#unfinished.clear();
      for (const id of loaded.workflow.steps.keys()) this.#unfinished.add(id);
      await run(loaded, AbortSignal.any([signal, cancel.signal]), (event) => this.#follow(event));
    } catch (error) {
      // A run that was cancelled while it waited for its turn rejects.
      if (!(error instanceof EngineError)) throw error;
      if (!signal.aborted && !cancel.signal.aborted) onEvent({ type: "run-refused", run: this.#runs, error });
    } finally {
      this.#unfinished.clear();
      this.#cancelRun = undefined;
    }
    this.#send({ type: "run-ended" });
  }

  #follow(event: RunEvent): void {
    if (event.type === "decided") {
      this.#unfinished.clear();
      for (const { stepId, action } of event.decisions) if (action === "run") this.#unfinished.add(stepId);
    } else if (event.type === "step-finished") {
      this.#unfinished.delete(event.step.id);
    }
  }
}

/** An `Omit` that keeps the members of a union apart. */
type WithoutTime<Input> = Input extends unknown ? Omit<Input, "nowMs"> : never;

function printedFiles(): ReadonlySet<string> {
  const files = new Set<string>();
  for (const descriptor of [1, 2]) {
    try {
      const { dev, ino } = fstatSync(descriptor, { bigint: true });
      files.add(`${dev}:${ino}`);
    } catch {
      // It is closed.
    }
  }
  return files;
}

function isFile(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false;
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
