/** Codes of what the program itself tells; each has a heading in `docs/errors.md`, as those of the engine have. */
export type CliErrorCode =
  | "CLI_USAGE"
  | "CLI_INTERNAL"
  /** Standard output could not be written. */
  | "CLI_OUTPUT_INCOMPLETE";
