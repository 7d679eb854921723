import { wellFormed } from "./well-formed.ts";

/** Control characters but tab and line ends, separators of lines, and marks that turn the direction of what follows. */
const CONTROLS = /[^\P{Cc}\t\n\r]|[\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Gives `text` without what a terminal obeys or what makes it read as something else; each such character, and each half of a surrogate pair,
 * becomes U+FFFD. Tabs, line feeds and carriage returns stay.
 */
export function withoutControls(text: string): string {
  return wellFormed(text).replaceAll(CONTROLS, "\uFFFD");
}
