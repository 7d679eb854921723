import type { PathState } from "../path-facts.ts";
import { countCopied, readSpans, type Spans } from "./measure-similarity.ts";

/** A path that went away or came, with what it was or is. */
export interface RenameEnd {
  readonly raw: string;
  readonly state: PathState;
}

/** Gives the content of an end; `undefined` when it cannot be had, as in a partial clone. */
export type ReadContent = (end: RenameEnd) => Promise<Uint8Array | undefined>;

/** git's scale for similarity, and the share of it that makes a rename (`-M50%`). */
const FULL_SCORE = 60_000;
const LOWEST_SCORE = 30_000;
/** Files of the same name, of which there is only one on each side, are paired first at this score. */
const SAME_NAME_SCORE = 45_000;
/** Beyond so many pairs of candidates git pairs only equal contents (`-l1000`). */
const MOST_PAIRS = 1000 * 1000;
/** Best sources that are kept for each destination. */
const CANDIDATES_KEPT = 4;
/** git looks at no more sources of the same content for one destination. */
const ALIKE_LOOKED_AT = 100;
const PAIRS_PER_TURN = 2000;

const baseName = (raw: string): string => raw.slice(raw.lastIndexOf("/") + 1);
const isRegular = ({ state }: RenameEnd): boolean => state.mode.startsWith("100");

interface Measured {
  readonly sizeBytes: number;
  readonly spans: Spans;
}

interface Candidate {
  readonly from: number;
  readonly to: number;
  readonly score: number;
  readonly hasSameName: boolean;
}

/** Better ones first. */
const compareCandidates = (a: Candidate, b: Candidate): number =>
  a.score === b.score ? Number(b.hasSameName) - Number(a.hasSameName) : b.score - a.score;

function score(from: Measured, to: Measured): number {
  const larger = Math.max(from.sizeBytes, to.sizeBytes);
  const difference = Math.abs(from.sizeBytes - to.sizeBytes);
  if (larger * (FULL_SCORE - LOWEST_SCORE) < difference * FULL_SCORE) return 0;
  if (to.sizeBytes === 0) return 0;
  return Math.trunc((countCopied(from.spans, to.spans) * FULL_SCORE) / larger);
}

/** Positions by name, of names that only one of the ends has. */
function uniqueNames(ends: readonly RenameEnd[], isOpen: (position: number) => boolean): Map<string, number> {
  const positions = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [position, { raw }] of ends.entries()) {
    if (!isOpen(position)) continue;
    const name = baseName(raw);
    if (positions.has(name)) repeated.add(name);
    positions.set(name, position);
  }
  for (const name of repeated) positions.delete(name);
  return positions;
}

/**
 * Pairs paths that went away with paths that came, in the steps of git's diffcore-rename.c: equal contents, then files of a name that only
 * one on each side has, then the best of what is at least half alike. Gives the position in `gone` by the position in `come`.
 * Where a content that is needed cannot be had there are no pairs at all, as in the native engine.
 * O(n) for equal contents, O(gone x come) for the rest up to a limit, above which there is no rest.
 *
 * @param gone - sorted by name
 * @param come - sorted by name
 * @param read - only asked for regular files that have no equal
 */
export async function pairRenames(
  gone: readonly RenameEnd[],
  come: readonly RenameEnd[],
  read: ReadContent,
): Promise<ReadonlyMap<number, number>> {
  const pairs = new Map<number, number>();
  const used = new Set<number>();
  const pair = (from: number, to: number): void => {
    pairs.set(to, from);
    used.add(from);
  };
  if (gone.length === 0 || come.length === 0) return pairs;

  const byId = new Map<string, number[]>();
  for (const [from, { state }] of gone.entries()) {
    const list = byId.get(state.id);
    if (list === undefined) byId.set(state.id, [from]);
    else list.push(from);
  }
  for (const [to, end] of come.entries()) {
    let best: number | undefined;
    let alike = 0;
    for (const from of byId.get(end.state.id) ?? []) {
      const source = gone[from];
      if (source === undefined || used.has(from)) continue;
      if ((!isRegular(source) || !isRegular(end)) && source.state.mode !== end.state.mode) continue;
      const hasSameName = baseName(source.raw) === baseName(end.raw);
      if (best === undefined || hasSameName) best = from;
      alike += 1;
      if (hasSameName || alike === ALIKE_LOOKED_AT) break;
    }
    if (best !== undefined) pair(best, to);
  }

  const openFrom = gone.flatMap((end, from) => (used.has(from) || !isRegular(end) ? [] : [from]));
  const openTo = come.flatMap((end, to) => (pairs.has(to) || !isRegular(end) ? [] : [to]));
  if (openFrom.length === 0 || openTo.length === 0) return pairs;

  const measured = new Map<RenameEnd, Measured | undefined>();
  let isMissing = false;
  const measure = async (end: RenameEnd): Promise<Measured | undefined> => {
    if (measured.has(end)) return measured.get(end);
    const content = await read(end);
    if (content === undefined) isMissing = true;
    const result = content && { sizeBytes: content.length, spans: readSpans(content) };
    measured.set(end, result);
    return result;
  };
  const scoreOf = async (from: number, to: number): Promise<number> => {
    const [source, target] = [gone[from], come[to]];
    if (source === undefined || target === undefined || !isRegular(source) || !isRegular(target)) return 0;
    const [one, two] = [await measure(source), await measure(target)];
    return one === undefined || two === undefined ? 0 : score(one, two);
  };

  const namesFrom = uniqueNames(gone, (from) => !used.has(from));
  const namesTo = uniqueNames(come, (to) => !pairs.has(to));
  for (const from of openFrom) {
    const name = baseName(gone[from]?.raw ?? "");
    const to = namesFrom.get(name) === from ? namesTo.get(name) : undefined;
    if (to !== undefined && !pairs.has(to) && (await scoreOf(from, to)) >= SAME_NAME_SCORE) pair(from, to);
    if (isMissing) return new Map();
  }

  const restFrom = [...gone.keys()].filter((from) => !used.has(from));
  const restTo = [...come.keys()].filter((to) => !pairs.has(to));
  if (restFrom.length * restTo.length > MOST_PAIRS) return pairs;
  const candidates: Candidate[] = [];
  let looked = 0;
  for (const to of restTo) {
    // In the places that git keeps them in, which decide between equals: one that is better takes the place of the worst.
    const best: Candidate[] = [];
    for (const from of restFrom) {
      looked += 1;
      if (looked % PAIRS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      const hasSameName = baseName(gone[from]?.raw ?? "") === baseName(come[to]?.raw ?? "");
      const candidate: Candidate = { from, to, score: await scoreOf(from, to), hasSameName };
      if (isMissing) return new Map();
      if (best.length < CANDIDATES_KEPT) {
        best.push(candidate);
        continue;
      }
      let worst = 0;
      for (const [place, other] of best.entries()) {
        if (compareCandidates(other, best[worst] ?? candidate) > 0) worst = place;
      }
      if (compareCandidates(best[worst] ?? candidate, candidate) > 0) best[worst] = candidate;
    }
    candidates.push(...best.filter((one) => one.score >= LOWEST_SCORE));
  }
  for (const { from, to } of candidates.sort(compareCandidates)) {
    if (!pairs.has(to) && !used.has(from)) pair(from, to);
  }
  return pairs;
}
