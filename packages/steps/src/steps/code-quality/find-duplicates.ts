import type { Token } from "./tokenise.ts";

/** A stretch that stands in two places. */
export interface Duplicate {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly otherFile: string;
  readonly otherLine: number;
  readonly tokens: number;
}

/** Different tokens in a window of code. */
const MIN_DISTINCT = 15;
const BASE = 257;
const MODULUS = 2_147_483_647;

/**
 * Stretches of at least `minTokens` equal tokens, each told once, longest first. A rolling hash of windows finds candidates (Karp and
 * Rabin, Efficient randomized pattern-matching algorithms, 1987), which are then compared token by token and made as long as they are.
 */
export function findDuplicates(
  sources: readonly { readonly file: string; readonly tokens: readonly Token[] }[],
  minTokens: number,
): readonly Duplicate[] {
  const ids = new Map<string, number>();
  const numbered = sources.map(({ tokens }) =>
    tokens.map(({ text }) => {
      const id = ids.get(text) ?? ids.size + 1;
      ids.set(text, id);
      return id;
    }),
  );
  let power = 1;
  for (let count = 1; count < minTokens; count += 1) power = multiply(power, BASE);
  const seen = new Map<number, readonly [source: number, at: number]>();
  const found: Duplicate[] = [];
  for (const [source, numbers] of numbered.entries()) {
    let hash = 0;
    // What has been told is not told again by the next window.
    let toldUpTo = 0;
    for (const [index, number] of numbers.entries()) {
      if (index >= minTokens) {
        hash = (hash - multiply(numbers[index - minTokens] ?? 0, power) + MODULUS) % MODULUS;
      }
      hash = (multiply(hash, BASE) + number) % MODULUS;
      const start = index - minTokens + 1;
      if (start < 0) continue;
      const [otherSource, otherStart] = seen.get(hash) ?? [];
      if (otherSource === undefined || otherStart === undefined) {
        seen.set(hash, [source, start]);
        continue;
      }
      const other = numbered[otherSource] ?? [];
      const isOverlap = otherSource === source && start < otherStart + minTokens;
      if (start < toldUpTo || isOverlap) continue;
      let length = 0;
      const limit = otherSource === source ? start - otherStart : Number.POSITIVE_INFINITY;
      while (
        length < limit &&
        start + length < numbers.length &&
        numbers[start + length] === other[otherStart + length]
      ) {
        length += 1;
      }
      if (length < minTokens) continue;
      toldUpTo = start + length;
      // Tables of data, and what stands on one line, are no code that anybody copied.
      if (new Set(numbers.slice(start, start + minTokens)).size < MIN_DISTINCT) continue;
      const [tokens, otherTokens] = [sources[source]?.tokens ?? [], sources[otherSource]?.tokens ?? []];
      found.push({
        file: sources[source]?.file ?? "",
        line: tokens[start]?.line ?? 1,
        endLine: tokens[start + length - 1]?.line ?? 1,
        otherFile: sources[otherSource]?.file ?? "",
        otherLine: otherTokens[otherStart]?.line ?? 1,
        tokens: length,
      });
    }
  }
  return found.toSorted((one, other) => other.tokens - one.tokens);
}

/** A product below the modulus, without losing digits: the base is small. */
function multiply(one: number, other: number): number {
  const [small, large] = one < other ? [one, other] : [other, one];
  if (small < 4_194_304) return (small * large) % MODULUS;
  return Number((BigInt(one) * BigInt(other)) % BigInt(MODULUS));
}
