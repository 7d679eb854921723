import { toLineRanges, type SourceRow } from "../prompts/prompt-file.ts";
import { guessCategory } from "./guess-category.ts";
import type {
  NotReviewed,
  NotReviewedReason,
  ReviewChunk,
  ReviewCoverage,
  ReviewFile,
  ReviewPart,
  ReviewPlan,
} from "./review-plan.ts";
import { toReviewRows } from "./review-rows.ts";
import { type Piece, RowCutter } from "./row-cutter.ts";

/** Lines shown before a hunk when nothing else is said. */
export const DEFAULT_CONTEXT_LINES = 5;

/** Tokens are estimated from bytes, see {@link estimateTokens}. */
const BYTES_PER_TOKEN = 3.5;
const CATEGORIES = ["code", "docs", "tests", "config", "ci", "dependencies", "other", "assets"];

/** Options of {@link planReview}. */
export interface PlanReviewOptions {
  /** What is to be reviewed. */
  readonly files: readonly ReviewFile[];
  /** The most tokens that a request may take, as estimated. */
  readonly maxInputTokens: number;
  /** Tokens that a request takes before any file is in it. */
  readonly overheadTokens: number;
  /** The most requests. @defaultValue no limit */
  readonly maxRequests?: number | undefined;
  /** Lines shown before a hunk; where the function it is in begins up to ten lines before, from there on. One line is shown
   * after a hunk; with 0 none before or after. @defaultValue {@link DEFAULT_CONTEXT_LINES} */
  readonly contextLines?: number | undefined;
}

/** A file, ready to be divided. */
interface Source {
  readonly file: ReviewFile;
  readonly folder: string;
  readonly categoryRank: number;
  readonly targetRows: readonly SourceRow[];
  readonly cutter: RowCutter;
}

/** What goes into one chunk as a whole. */
interface Item {
  readonly source: Source;
  readonly pieces: readonly Piece[];
  readonly bytes: number;
  readonly changedCount: number;
}

interface Bin {
  readonly items: Item[];
  readonly folders: Set<string>;
  freeBytes: number;
}

function requireInteger(name: string, value: number, minimum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`Cannot plan review: \`${name}\` must be an integer of at least ${minimum}, got ${value}`);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareTiers(a: Item, b: Item): number {
  const byPriority = (b.source.file.priority ?? 0) - (a.source.file.priority ?? 0);
  return byPriority || a.source.categoryRank - b.source.categoryRank;
}

function comparePlaces(a: Item, b: Item): number {
  const byPath = compareTexts(a.source.file.path, b.source.file.path);
  return byPath || (a.pieces[0]?.reviewed[0] ?? 0) - (b.pieces[0]?.reviewed[0] ?? 0);
}

/** Most relevant first. */
function compareRelevance(a: Item, b: Item): number {
  return compareTiers(a, b) || b.changedCount - a.changedCount || comparePlaces(a, b);
}

/** Largest first within what is equally relevant. */
function compareSizes(a: Item, b: Item): number {
  return compareTiers(a, b) || b.bytes - a.bytes || comparePlaces(a, b);
}

function toSource(file: ReviewFile, maxBytes: number, contextLines: number): Source {
  const { path, priority, category = guessCategory(path) } = file;
  if (priority !== undefined && !Number.isFinite(priority)) {
    throw new RangeError(`Cannot plan review: \`priority\` must be a finite number, got ${priority}`);
  }
  const reviewRows = toReviewRows(file);
  const rank = CATEGORIES.indexOf(category);
  return {
    file,
    folder: path.slice(0, path.lastIndexOf("/") + 1),
    categoryRank: rank === -1 ? CATEGORIES.indexOf("other") : rank,
    targetRows: reviewRows.targets.flatMap(([start, end]) => reviewRows.rows.slice(start, end)),
    cutter: new RowCutter(path, reviewRows, maxBytes, contextLines),
  };
}

function toItems(source: Source, allowWhole: boolean): { items: readonly Item[]; tooLarge: readonly SourceRow[] } {
  const { cutter, targetRows } = source;
  if (targetRows.length === 0) return { items: [], tooLarge: [] };
  const toItem = (pieces: readonly Piece[]): Item => ({
    source,
    pieces,
    bytes: cutter.measureBlock(cutter.join(pieces, "shown")),
    changedCount: cutter.join(pieces, "reviewed").filter(({ kind }) => kind !== "kept").length,
  });
  const whole = allowWhole ? cutter.asWhole() : undefined;
  if (whole !== undefined) return { items: [toItem(whole)], tooLarge: [] };
  const { pieces, tooLarge } = cutter.cut();
  return { items: cutter.group(pieces).map(toItem), tooLarge };
}

/** First fit, but a bin with files of the same folder before others. */
function pack(items: readonly Item[], maxBytes: number, maxBins: number): { bins: Bin[]; left: Item[] } {
  const bins: Bin[] = [];
  const left: Item[] = [];
  for (const item of items) {
    const { folder } = item.source;
    const fitting = bins.filter(({ freeBytes }) => freeBytes >= item.bytes);
    let bin = fitting.find(({ folders }) => folders.has(folder)) ?? fitting[0];
    if (bin === undefined && bins.length < maxBins) {
      bin = { items: [], folders: new Set(), freeBytes: maxBytes };
      bins.push(bin);
    }
    if (bin === undefined) {
      left.push(item);
      continue;
    }
    bin.items.push(item);
    bin.folders.add(folder);
    bin.freeBytes -= item.bytes;
  }
  return { bins, left };
}

