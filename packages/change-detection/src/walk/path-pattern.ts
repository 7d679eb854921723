import { compileWildmatch, foldCase } from "./wildmatch.ts";

/** One pattern of a `.gitignore` or `.gitattributes` file. Names are strings of bytes (latin1). */
export interface PathPattern {
  /** Whether it matches directories only: the pattern ended in a slash. */
  readonly directoriesOnly: boolean;
  /**
   * What the whole path, or its last segment, must be, where the pattern has no wildcard; in lower case with `ignoreCase`. So many patterns can be
   * looked up instead of being tried one after the other.
   */
  readonly literal: { readonly of: "path" | "name"; readonly text: string } | undefined;
  /** Whether it matches; `path` is relative to the folder of the file that holds the pattern, `name` its last segment. */
  readonly matches: (path: string, name: string) => boolean;
}

const GLOB_SPECIAL = /[*?[\\]/;

/** Length of what stands before the first character with a meaning of its own. */
function literalLength(pattern: string): number {
  const index = pattern.search(GLOB_SPECIAL);
  return index === -1 ? pattern.length : index;
}

/**
 * Compiles one pattern, without its `!`, as git does (`parse_path_pattern()`, `match_basename()` and `match_pathname()` in dir.c): a pattern
 * without a slash, but for one at the end, is compared with the last segment, others with the whole path.
 */
export function compilePathPattern(text: string, ignoreCase: boolean): PathPattern {
  const directoriesOnly = text.endsWith("/");
  const pattern = directoriesOnly ? text.slice(0, -1) : text;
  const fold = ignoreCase ? foldCase : (one: string): string => one;
  if (!pattern.includes("/")) return { directoriesOnly, ...compileName(pattern, fold, ignoreCase) };

  // A leading slash says only that the pattern is for whole paths.
  const anchored = pattern.startsWith("/") ? pattern.slice(1) : pattern;
  const length = literalLength(anchored);
  const literal = fold(anchored.slice(0, length));
  const rest = anchored.slice(length);
  if (rest === "") {
    return { directoriesOnly, literal: { of: "path", text: literal }, matches: (path) => fold(path) === literal };
  }
  // git cuts the literal part off first, so that `a**/b` is `**/b` after an `a`.
  const matchesRest = compileWildmatch(rest, ignoreCase);
  const begins = ignoreCase
    ? (path: string): boolean => foldCase(path.slice(0, length)) === literal
    : (path: string): boolean => path.startsWith(literal);
  const matches = (path: string): boolean => begins(path) && matchesRest(path.slice(length));
  return { directoriesOnly, literal: undefined, matches };
}

function compileName(
  pattern: string,
  fold: (text: string) => string,
  ignoreCase: boolean,
): Pick<PathPattern, "literal" | "matches"> {
  if (!GLOB_SPECIAL.test(pattern)) {
    const literal = fold(pattern);
    return { literal: { of: "name", text: literal }, matches: (_, name) => fold(name) === literal };
  }
  if (pattern.startsWith("*") && !GLOB_SPECIAL.test(pattern.slice(1))) {
    const end = fold(pattern.slice(1));
    return { literal: undefined, matches: (_, name) => fold(name).endsWith(end) };
  }
  const matchesName = compileWildmatch(pattern, ignoreCase);
  return { literal: undefined, matches: (_, name) => matchesName(name) };
}
