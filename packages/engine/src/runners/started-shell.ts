/** A shell that was started, the leader of a process group of its own. */
export interface StartedShell {
  /** `undefined` where it could not be started. */
  readonly pid: number | undefined;
  /** Descriptor that its output goes to: that of the log, unless the disk is almost full. */
  readonly log: number;
  /** Lets one that is held begin. */
  goOn(): void;
  /** Whether `ended` is known. */
  readonly hasEnded: boolean;
  /** How it ended; never rejects. */
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly signal: string | undefined;
    /** The system's code, such as `E2BIG`, where it could not be started. */
    readonly errorCode: string | undefined;
  }>;
  /** Closes the log; to be called when it has ended. Gives what became of its output where not all of it was kept. */
  readonly close: () => string | undefined;
}
