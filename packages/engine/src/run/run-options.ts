import type { RunRecord } from "@ai-workflow/profiler";
import type { FailurePolicy, Objective } from "../config/config.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { RunEvent } from "./events.ts";

/** Options of {@link runWorkflow} and {@link planWorkflow}. */
export interface RunOptions {
  readonly loaded: LoadedWorkflow;
  /** Version of the program, for the record. */
  readonly toolVersion: string;
  /** Only these steps. @defaultValue all */
  readonly steps?: readonly string[] | undefined;
  /** Run everything, whatever is proved. @defaultValue false */
  readonly force?: boolean | undefined;
  /** All optimisations and every cache off: what a plain pipeline would do. @defaultValue false */
  readonly baseline?: boolean | undefined;
  /** @defaultValue what the configuration says */
  readonly smartExecution?: boolean | undefined;
  /** @defaultValue what the configuration says */
  readonly parallelExecution?: boolean | undefined;
  /** @defaultValue what the configuration says */
  readonly multiStage?: boolean | undefined;
  /** @defaultValue what the configuration says */
  readonly mlOptimize?: boolean | undefined;
  /** Where the compiled worker that trains predictions is; a bundle passes its own copy. @defaultValue the one of the ml-predictor package */
  readonly predictorWorker?: URL | undefined;
  /** Stages that wait for a person and that a person approved, or all of them. @defaultValue none */
  readonly approved?: readonly string[] | "all" | undefined;
  /**
   * The record of a run that waits for a person, to go on with: what passed there is not run again, as far as it would be the same.
   * @defaultValue none
   */
  readonly continues?: RunRecord | undefined;
  /** Tell the channels of the configuration's alerts; a run that only measures does not. @defaultValue true */
  readonly raiseAlerts?: boolean | undefined;
  /** Steps at the same time. @defaultValue configuration, then the number of CPUs */
  readonly maxParallel?: number | undefined;
  /** What the order of steps is for: that the run is over early, or that a failing one is known early. @defaultValue configuration, then `"makespan"` */
  readonly objective?: Objective | undefined;
  /** Start pure steps of later stages in free slots, before their stage does. @defaultValue what the configuration says */
  readonly speculation?: boolean | undefined;
  /** @defaultValue what the pipeline of the configuration says, then `"never"` */
  readonly onFailure?: FailurePolicy | undefined;
  /** Ref to compare with. @defaultValue configuration, then found from CI, remote or branch */
  readonly base?: string | undefined;
  /** Environment of the steps. @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Look after every step what it edited, one step at a time; one that edits what it does not say fails. @defaultValue false */
  readonly strict?: boolean | undefined;
  /**
   * Which findings of modules count: all, or those in files that changed, so that others become notes. Where it is unknown what changed, all do.
   * @defaultValue `"all"`
   */
  readonly findings?: "all" | "changed" | undefined;
  /** Time that the steps may take, in milliseconds: what is worth least for its time is left out. @defaultValue none */
  readonly budgetMs?: number | undefined;
  /** Share of the steps that would be left out and run all the same, to see whether that would be right, from 0 to 1. @defaultValue configuration, then 0 */
  readonly shadow?: number | undefined;
  /** Go on with a run that was killed, where it was. @defaultValue true */
  readonly resume?: boolean | undefined;
  /** Wait for another run of the same target, rather than to refuse. @defaultValue true */
  readonly wait?: boolean | undefined;
  /** Cancels the run: nothing more starts, what runs is ended, the record is written. */
  readonly signal?: AbortSignal | undefined;
  /** Called in order for everything that happens; must not throw. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Monotonic clock in milliseconds. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Wall clock in milliseconds since 1970. @defaultValue `Date.now` */
  readonly wallNow?: (() => number) | undefined;
  /** What steps of models may do with the cache of answers. @defaultValue `"on"`, or `"off"` where the configuration or `baseline` says so */
  readonly aiCache?: "on" | "off" | "read-only" | "refresh" | "replay" | undefined;
  /** Folder of the prompt templates that come with the program; a bundle passes its own copy. @defaultValue those of the ai-client package */
  readonly shippedPrompts?: URL | undefined;
  /** Where the compiled worker of module steps is, with `module-host` beside it; a bundle passes its own copies. @defaultValue the one of this package */
  readonly moduleWorker?: URL | undefined;
}
