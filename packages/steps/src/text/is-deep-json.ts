import { createScanner } from "jsonc-parser";

/** Nested deeper than this, JSON is not parsed into a tree: parsers that call themselves would run out of stack. */
const MAX_DEPTH = 200;

const OPENERS: ReadonlyMap<string, string> = new Map([
  ["}", "{"],
  ["]", "["],
]);

/** Whether a text of JSON or one of its dialects, whole or broken, is nested more deeply than parsers with a tree can read. Pure. */
export function isDeepJson(text: string): boolean {
  const scanner = createScanner(text, true);
  const open: string[] = [];
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const character = text.charAt(scanner.getTokenOffset());
    if (character === "{" || character === "[") open.push(character);
    // What closes something else is a mistake, over which a parser goes without leaving what it is in.
    else if (OPENERS.get(character) === open.at(-1) && open.length > 0) open.pop();
    if (open.length > MAX_DEPTH) return true;
  }
  return false;
}
