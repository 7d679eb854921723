/** One line of a hunk, without its mark and line break. */
export interface HunkLine {
  /** In both versions, only in the new one, or only in the old one. */
  readonly kind: "kept" | "added" | "removed";
  /** The text. */
  readonly text: string;
}

/** A changed region of a file, with the lines around it that the diff shows. Lines are counted from 1. */
export interface Hunk {
  /** First line in the old version; where it has none, the line before the region. */
  readonly oldStart: number;
  /** Lines in the old version. */
  readonly oldCount: number;
  /** First line in the new version; where it has none, the line before the region. */
  readonly newStart: number;
  /** Lines in the new version. */
  readonly newCount: number;
  /** The lines in order. */
  readonly lines: readonly HunkLine[];
}
