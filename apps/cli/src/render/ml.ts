/** How good one way to predict was; scores are missing where nothing could be scored. */
interface NamedScores {
  readonly name: string;
  readonly rows?: number;
  readonly maeSeconds?: number;
  readonly medianApe?: number;
  readonly within20?: number;
  readonly p90Coverage?: number;
}

/** A back-test as a table. */
export function renderBackTest(runs: number, scoredRuns: number, scores: readonly NamedScores[]): string {
  const percent = (share: number | undefined): string => (share === undefined ? "-" : `${(100 * share).toFixed(1)} %`);
  const header = ["", "scored", "within 20 %", "median error", "mean error", "within p90"];
  const rows = scores.map(({ name, rows: count, within20, medianApe, maeSeconds, p90Coverage }) => [
    name,
    String(count ?? 0),
    percent(within20),
    percent(medianApe),
    maeSeconds === undefined ? "-" : `${maeSeconds.toFixed(2)} s`,
    percent(p90Coverage),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = [header, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const which = scoredRuns === 1 ? "the last" : `each of the last ${scoredRuns}`;
  const what = `${which} of ${runs} runs predicted from earlier runs only, steps seen before`;
  return `${lines.join("\n")}\n${what}; "served" is what would have been used\n`;
}
