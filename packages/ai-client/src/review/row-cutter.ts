import { NONCE_LENGTH } from "../prompts/nonce.ts";
import type { PromptFile, SourceRow } from "../prompts/prompt-file.ts";
import { renderFileBlock, renderGap, renderRow } from "../prompts/render-file-block.ts";
import type { ReviewRows } from "./review-rows.ts";

/** A stretch of rows to be reviewed, with rows around it; both `[start, end)` by index. */
export interface Piece {
  readonly reviewed: readonly [start: number, end: number];
  readonly shown: readonly [start: number, end: number];
}

/** How far up the beginning of the enclosing function is looked for, in lines. */
const MAX_CONTEXT_BEFORE = 10;
const CONTEXT_AFTER = 1;
/** Of the room for a piece, the part that rows to be reviewed may take where a stretch is cut, so that context has room. */
const CUT_SHARE = 0.85;
/** A stretch is cut in the last part of the room, where there is a good place for it. */
const EARLIEST_CUT_SHARE = 0.5;
/** A line that begins with no more than a closing bracket belongs to what is above it. */
const CLOSING = /^\s*[)\]}]/;

const NONCE = "0".repeat(NONCE_LENGTH);
const BLOCK_SEPARATOR_BYTES = 2;

function measure(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function indentOf(text: string): number | undefined {
  const indent = text.search(/\S/);
  return indent === -1 ? undefined : indent;
}

/** Cuts a file into pieces that fit a prompt. */
export class RowCutter {
  readonly #rows: readonly SourceRow[];
  readonly #targets: ReviewRows["targets"];
  readonly #file: Omit<PromptFile, "rows">;
  readonly #maxBytes: number;
  readonly #contextLines: number;
  /** The most that a block takes besides its rows. */
  readonly #frameBytes: number;
  /** The most that the word about rows left out takes. */
  readonly #gapBytes: number;
  /** Bytes of all rows before an index. */
  readonly #sums: number[] = [0];

  /** @param maxBytes room for a block, delimiters included */
  constructor(path: string, reviewRows: ReviewRows, maxBytes: number, contextLines: number) {
    this.#rows = reviewRows.rows;
    this.#targets = reviewRows.targets;
    this.#file = { path, lineCount: reviewRows.lineCount };
    this.#maxBytes = maxBytes;
    this.#contextLines = contextLines;
    const longest = { kind: "kept", line: reviewRows.lineCount + 1, text: "" } as const;
    const frame = renderFileBlock({ ...this.#file, rows: [longest] }, NONCE, "");
    this.#gapBytes = measure(renderGap(reviewRows.lineCount, reviewRows.lineCount)) + 1;
    this.#frameBytes = measure(frame) + BLOCK_SEPARATOR_BYTES;
    let sum = 0;
    for (const row of this.#rows) this.#sums.push((sum += measure(renderRow(row)) + 1));
  }

  /** How many lines the file has. */
  get lineCount(): number {
    return this.#file.lineCount;
  }

  /** The bytes that the block of these rows takes, with what parts it from the next. */
  measureBlock(rows: readonly SourceRow[]): number {
    return measure(renderFileBlock({ ...this.#file, rows }, NONCE)) + BLOCK_SEPARATOR_BYTES;
  }

  /** The most that a block of `[start, end)` takes, in constant time. */
  #boundStretch(start: number, end: number): number {
    return this.#frameBytes + (this.#sums[end] ?? 0) - (this.#sums[start] ?? 0);
  }

  #fits(start: number, end: number, share = 1): boolean {
    return this.#boundStretch(start, end) <= this.#maxBytes * share;
  }

  /** How bad it is to cut before the row `index`: least before a line after a blank one, and the less a line is indented. */
  #cutCost(index: number): number {
    const text = this.#rows[index]?.text ?? "";
    const indent = indentOf(text) ?? 40;
    const isAfterBlank = indentOf(this.#rows[index - 1]?.text ?? "") === undefined;
    return indent * 2 + (isAfterBlank ? 0 : 1) + (CLOSING.test(text) ? 80 : 0);
  }

  /** The rows from `start` on that fit, cut at a good place. Empty when not even the first fits. */
  #cutOne(start: number, end: number): number {
    if (this.#fits(start, end)) return end;
    const room = this.#maxBytes * CUT_SHARE;
    let last = start;
    while (last < end && this.#boundStretch(start, last + 1) <= room) last += 1;
    if (last === start) return this.#fits(start, start + 1) ? start + 1 : start;
    let best = last;
    let bestCost = this.#cutCost(last);
    for (let index = last - 1; index > start; index -= 1) {
      if (!this.#fits(start, index, CUT_SHARE * EARLIEST_CUT_SHARE)) {
        const cost = this.#cutCost(index);
        if (cost < bestCost) [best, bestCost] = [index, cost];
      } else break;
    }
    return best;
  }

  #findContextStart(start: number): number {
    const plain = Math.max(0, start - this.#contextLines);
    if (this.#contextLines === 0) return start;
    const first = this.#rows.slice(start).find(({ text }) => indentOf(text) !== undefined);
    const indent = first === undefined ? 0 : (indentOf(first.text) ?? 0);
    const isOpening = (index: number): boolean => {
      const text = this.#rows[index]?.text ?? "";
      const own = indentOf(text);
      return own !== undefined && own < indent && !CLOSING.test(text);
    };
    for (let index = plain; index < start; index += 1) if (isOpening(index)) return plain;
    for (let index = plain - 1; index >= Math.max(0, start - MAX_CONTEXT_BEFORE); index -= 1) {
      if (isOpening(index)) return index;
    }
    return plain;
  }

  #addContext(start: number, end: number): Piece {
    const contextStart = this.#findContextStart(start);
    const contextEnd = this.#contextLines === 0 ? end : Math.min(this.#rows.length, end + CONTEXT_AFTER);
    let shownStart = start;
    while (shownStart > contextStart && this.#fits(shownStart - 1, end)) shownStart -= 1;
    let shownEnd = end;
    while (shownEnd < contextEnd && this.#fits(shownStart, shownEnd + 1)) shownEnd += 1;
    return { reviewed: [start, end], shown: [shownStart, shownEnd] };
  }

  /** Everything as one, when it fits; `undefined` when not. */
  asWhole(): readonly Piece[] | undefined {
    if (!this.#fits(0, this.#rows.length)) return undefined;
    return this.#targets.map((reviewed) => ({ reviewed, shown: [0, this.#rows.length] }));
  }

  /** Pieces of what is to be reviewed, and the rows of which each alone is too large. */
  cut(): { readonly pieces: readonly Piece[]; readonly tooLarge: readonly SourceRow[] } {
    const pieces: Piece[] = [];
    const tooLarge: SourceRow[] = [];
    for (const [targetStart, targetEnd] of this.#targets) {
      let start = targetStart;
      while (start < targetEnd) {
        const end = this.#cutOne(start, targetEnd);
        if (end > start) pieces.push(this.#addContext(start, end));
        else tooLarge.push(...this.#rows.slice(start, start + 1));
        start = Math.max(end, start + 1);
      }
    }
    return { pieces, tooLarge };
  }

  /** The pieces that fit a block together, in order: as many as possible in each. */
  group(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
    const groups: Piece[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const piece of pieces) {
      const [start, end] = piece.shown;
      const pieceBytes = this.#boundStretch(start, end);
      const last = groups.at(-1);
      // In one block a word about what is left out takes the place of a frame, which is longer.
      if (last !== undefined && bytes + pieceBytes - this.#frameBytes + this.#gapBytes <= this.#maxBytes) {
        last.push(piece);
        bytes += pieceBytes - this.#frameBytes + this.#gapBytes;
      } else {
        groups.push([piece]);
        bytes = pieceBytes;
      }
    }
    return groups;
  }

  /** The rows of several pieces, each once. */
  join(pieces: readonly Piece[], which: "reviewed" | "shown"): readonly SourceRow[] {
    const rows: SourceRow[] = [];
    let next = 0;
    for (const piece of [...pieces].sort((a, b) => a[which][0] - b[which][0])) {
      const [start, end] = piece[which];
      for (const row of this.#rows.slice(Math.max(start, next), end)) rows.push(row);
      next = Math.max(next, end);
    }
    return rows;
  }
}
