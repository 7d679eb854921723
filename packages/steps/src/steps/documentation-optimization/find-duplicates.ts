import type { Section } from "./read-sections.ts";

/** Two sections that say nearly the same. */
export interface Duplicate {
  readonly first: Section;
  readonly second: Section;
  /** How much of both is the same, from 0 to 1. */
  readonly similarity: number;
}

/** Words in a row that are compared. */
const SHINGLE_WORDS = 5;
/** Rows of words that are in more sections than this are customary and prove nothing. */
const MAX_SHARED = 20;
/** From this share of common rows on two sections are nearly the same. */
const MIN_SIMILARITY = 0.8;

/**
 * Pairs of sections that share most of their rows of five words, by the index of Jaccard over shingles (Broder 1997, "On the resemblance
 * and containment of documents"); each section is told once, with the first that it repeats. Pure. Linear in the number of words.
 *
 * @param minWords - shorter sections are not looked at
 */
export function findDuplicates(sections: readonly Section[], minWords: number): readonly Duplicate[] {
  const shingles = sections.map(({ words }) => (words.length < minWords ? new Set<string>() : shinglesOf(words)));
  const holders = new Map<string, number[]>();
  const duplicates: Duplicate[] = [];
  for (const [place, own] of shingles.entries()) {
    const common = new Map<number, number>();
    for (const shingle of own) {
      const before = holders.get(shingle) ?? [];
      for (const other of before) common.set(other, (common.get(other) ?? 0) + 1);
      if (before.length < MAX_SHARED) holders.set(shingle, [...before, place]);
    }
    const best = [...common]
      .map(([other, count]) => ({ other, similarity: count / (own.size + (shingles[other]?.size ?? 0) - count) }))
      .find(({ similarity }) => similarity >= MIN_SIMILARITY);
    const first = best === undefined ? undefined : sections[best.other];
    const second = sections[place];
    if (best !== undefined && first !== undefined && second !== undefined) {
      duplicates.push({ first, second, similarity: best.similarity });
    }
  }
  return duplicates;
}

function shinglesOf(words: readonly string[]): ReadonlySet<string> {
  const shingles = new Set<string>();
  for (let start = 0; start + SHINGLE_WORDS <= words.length; start += 1) {
    shingles.add(words.slice(start, start + SHINGLE_WORDS).join(" "));
  }
  return shingles;
}
