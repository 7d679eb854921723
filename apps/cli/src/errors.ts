/** Codes of what the program itself tells; each has a heading in `docs/errors.md`, as those of the engine have. */
export type CliErrorCode =
  | "CLI_USAGE"
  /** What was to be measured failed or could not be checked out. */
  | "CLI_BENCH_FAILED"
  /** Hooks of git are not written, or not removed. */
  | "CLI_HOOKS_REFUSED"
  | "CLI_INTERNAL"
  /** Standard output could not be written. */
  | "CLI_OUTPUT_INCOMPLETE";
