/** A duration for people: `850 ms`, `12.3 s`, `4 min 05 s`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? "−" : "";
  if (size < 999.5) return `${sign}${size.toFixed(size < 9.95 ? 1 : 0)} ms`;
  if (size < 99_950) return `${sign}${(size / 1_000).toFixed(size < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(size / 1_000);
  return `${sign}${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** Bytes for people: `12.5 MB`. */
export function formatBytes(bytes: number): string {
  return `${bytes < 0 ? "−" : ""}${(Math.abs(bytes) / 1e6).toFixed(1)} MB`;
}

/** A ratio as a change: `+12.3 %`. */
export function formatChange(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const size = Math.abs(percent).toFixed(1);
  return `${size === "0.0" ? "±" : percent < 0 ? "−" : "+"}${size} %`;
}

/** Text that keeps to its cell of a Markdown table, and means nothing there but itself. */
export function formatCell(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .replace(/[\\`*_[\]<>|~#&!]/g, String.raw`\$&`);
}

/** A Markdown table; columns after the first `textColumns` are set to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
): string {
  const dashes = header.map((_, column) => (column < textColumns ? "---" : "--:"));
  return [header, dashes, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
