import { compilePathPattern, type PathPattern } from "./path-pattern.ts";
import { foldCase } from "./wildmatch.ts";

interface Rule extends PathPattern {
  readonly isNegated: boolean;
  /** Place in the file: the last rule that matches decides. */
  readonly place: number;
}

/** The rules of one file, made by {@link parseIgnoreRules}. Each list begins with the last line. */
export interface IgnoreRules {
  readonly isEmpty: boolean;
  readonly ignoreCase: boolean;
  /** Rules without a wildcard, by the name or the path that they are for: looked up, however many there are. */
  readonly byName: ReadonlyMap<string, readonly Rule[]>;
  readonly byPath: ReadonlyMap<string, readonly Rule[]>;
  readonly others: readonly Rule[];
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
  const [byName, byPath, others] = [new Map<string, Rule[]>(), new Map<string, Rule[]>(), [] as Rule[]];
  const lines = ruleLines(content);
  for (let place = lines.length - 1; place >= 0; place -= 1) {
    const line = lines[place];
    if (line === undefined || line === "" || line.startsWith("#")) continue;
    const text = trimTrailingSpaces(line);
    const isNegated = text.startsWith("!");
    const pattern = isNegated ? text.slice(1) : text;
    if (pattern === "" || pattern === "/") continue;
    const rule: Rule = { isNegated, place, ...compilePathPattern(pattern, ignoreCase) };
    if (rule.literal === undefined) {
      others.push(rule);
      continue;
    }
    const map = rule.literal.of === "name" ? byName : byPath;
    const same = map.get(rule.literal.text);
    if (same === undefined) map.set(rule.literal.text, [rule]);
    else same.push(rule);
  }
  return { isEmpty: byName.size + byPath.size + others.length === 0, ignoreCase, byName, byPath, others };
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
  { ignoreCase, byName, byPath, others }: IgnoreRules,
  path: string,
  name: string,
  isDirectory: boolean,
): boolean | undefined {
  const applies = (rule: Rule): boolean => isDirectory || !rule.directoriesOnly;
  const ofName = byName.size === 0 ? undefined : byName.get(ignoreCase ? foldCase(name) : name)?.find(applies);
  const ofPath = byPath.size === 0 ? undefined : byPath.get(ignoreCase ? foldCase(path) : path)?.find(applies);
  let decisive = (ofPath?.place ?? -1) > (ofName?.place ?? -1) ? ofPath : ofName;
  for (const rule of others) {
    if (decisive !== undefined && rule.place < decisive.place) break;
    if (applies(rule) && rule.matches(path, name)) {
      decisive = rule;
      break;
    }
  }
  return decisive && !decisive.isNegated;
}
