import { ruleLines } from "../walk/ignore-rules.ts";
import { compilePathPattern, type PathPattern } from "../walk/path-pattern.ts";

/** `true` (set), `false` (unset), a text, or `undefined` for what was made unspecified again. */
export type AttributeValue = string | boolean | undefined;

export interface Assignment {
  readonly name: string;
  readonly value: AttributeValue;
}

/** One line of an attributes file. */
export type AttributeLine =
  | { readonly kind: "rule"; readonly pattern: PathPattern; readonly assignments: readonly Assignment[] }
  | { readonly kind: "macro"; readonly name: string; readonly assignments: readonly Assignment[] };

/** git passes over longer lines. */
const LONGEST_LINE = 2048;
const NAME = /^[A-Za-z0-9_.][-A-Za-z0-9_.]*$/;
const MACRO = "[attr]";

/** Reads the C-quoted pattern at the start of a line; gives it and what follows. */
function readQuoted(line: string): { readonly pattern: string; readonly rest: string } | undefined {
  const match = /^"((?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*)"/.exec(line);
  if (match === null) return undefined;
  const letters: Readonly<Record<string, string>> = {
    a: "\u0007",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
  };
  const pattern = (match[1] ?? "").replaceAll(/\\([0-3][0-7]{2}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (letters[code] ?? code),
  );
  return { pattern, rest: line.slice(match[0].length) };
}

function readAssignments(text: string): Assignment[] {
  const assignments: Assignment[] = [];
  for (const word of text.split(/[ \t\r\n]+/)) {
    if (word === "") continue;
    const equals = word.indexOf("=");
    const sign = word.startsWith("-") || word.startsWith("!") ? word[0] : undefined;
    const name = word.slice(sign === undefined ? 0 : 1, equals === -1 ? undefined : equals);
    if (!NAME.test(name)) continue;
    const value = sign === "-" ? false : sign === "!" ? undefined : equals === -1 ? true : word.slice(equals + 1);
    assignments.push({ name, value });
  }
  return assignments;
}

/**
 * Reads the content of an attributes file (gitattributes). Lines that git would warn of and pass over are passed over.
 *
 * @param allowsMacros - whether the file is of a kind that may define macros
 */
export function parseAttributes(
  content: Uint8Array,
  options: { readonly allowsMacros: boolean; readonly ignoreCase: boolean },
): readonly AttributeLine[] {
  const lines: AttributeLine[] = [];
  for (const whole of ruleLines(content)) {
    const line = whole.replace(/^[ \t\r\n]+/, "");
    if (line === "" || line.startsWith("#") || whole.length >= LONGEST_LINE) continue;
    const quoted = line.startsWith('"') ? readQuoted(line) : undefined;
    const end = line.search(/[ \t\r\n]/);
    const text = quoted?.pattern ?? (end === -1 ? line : line.slice(0, end));
    const rest = quoted?.rest ?? (end === -1 ? "" : line.slice(end));
    if (quoted === undefined && text.startsWith(MACRO) && text.length > MACRO.length) {
      const name = text.slice(MACRO.length);
      if (options.allowsMacros && NAME.test(name))
        lines.push({ kind: "macro", name, assignments: readAssignments(rest) });
      continue;
    }
    // Negative patterns are forbidden; git ignores them.
    if (text.startsWith("!")) continue;
    lines.push({
      kind: "rule",
      pattern: compilePathPattern(text, options.ignoreCase),
      assignments: readAssignments(rest),
    });
  }
  return lines;
}
