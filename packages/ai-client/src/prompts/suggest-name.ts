/** Names longer than this are not compared: nobody mistypes them, and comparing costs the product of both lengths. */
const MAX_LENGTH = 64;

/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`: optimal string alignment, Damerau 1964. */
function countEdits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let count = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) count = Math.min(count, (beforeLast[j - 2] ?? 0) + 1);
      row.push(count);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The name of `known` that `name` was most likely meant to be, or `undefined` when none is near (a third of its length). */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestCount = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of [...known].sort()) {
    if (candidate.length > MAX_LENGTH) continue;
    const count = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (count >= bestCount) continue;
    best = candidate;
    bestCount = count;
  }
  return best;
}

/** `; did you mean "x"?`, or nothing. For the end of a message. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const suggestion = suggestName(name, known);
  return suggestion === undefined ? "" : `; did you mean "${suggestion}"?`;
}
