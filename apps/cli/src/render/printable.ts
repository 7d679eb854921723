import { stripVTControlCharacters } from "node:util";

/** Text that is safe on one line of a terminal: control characters, also bidirectional ones, are shown as escapes. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}

/**
 * A step's output made safe for a terminal and for CI: escape sequences and what turns the direction of text go, line breaks and tabs stay,
 * and a line that GitHub would take for a command of ours (`::error::`) is moved in by a space.
 */
export function printableLog(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n/g, "\n")
    .replace(/[^\P{Cc}\n\t]|[\u2028-\u202E\u2066-\u2069]/gu, "")
    .replace(/^::/gm, " ::");
}
