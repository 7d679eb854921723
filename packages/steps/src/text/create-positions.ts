/** A place in a text; both are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Gives places in a text by their offsets. */
export function createPositions(text: string): (offset: number) => Position {
  const starts = [0];
  for (let place = text.indexOf("\n"); place !== -1; place = text.indexOf("\n", place + 1)) starts.push(place + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