function toChunk({ items }: Bin, overheadTokens: number): ReviewChunk {
  const bySource = new Map<Source, Piece[]>();
  for (const { source, pieces } of [...items].sort(compareRelevance)) {
    const list = bySource.get(source);
    bySource.set(source, [...(list ?? []), ...pieces]);
  }
  let bytes = 0;
  const parts = Array.from(bySource, ([{ file, cutter }, pieces]): ReviewPart => {
    const rows = cutter.join(pieces, "shown");
    const reviewedRows = cutter.join(pieces, "reviewed");
    bytes += cutter.measureBlock(rows);
    const reviewedLines = toLineRanges(reviewedRows);
    return { path: file.path, lineCount: cutter.lineCount, rows, reviewedRows, reviewedLines };
  });
  return { parts, estimatedTokens: overheadTokens + Math.ceil(bytes / BYTES_PER_TOKEN) };
}

/** Rows that were not reviewed, as ranges. */
export function toNotReviewed(path: string, rows: readonly SourceRow[], reason: NotReviewedReason): NotReviewed {
  const removedLineCount = rows.filter(({ kind }) => kind === "removed").length;
  return { path, lines: toLineRanges(rows), removedLineCount, reason };
}

function toCoverage(sources: readonly Source[], missing: ReadonlyMap<string, number>): ReviewCoverage {
  const withRows = sources.filter(({ targetRows }) => targetRows.length > 0);
  const lineCount = withRows.reduce((sum, { targetRows }) => sum + targetRows.length, 0);
  const reviewedLineCount = lineCount - [...missing.values()].reduce((sum, count) => sum + count, 0);
  return {
    fileCount: withRows.length,
    wholeFileCount: withRows.filter(({ file }) => !missing.has(file.path)).length,
    lineCount,
    reviewedLineCount,
    share: lineCount === 0 ? 1 : reviewedLineCount / lineCount,
  };
}

/**
 * Divides what is to be reviewed over requests. Whole files while they fit a request, and all fit `maxRequests`; else hunks with lines
 * around them; what is larger than a request is cut, after blank lines and where little is indented. Code comes before docs, tests and data, what changed much
 * before what changed little; files of a folder stay together where that costs nothing.
 *
 * Every line to be reviewed is in `reviewedRows` of exactly one part, or in `notReviewed`. No chunk takes more than
 * `maxInputTokens` by `estimateTokens`. The same input gives the same plan.
 *
 * Sources: first-fit decreasing (Johnson 1973) within what is equally relevant; the context lines are those of pr-agent.
 *
 * @throws {RangeError} when an option is out of range or a path is there twice
 */
export function planReview(options: PlanReviewOptions): ReviewPlan {
  const { files, maxRequests = Number.MAX_SAFE_INTEGER } = options;
  const maxInputTokens = requireInteger("maxInputTokens", options.maxInputTokens, 1);
  const overheadTokens = requireInteger("overheadTokens", options.overheadTokens, 0);
  const contextLines = requireInteger("contextLines", options.contextLines ?? DEFAULT_CONTEXT_LINES, 0);
  requireInteger("maxRequests", maxRequests, 1);
  if (overheadTokens >= maxInputTokens) {
    throw new RangeError(
      `Cannot plan review: \`overheadTokens\` must be less than \`maxInputTokens\`, got ${overheadTokens} and ${maxInputTokens}`,
    );
  }
  const paths = new Set<string>();
  for (const { path } of files) {
    if (paths.has(path)) throw new RangeError(`Cannot plan review: ${JSON.stringify(path)} is there twice`);
    paths.add(path);
  }
  const maxBytes = Math.floor((maxInputTokens - overheadTokens) * BYTES_PER_TOKEN);
  const sources = files.map((file) => toSource(file, maxBytes, contextLines));

  const attempt = (allowWhole: boolean, compare: (a: Item, b: Item) => number) => {
    const divided = sources.map((source) => ({ source, ...toItems(source, allowWhole) }));
    const items = divided.flatMap(({ items }) => items).sort(compare);
    return { divided, ...pack(items, maxBytes, maxRequests) };
  };
  // Less context before less reviewed; and when something must be left out, the least relevant.
  let plan = attempt(true, compareSizes);
  if (plan.left.length > 0) plan = attempt(false, compareSizes);
  if (plan.left.length > 0) plan = attempt(false, compareRelevance);

  const leftPieces = new Map<Source, Piece[]>();
  for (const { source, pieces } of plan.left) {
    const list = leftPieces.get(source) ?? [];
    for (const piece of pieces) list.push(piece);
    leftPieces.set(source, list);
  }
  const notReviewed: NotReviewed[] = [];
  const missing = new Map<string, number>();
  for (const { source, tooLarge } of plan.divided) {
    const { path } = source.file;
    const left = source.cutter.join(leftPieces.get(source) ?? [], "reviewed");
    if (tooLarge.length > 0) notReviewed.push(toNotReviewed(path, tooLarge, "too-large"));
    if (left.length > 0) notReviewed.push(toNotReviewed(path, left, "limit"));
    if (tooLarge.length + left.length > 0) missing.set(path, tooLarge.length + left.length);
  }
  const chunks = plan.bins
    .map((bin) => ({ bin, first: [...bin.items].sort(compareRelevance)[0] }))
    .sort((a, b) => (a.first === undefined || b.first === undefined ? 0 : compareRelevance(a.first, b.first)))
    .map(({ bin }) => toChunk(bin, overheadTokens));
  return { chunks, notReviewed, coverage: toCoverage(sources, missing) };
}
