import { median, quartiles } from "./statistics.mjs";

/** A Markdown table. @param {readonly string[]} header @param {readonly (readonly string[])[]} rows First column is text, as are those named in `text`. */
export function formatTable(header, rows, text = []) {
  const dashes = header.map((name, column) => (column === 0 || text.includes(name) ? "---" : "--:"));
  return [header, dashes, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Median, and the quartiles around it; the median alone where there are too few values for more. */
export function spread(values) {
  const [first, third] = quartiles(values);
  return values.length < 3
    ? median(values).toFixed(0)
    : `${median(values).toFixed(0)} (${first.toFixed(0)}–${third.toFixed(0)})`;
}
