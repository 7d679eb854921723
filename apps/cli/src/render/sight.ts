/** Lines that are in sight on most terminals. */
const LINES_IN_SIGHT = 24;

/** Knows what of what was printed can still be seen. */
export interface Sight<T> {
  /** To be told of all that is printed. */
  readonly printed: (text: string) => void;
  /** What was printed last tells of this. */
  readonly mark: (what: T) => void;
  /** What was marked and has moved out of sight once so many lines more are printed, in the order of marks. */
  readonly outOfSight: (linesMore: number) => readonly T[];
}

/** @param rows - of the terminal, asked when it counts; `undefined` where there is none */
export function createSight<T>(rows: () => number | undefined): Sight<T> {
  let lines = 0;
  const marks: { readonly what: T; readonly atLine: number }[] = [];
  return {
    printed(text) {
      for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
    },
    mark: (what) => void marks.push({ what, atLine: lines }),
    outOfSight(linesMore) {
      const seen = rows() ?? 0;
      const room = seen > 0 ? seen : LINES_IN_SIGHT;
      return marks.filter(({ atLine }) => lines - atLine + linesMore >= room).map(({ what }) => what);
    },
  };
}
