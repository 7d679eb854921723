import { singleQuote } from "../shell-quote.ts";
import { toArgument } from "./to-argument.ts";

const PLAIN = /^[\w./-]+$/;

/**
 * Paths as words of a POSIX shell line (sh, bash, dash, zsh), separated by spaces: each becomes exactly one argument, whatever is in its name.
 * Neither for cmd.exe nor for PowerShell. Without a path the answer is empty, and most tools then take everything: look first. To start a process
 * without a shell is better where it can be had, see `splitArguments()`.
 * @throws {TypeError} as `toArgument()`, and for one string, which would be taken letter by letter.
 * @example
 * ```js
 * quoteForShell(["a b.ts", "it's", "-rf"]); // 'a b.ts' 'it'\''s' ./-rf
 * ```
 */
export function quoteForShell(paths: Iterable<string>): string {
  if (typeof paths === "string") {
    throw new TypeError(`Cannot quote for a shell: \`paths\` must be a list, got ${JSON.stringify(paths)}`);
  }
  const words: string[] = [];
  for (const path of paths) {
    const argument = toArgument(path);
    words.push(PLAIN.test(argument) ? argument : singleQuote(argument));
  }
  return words.join(" ");
}
