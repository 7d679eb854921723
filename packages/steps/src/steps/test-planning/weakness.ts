/** Something in a test that makes it prove less than it seems to. */
export interface Weakness {
  readonly rule:
    | "focused-test"
    | "skipped-test"
    | "empty-test"
    | "no-assertion"
    | "assertion-cannot-fail"
    | "assertion-without-check"
    | "sleep-in-test";
  readonly severity: "warning" | "info";
  readonly message: string;
  /** From 1 on. */
  readonly line: number;
}

/** Numbers of lines by places in a text. */
export function createLineCounter(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
