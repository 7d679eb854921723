import type { Duplicate } from "./find-duplicates.ts";

/** A file is in another where this share of its tokens is. */
const MOST = 0.6;
/** From so many on, a file that holds them has been put together by a program. */
const FEWEST = 2;

/**
 * Files that a build has put together out of others of the repository, such as `jade.js` out of `lib/*.js`: each holds most of at least two
 * others, one behind the other. A file that was copied twice holds its copies too, but all at the same place. Pure.
 *
 * @param sizes - tokens of each file
 */
export function findAssembled(
  duplicates: readonly Duplicate[],
  sizes: ReadonlyMap<string, number>,
): ReadonlySet<string> {
  const shared = new Map<string, Map<string, Part>>();
  const count = (whole: string, part: string, { tokens, from, lines }: Stretch): void => {
    const parts = shared.get(whole) ?? new Map<string, Part>();
    const before = parts.get(part) ?? { tokens: 0, from, to: from };
    parts.set(part, {
      tokens: before.tokens + tokens,
      from: Math.min(before.from, from),
      to: Math.max(before.to, from + lines),
    });
    shared.set(whole, parts);
  };
  for (const { file, otherFile, tokens, line, endLine, otherLine } of duplicates) {
    if (file === otherFile) continue;
    const lines = endLine - line;
    count(file, otherFile, { tokens, from: line, lines });
    count(otherFile, file, { tokens, from: otherLine, lines });
  }
  const assembled = new Set<string>();
  for (const [whole, parts] of shared) {
    const within = [...parts].filter(([part, { tokens }]) => tokens >= MOST * (sizes.get(part) ?? 0));
    if (countApart(within.map(([, part]) => part)) >= FEWEST) assembled.add(whole);
  }
  return assembled;
}

/** A stretch of a file, by its first line and how many follow. */
interface Stretch {
  readonly tokens: number;
  readonly from: number;
  readonly lines: number;
}

/** Where another file is in a file, from its first line to its last. */
interface Part {
  readonly tokens: number;
  readonly from: number;
  readonly to: number;
}

/** How many of the stretches can stand behind each other, at most: those that end first are taken first. */
function countApart(parts: readonly Part[]): number {
  let end = 0;
  let count = 0;
  for (const { from, to } of parts.toSorted((one, other) => one.to - other.to)) {
    if (from <= end) continue;
    count += 1;
    end = to;
  }
  return count;
}
