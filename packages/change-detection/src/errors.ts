/** Code of a {@link ChangeDetectionError}. */
export type ChangeDetectionErrorCode = "CHANGE_DETECTION_UNREADABLE_OUTPUT";

/**
 * git printed something that is not in its documented format. `detectChanges()` and `inspectWorktree()` turn it into a
 * `git-failed` or `git-too-old` result, so it reaches nobody who does not parse git's output with this package's own parsers.
 */
export class ChangeDetectionError extends Error {
  override readonly name = "ChangeDetectionError";
  readonly code: ChangeDetectionErrorCode;
  /** Byte or character offset of the record that cannot be read. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options);
    this.code = "CHANGE_DETECTION_UNREADABLE_OUTPUT";
    this.offset = offset;
  }
}
