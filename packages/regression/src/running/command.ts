import type { Measurement } from "../comparing/measurement.ts";
import type { LeftProcess } from "./end-marked-processes.ts";

/** A command to measure. */
export interface Command {
  /** Program, found on the `PATH`; or a line for `sh -c` when `shell` is set. Must not begin with `-`. */
  readonly command: string;
  /**
   * Arguments, passed on as they are; with `shell` they are `$1`, `$2`, …
   * @defaultValue none
   */
  readonly args?: readonly string[] | undefined;
  /**
   * Folder it runs in.
   * @defaultValue that of this process
   */
  readonly cwd?: string | undefined;
  /**
   * Its whole environment.
   * @defaultValue that of this process
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Take `command` for a line of shell.
   * @defaultValue false
   */
  readonly shell?: boolean | undefined;
  /**
   * Which of the processes that it leaves behind may stay, such as a build daemon.
   * @defaultValue none
   */
  readonly keeps?: ((left: LeftProcess) => boolean) | undefined;
}

/** Why a run cannot be counted. */
export interface RunFailure {
  readonly reason:
    /** It ended with another exit code than 0; 128 + n when killed by signal n. */
    | "exit"
    | "timed-out"
    | "aborted"
    /** The measuring shell could not be started, or did not tell the times. */
    | "not-measured";
  readonly exitCode?: number | undefined;
  /** In words. */
  readonly message: string;
  /** The end of what it wrote to standard error. */
  readonly errorTail: string;
}

/** How a run ended. */
export type RunOutcome =
  | { readonly status: "passed"; readonly measurement: Measurement }
  | ({ readonly status: "failed" } & RunFailure);

/** How a run is bounded. */
export interface RunLimits {
  /** Ends the run, and everything it started, after this many milliseconds; `undefined` for never. */
  readonly timeoutMs?: number | undefined;
  /** Ends the run when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command once and measures it. Never rejects for what the command does. */
export type Runner = (command: Command, limits: RunLimits) => Promise<RunOutcome>;
