/**
 * Whether a name is a misspelling of another: the same in another case or with other separators, or, from five characters on, one character
 * too many, too few, another or exchanged with its neighbour; two from ten characters on. Optimal string alignment distance.
 *
 * @param shortest - characters from which on one may be wrong
 */
export function isNear(name: string, meant: string, shortest = 5): boolean {
  if (name === meant) return false;
  const [one, other] = [plain(name), plain(meant)];
  if (one === other) return true;
  const most = meant.length >= 10 ? 2 : 1;
  // A plural or a prefix of a short word is a word of its own.
  return meant.length >= shortest && Math.abs(one.length - other.length) <= most && distance(one, other) <= most;
}

function plain(name: string): string {
  return name.replaceAll(/[-_\s]/g, "").toLowerCase();
}

function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (rows[row - 1]?.[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (rows[row - 1]?.[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        cost = Math.min(cost, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    rows.push(current);
  }
  return rows[one.length]?.[other.length] ?? 0;
}
