import { isCount } from "../is-count.ts";
import type { CacheKeyFile } from "../key/create-cache-key.ts";
import { isSha256Hex } from "../key/sha256-hex.ts";
import { diffQuestions } from "./diff-questions.ts";
import { MAX_REMEMBERED_FILES, type PartSummary, type QuestionSummary, type ShownValue } from "./summarise-question.ts";

/** Version of the file. Another one is read as nothing. */
const HISTORY_VERSION = 1;
/** How many questions are remembered under one label; a step asks several when its files are sent in chunks. */
export const MAX_QUESTIONS: number = 64;
/** How large the memory of one label may be, in bytes. */
export const MAX_HISTORY_BYTES: number = 256 * 1024;

/** A question that was asked. */
export interface AskedQuestion extends QuestionSummary {
  /** When, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** In which run: questions of one run are not each other's predecessors. */
  readonly run: string;
  /** As which of that run's questions under its label, from 0. */
  readonly ordinal: number;
  /** When the same question was asked in an earlier run, if it was. */
  readonly previousAtMs?: number | undefined;
}

/** `history`, oldest first, with `question` asked at `atMs` in `run`; the oldest beyond {@link MAX_QUESTIONS} are forgotten. */
export function addQuestion(
  history: readonly AskedQuestion[],
  question: QuestionSummary,
  { atMs, run }: { readonly atMs: number; readonly run: string },
): AskedQuestion[] {
  const same = history.find(({ key }) => key === question.key);
  const others = history.filter(({ key }) => key !== question.key);
  const previousAtMs = same?.run === run ? same.previousAtMs : same?.atMs;
  const ordinal = same?.run === run ? same.ordinal : history.filter((each) => each.run === run).length;
  const asked = { ...question, atMs, run, ordinal, ...(previousAtMs !== undefined && { previousAtMs }) };
  return [...others, asked].slice(-MAX_QUESTIONS);
}

function shareOfPaths(a: QuestionSummary, b: QuestionSummary): number {
  const paths = new Set(a.files?.map(({ path }) => path));
  const others = new Set(b.files?.map(({ path }) => path));
  const sharedCount = [...others].filter((path) => paths.has(path)).length;
  const unionCount = paths.size + others.size - sharedCount;
  return unionCount === 0 ? 1 : sharedCount / unionCount;
}

/**
 * The question of `history` that `question` is a new version of: one of another run before one of the same, then the one
 * about the most of the same files, then the one with the fewest differences, then the nearest in its run's order, then
 * the latest. Questions with the same key are left out.
 */
export function findPredecessor(
  history: readonly AskedQuestion[],
  question: QuestionSummary & { readonly run: string; readonly ordinal: number },
): AskedQuestion | undefined {
  const rank = (candidate: AskedQuestion): readonly number[] => [
    candidate.run === question.run ? 0 : 1,
    shareOfPaths(candidate, question),
    -diffQuestions(candidate, question).length,
    -Math.abs(candidate.ordinal - question.ordinal),
  ];
  let best: { readonly candidate: AskedQuestion; readonly rank: readonly number[] } | undefined;
  for (const candidate of history) {
    if (candidate.key === question.key) continue;
    const ranked = { candidate, rank: rank(candidate) };
    if (best === undefined || compare(ranked.rank, best.rank) >= 0) best = ranked;
  }
  return best?.candidate;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The text of a label's file: the newest of `history` that fit into {@link MAX_HISTORY_BYTES}. */
export function formatHistory(label: string, history: readonly AskedQuestion[]): string {
  const kept: string[] = [];
  let leftBytes = MAX_HISTORY_BYTES - Buffer.byteLength(JSON.stringify(label)) - 100;
  for (const question of history.toReversed()) {
    let text = JSON.stringify(question);
    // The newest is remembered at any rate, if need be without its list of files.
    if (kept.length === 0 && Buffer.byteLength(text) > leftBytes)
      text = JSON.stringify({ ...question, files: undefined });
    leftBytes -= Buffer.byteLength(text) + 1;
    if (leftBytes < 0) break;
    kept.unshift(text);
  }
  return `{"historyVersion":${HISTORY_VERSION},"label":${JSON.stringify(label)},"questions":[${kept.join(",")}]}\n`;
}

type Unknown<T> = { readonly [Name in keyof T]?: unknown };

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isShown(value: unknown): value is ShownValue | undefined {
  return value === undefined || value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isPart(value: unknown): value is PartSummary {
  if (!isObject(value)) return false;
  const { part, sha256, shown } = value as Unknown<PartSummary>;
  return typeof part === "string" && isSha256Hex(sha256) && isShown(shown);
}

function isFile(value: unknown): value is CacheKeyFile {
  if (!isObject(value)) return false;
  const { path, sha256 } = value as Unknown<CacheKeyFile>;
  return typeof path === "string" && isSha256Hex(sha256);
}

function isFiles(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length <= MAX_REMEMBERED_FILES && value.every(isFile));
}

function isQuestion(value: unknown): value is AskedQuestion {
  if (!isObject(value)) return false;
  const { key, parts, files, atMs, run, ordinal, previousAtMs } = value as Unknown<AskedQuestion>;
  if (!isSha256Hex(key) || !Array.isArray(parts) || !parts.every(isPart) || !isFiles(files)) return false;
  if (!isCount(atMs) || typeof run !== "string" || !isCount(ordinal)) return false;
  return previousAtMs === undefined || isCount(previousAtMs);
}

/** The questions in a label's file, oldest first; none when the text is damaged or of another version. Never throws. */
export function parseHistory(text: string): AskedQuestion[] {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return [];
    const { historyVersion, questions } = value as { readonly historyVersion?: unknown; readonly questions?: unknown };
    if (historyVersion !== HISTORY_VERSION || !Array.isArray(questions) || !questions.every(isQuestion)) return [];
    return questions.slice(-MAX_QUESTIONS);
  } catch {
    return [];
  }
}
