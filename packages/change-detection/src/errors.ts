import type { UnknownCode } from "./change.ts";

/** Code of a {@link ChangeDetectionError}. */
export type ChangeDetectionErrorCode = "CHANGE_DETECTION_UNREADABLE_OUTPUT" | "CHANGE_DETECTION_UNREADABLE_TREE";

/**
 * Something that git has cannot be read.
 *
 * - `CHANGE_DETECTION_UNREADABLE_OUTPUT`: git printed something that is not in its documented format. `detectChanges()` and
 *   `inspectWorktree()` turn it into a `git-failed` or `git-too-old` result.
 * - `CHANGE_DETECTION_UNREADABLE_TREE`: a commit, or a file of one, that `openCommitTree()` was asked for.
 */
export class ChangeDetectionError extends Error {
  override readonly name = "ChangeDetectionError";
  readonly code: ChangeDetectionErrorCode;
  /** Character offset, in the piece that was read, of the record that cannot be read. */
  readonly offset: number | undefined;
  /** Why the repository gives no answer, in the terms of a `ChangesUnknown`, where that is the trouble. */
  readonly unknownCode: UnknownCode | undefined;

  constructor(
    message: string,
    details: {
      readonly code?: ChangeDetectionErrorCode | undefined;
      readonly offset?: number | undefined;
      readonly unknownCode?: UnknownCode | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = details.code ?? "CHANGE_DETECTION_UNREADABLE_OUTPUT";
    this.offset = details.offset;
    this.unknownCode = details.unknownCode;
  }
}

/** An error for a commit or a file of it that cannot be read. */
export function unreadableTree(why: string, unknownCode?: UnknownCode, options?: ErrorOptions): ChangeDetectionError {
  const code = "CHANGE_DETECTION_UNREADABLE_TREE";
  return new ChangeDetectionError(`Cannot read commit tree: ${why}`, { code, unknownCode }, options);
}
