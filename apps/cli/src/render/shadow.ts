import type { ShadowRate } from "@ai-workflow/engine";

/** How often each rule would have been wrong, as a table. */
export function renderShadowRates(rates: readonly ShadowRate[]): string {
  if (rates.length === 0) {
    return "no shadow sample yet: `run --shadow` runs what would be left out, and sees whether that is right\n";
  }
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = rates.map(({ rule, sampled, failed, rate, low, high }) => [
    rule,
    String(sampled),
    String(failed),
    percent(rate),
    `${percent(low)} to ${percent(high)}`,
  ]);
  const header = ["rule", "sampled", "failed", "false", "95 % of the time within"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return `${[header, ...rows].map(line).join("\n")}\n`;
}
