import { compilePathPattern, type PathPattern } from "./path-pattern.ts";

interface Rule extends PathPattern {
  readonly isNegated: boolean;
}

/** The rules of one file, made by {@link parseIgnoreRules}. */
export interface IgnoreRules {
  /** Last line first: the first one that matches decides. */
  readonly rules: readonly Rule[];
}

/** Cuts spaces off the end, but not those that a backslash protects. */
function trimTrailingSpaces(line: string): string {
  if (!line.endsWith(" ")) return line;
  let end = 0;
  for (let index = 0; index < line.length; index += 1) {
    const one = line[index];
    if (one === "\\") {
      index += 1;
      // git leaves a line alone that ends in a lone backslash; it then has no space at its end either.
      end = index + 1;
    } else if (one !== " ") {
      end = index + 1;
    }
  }
  return line.slice(0, end);
}

/** Lines of a rule file as strings of bytes: no byte-order mark, no carriage return before the line feed, nothing from a NUL on. */
export function ruleLines(content: Uint8Array): string[] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  const lines = (text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text).split("\n");
  return lines.map((line) => {
    const end = line.indexOf("\0");
    return end !== -1 ? line.slice(0, end) : line.endsWith("\r") ? line.slice(0, -1) : line;
  });
}

/**
 * Reads the content of a `.gitignore`, `.git/info/exclude` or `core.excludesFile` file. No content is refused: a line that git cannot use
 * matches nothing, as in git.
 * @param ignoreCase - git's `core.ignoreCase`. Default: `false`
 */
export function parseIgnoreRules(content: Uint8Array, ignoreCase = false): IgnoreRules {
  const rules: Rule[] = [];
  for (const line of ruleLines(content)) {
    if (line === "" || line.startsWith("#")) continue;
    const text = trimTrailingSpaces(line);
    const isNegated = text.startsWith("!");
    const pattern = isNegated ? text.slice(1) : text;
    if (pattern === "" || pattern === "/") continue;
    rules.push({ isNegated, ...compilePathPattern(pattern, ignoreCase) });
  }
  rules.reverse();
  return { rules };
}

/**
 * What one file's rules say of a path: `true` hides it, `false` takes it back, `undefined` leaves it to files of lower precedence. Parents are
 * not looked at: below a hidden directory git reads nothing, so a caller goes from the root downwards and stops there.
 *
 * @param path - relative to the folder of the rule file (to the root for `info/exclude` and `core.excludesFile`), as a string of bytes
 *   (latin1), without a slash at its end
 * @param name - last segment of `path`
 */
export function matchIgnoreRules(
  { rules }: IgnoreRules,
  path: string,
  name: string,
  isDirectory: boolean,
): boolean | undefined {
  for (const rule of rules) {
    if (rule.directoriesOnly && !isDirectory) continue;
    if (rule.matches(path, name)) return !rule.isNegated;
  }
  return undefined;
}
