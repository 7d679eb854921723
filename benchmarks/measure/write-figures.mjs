import { readFileSync, writeFileSync } from "node:fs";

/** What stands between the marks of a page. */
const FIGURES = /(?<=<!-- figures: begin[^\n]*-->\n)[^]*(?=<!-- figures: end -->)/;

/**
 * Puts figures in the place of those that a page has between its marks.
 *
 * @param {URL} page
 * @param {string} figures Markdown that ends with a line end
 * @throws {Error} when the page has lost its marks
 */
export function writeFigures(page, figures) {
  const before = readFileSync(page, "utf8");
  if (!FIGURES.test(before)) throw new Error("Cannot write the figures: README.md has lost its marks");
  writeFileSync(
    page,
    before.replace(FIGURES, () => `\n${figures}\n`),
  );
}
