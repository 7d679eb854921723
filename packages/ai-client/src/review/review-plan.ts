import type { LineRange, PromptFile, SourceRow } from "../prompts/prompt-file.ts";
import type { Hunk } from "./hunk.ts";

/** A file to be reviewed. */
export interface ReviewFile {
  /** Path relative to the repository, with `/`. */
  readonly path: string;
  /** Its text as it may be sent (redacted); empty for a deleted file. */
  readonly content: string;
  /** What changed, to review only that. Hunks that do not fit the text are ignored. @defaultValue the whole file is reviewed */
  readonly hunks?: readonly Hunk[] | undefined;
  /** Files of a higher number come first, whatever they are. @defaultValue 0 */
  readonly priority?: number | undefined;
  /** `code`, `docs`, `tests`, `config`, `ci`, `dependencies`, `assets` or `other`. @defaultValue told by the path */
  readonly category?: string | undefined;
}

/** Part of a file in a {@link ReviewChunk}. */
export interface ReviewPart extends PromptFile {
  /** The rows that this part was made for; the others are there to understand them. Of all parts together each such row is in one. */
  readonly reviewedRows: readonly SourceRow[];
  /** The same as line numbers. */
  readonly reviewedLines: readonly LineRange[];
}

/** What one prompt holds. */
export interface ReviewChunk {
  /** In order of relevance. No path is there twice. */
  readonly parts: readonly ReviewPart[];
  /** About how many tokens the prompt takes, what was said to be overhead included. */
  readonly estimatedTokens: number;
}

/** Why something was not reviewed: a line alone is larger than a prompt may be, there were too many requests, or no answer came. */
export type NotReviewedReason = "too-large" | "limit" | "no-answer";

/** Lines that nobody has looked at. Never to be shown as clean. */
export interface NotReviewed {
  /** The file. */
  readonly path: string;
  /** Its lines, in order. */
  readonly lines: readonly LineRange[];
  /** How many lines that the change removed were not looked at either. */
  readonly removedLineCount: number;
  /** Why. */
  readonly reason: NotReviewedReason;
}

/** How much of what was to be reviewed was. Lines that the change removed count as lines. */
export interface ReviewCoverage {
  /** Files with lines to review. */
  readonly fileCount: number;
  /** Of these, files of which every line is reviewed. */
  readonly wholeFileCount: number;
  /** Lines to review. */
  readonly lineCount: number;
  /** Of these, the lines that are reviewed. */
  readonly reviewedLineCount: number;
  /** The second over the first, from 0 to 1; 1 where there is nothing to review. */
  readonly share: number;
}

/** Who is asked about what. */
export interface ReviewPlan {
  /** One prompt each, most relevant first. */
  readonly chunks: readonly ReviewChunk[];
  /** What fits nowhere. */
  readonly notReviewed: readonly NotReviewed[];
  /** How much is reviewed if every chunk is answered. */
  readonly coverage: ReviewCoverage;
}
