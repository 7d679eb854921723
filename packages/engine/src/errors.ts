/** Codes of {@link EngineError}; each has a heading in `docs/errors.md`. */
export type EngineErrorCode =
  | "ENGINE_CONFIG_MISSING"
  | "ENGINE_CONFIG_UNREADABLE"
  | "ENGINE_FILE_EXISTS"
  | "ENGINE_CONFIG_INVALID"
  | "ENGINE_AI_INVALID"
  | "ENGINE_ALERTS_MISSING"
  | "ENGINE_DATA_UNREADABLE"
  | "ENGINE_ENVIRONMENT_INVALID"
  | "ENGINE_COPY_FAILED"
  | "ENGINE_OUTPUT_UNWRITABLE"
  | "ENGINE_REPOSITORY_MISSING"
  | "ENGINE_REVISION_UNKNOWN"
  | "ENGINE_FORMAT_UNKNOWN"
  | "ENGINE_LOCKED"
  | "ENGINE_NOTHING_WAITS"
  | "ENGINE_RUN_MISSING"
  | "ENGINE_RUN_UNREADABLE"
  | "ENGINE_UNITS_UNREADABLE"
  | "ENGINE_UNKNOWN_STEP"
  | "ENGINE_TARGET_MISSING"
  | "ENGINE_STATE_NEWER"
  | "ENGINE_STATE_BLOCKED";

/** One place in a file that is wrong, with what is wrong there. */
export interface Problem {
  /** Path of the file as the user would type it. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line?: number | undefined;
  /** Column, counted from 1. */
  readonly column?: number | undefined;
  readonly message: string;
}

/** A state of configuration or state folder that stops a run before it starts; the caller may branch on `code`. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  /** What to do about it, in one sentence. */
  readonly hint: string;
  /** The places in files that are wrong, where there are any. */
  readonly problems: readonly Problem[];

  constructor(
    code: EngineErrorCode,
    message: string,
    details: { readonly hint: string; readonly problems?: readonly Problem[] | undefined; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}
