/**
 * The known name nearest to a mistyped one, or `undefined` when none is near enough to be what was meant
 * (more than a third of the letters differ, at least two) and not exactly one begins as it does.
 *
 * Distance: optimal string alignment, a restricted Damerau–Levenshtein distance (Boytsov 2011, section 2.1),
 * so that two swapped letters count once.
 */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? onlyPrefix(name.toLowerCase(), [...known]);
}

/** Letters that a beginning has to have in common. */
const PREFIX = 3;

/** `environment` for `env`, `dir` for `directory`: the one known name that begins the other, where there is one. */
function onlyPrefix(name: string, known: readonly string[]): string | undefined {
  if (name.length < PREFIX) return undefined;
  const found = known.filter((candidate) => {
    const other = candidate.toLowerCase();
    return other.length >= PREFIX && (name.startsWith(other) || other.startsWith(name));
  });
  return found.length === 1 ? found[0] : undefined;
}

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
