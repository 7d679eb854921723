/**
 * What JSON allows as it stands and a terminal or a CI runner obeys: C1 control characters, separators of lines, marks that turn the direction
 * of text, and what begins `##[command]`.
 */
const OBEYED = /[\u007F-\u009F\u2028-\u202E\u2066-\u2069]|#(?=#[a-z]*\[)/gi;

/**
 * Gives `value` as JSON that is safe to print: a reader gets the same value, and nothing in it is obeyed on the way.
 *
 * @param indent - spaces of each level; without it all is on one line
 */
export function printJson(value: unknown, indent?: number): string {
  // All of these can only stand inside of a string.
  return JSON.stringify(value, undefined, indent).replaceAll(
    OBEYED,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
