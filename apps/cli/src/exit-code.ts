import type { RunStatus } from "@ai-workflow/engine";

/** Exit codes of the program, as documented. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  inconclusive: 3,
  internal: 70,
  /** Another run of the same target goes on. */
  locked: 75,
} as const;

/** How the exit code of a run is chosen. */
export interface ExitOptions {
  /** `partial` counts as incomplete: exit code 3 instead of 0. */
  readonly requireComplete: boolean;
  /** Whether steps did not start because others did not pass. */
  readonly leftOut: boolean;
  /** What an inconclusive run counts as. */
  readonly inconclusive: "pass" | "fail" | "report";
  /** The signal that cancelled the run, where one did. */
  readonly signal: NodeJS.Signals | undefined;
}

const SIGNAL_NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** The exit code of a finished run. */
export function exitCodeOf(status: RunStatus, options: ExitOptions): number {
  switch (status) {
    case "passed":
      return EXIT.ok;
    case "failed":
      return EXIT.failed;
    case "partial":
      return options.requireComplete ? EXIT.inconclusive : EXIT.ok;
    case "inconclusive":
      if (options.inconclusive === "pass" && options.leftOut && options.requireComplete) return EXIT.inconclusive;
      return { pass: EXIT.ok, fail: EXIT.failed, report: EXIT.inconclusive }[options.inconclusive];
    case "cancelled":
      return exitCodeOfSignal(options.signal);
  }
}

/** The exit code of what a signal cancelled; that of SIGINT where no signal is known. */
export function exitCodeOfSignal(signal: NodeJS.Signals | undefined): number {
  return 128 + ((signal === undefined ? undefined : SIGNAL_NUMBERS[signal]) ?? 2);
}
