import { isSecretValue } from "./is-secret-value.ts";
import type { SecretSpan } from "./redaction-marker.ts";

/** How values stand in a file: quoted wherever they are text, bare as in `.env` and YAML, or nobody knows. */
export type ValueStyle = "code" | "config" | "unknown";

const CODE_EXTENSIONS: ReadonlySet<string> = new Set(
  "c cc cpp cs cts cjs cxx dart ex exs go groovy h hpp hs java js jsx kt kts lua m mjs mts php pl pm py pyi r rb rs scala swift ts tsx vue svelte zig".split(
    " ",
  ),
);
const CONFIG_EXTENSIONS: ReadonlySet<string> = new Set(
  "cfg cnf conf config credentials env ini properties toml yaml yml netrc npmrc pypirc".split(" "),
);

/** How values stand in the file at `path`, told by its extension. */
export function valueStyleOf(path: string | undefined): ValueStyle {
  const extension = path?.slice(path.lastIndexOf(".") + 1).toLowerCase() ?? "";
  if (CODE_EXTENSIONS.has(extension)) return "code";
  return CONFIG_EXTENSIONS.has(extension) ? "config" : "unknown";
}

const KEYWORD =
  /pass(?:word|wd|phrase)|pwd|(?<=[_-])pass(?![a-z])|secret|token|credential|(?:api|app|access|account|auth|private|encryption|signing|master|storage)[_-]?key|(?<=_)auth(?![a-z])/gi;
const SUFFIX = /[A-Za-z0-9_.-]{0,40}/y;
// Last words of names that are about a secret without holding it.
const ABOUT =
  /(?:^|[_.-]|(?=[A-Z]))(?:names?|ids?|ur[li]s?|paths?|files?|types?|fields?|len(?:gth)?|counts?|sizes?|expir(?:y|es|ation)|expires_?(?:in|at)|ttl|polic(?:y|ies)|refs?|arns?|endpoints?|prefix|suffix|regexp?|pattern|headers?|labels?|hint|errors?|messages?|msg|reset|version|limits?|provider|store|manager|service|handler|input|button|form|strength|rules?|required|enabled|visible|confirm(?:ation)?|index|kind|status|state|usage|budget|env|var|variable|s)$/i;
const SECRET_PROPERTY = /pass|pwd|secret|token|key|auth|value|current/i;
const SEPARATOR = /[\\"'`\]]{0,4}[ \t]{0,20}(?:[=!]==?|:=|=>|=|:)[ \t]{0,20}/y;
const TYPE_ANNOTATION = /[A-Za-z_][A-Za-z0-9_.<>[\]|?]{0,40}[ \t]{0,8}=(?![=>])[ \t]{0,8}/y;
const OPENING_QUOTE = /[bBfFrRuU@$]{0,2}(\\{0,3}(?:"""|'''|["'`]))/y;
const BARE = /[^\s"'`,;<>«»]{1,512}/y;
const CODE_REFERENCE = /^[&*!(]?[A-Za-z_$][\w$]*(?:$|[([{]|\.[A-Za-z_$]|->|::|\?\.|!\.)/;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const LONGEST_NAME = 60;
const LONGEST_QUOTED = 4096;
const SHORTEST_VALUE = 6;
const SHORTEST_BARE = 8;

interface Name {
  readonly text: string;
  /** The two characters before it. */
  readonly before: string;
  readonly end: number;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The whole name that the keyword at `start` is part of, if such a name holds a secret. */
function readName(text: string, start: number, keyword: string, style: ValueStyle): Name | undefined {
  let first = start;
  while (first > 0 && start - first < LONGEST_NAME && /[A-Za-z0-9_-]/.test(text.charAt(first - 1))) first -= 1;
  const suffix = matchAt(SUFFIX, text, start + keyword.length)?.[0] ?? "";
  const end = start + keyword.length + suffix.length;
  const name = { text: text.slice(first, end), before: text.slice(Math.max(0, first - 2), first), end };
  if (keyword.toLowerCase() === "pwd") {
    const previous = text.charAt(start - 1);
    if (name.text === "PWD" || (/[A-Za-z]/.test(previous) && !(/[a-z]/.test(previous) && keyword.startsWith("P")))) {
      return undefined;
    }
  }
  // "tokenizer", "passwordless", "secretary": other words.
  if (/^[a-z]/.test(suffix) || (/^[A-Z]{2}/.test(suffix) && keyword === keyword.toUpperCase())) return undefined;
  // In code, "token.kind" is a property of some token.
  const property = suffix.lastIndexOf(".");
  if (style === "code" && property !== -1 && !SECRET_PROPERTY.test(suffix.slice(property + 1))) return undefined;
  return ABOUT.test(suffix) ? undefined : name;
}

/** Where the quoted text that starts after `quote` ends: before the same quote, on the same line. */
function findClosingQuote(text: string, start: number, quote: string): number {
  const last = Math.min(text.length, start + LONGEST_QUOTED);
  const spansLines = quote.length >= 3 && !quote.startsWith("\\");
  for (let at = start; at < last; at += 1) {
    if (text.startsWith(quote, at)) return at;
    const character = text.charAt(at);
    if ((character === "\n" || character === "\r") && !spansLines) return -1;
    if (character === "\\") at += 1;
  }
  return -1;
}

function acceptBare(value: string, name: Name, separator: string, style: ValueStyle): boolean {
  if (!isSecretValue(value) || value.length < SHORTEST_VALUE) return false;
  const isShellLike = separator === "=" && /^[A-Z0-9_]+$/.test(name.text);
  if (isShellLike) return !/[({[]/.test(value) && (style !== "code" || !IDENTIFIER.test(value) || /\d/.test(value));
  if (style === "config") return !/^[A-Za-z_$][\w$.]*\(/.test(value);
  if (style === "code" || separator.includes("==") || value.length < SHORTEST_BARE) return false;
  if (IDENTIFIER.test(value)) return /\d\D*\d/.test(value);
  return !CODE_REFERENCE.test(value) && !/[(){}[\]]/.test(value) && /[A-Za-z]/.test(value) && /\d/.test(value);
}

/** Trailing characters that close the sentence, the call or the list around a bare value. */
function trimBare(value: string): string {
  let end = value.length;
  while (end > 0 && ")]}.:\\&|".includes(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}

/** Is `name: value` all there is on its line, as in YAML (and in a diff of it)? */
function fillsLine(text: string, name: Name, end: number): boolean {
  const start = name.end - name.text.length;
  const indent = text.slice(Math.max(0, start - LONGEST_NAME), start);
  return /(?:^|[\r\n])[+-]?[ \t-]*$/.test(indent) && /^[ \t]{0,8}(?:$|[\r\n]| #)/.test(text.slice(end, end + 12));
}

function readValue(text: string, name: Name, style: ValueStyle): SecretSpan | undefined {
  const rule = "assigned-secret";
  if (name.before.endsWith("<") && text.charAt(name.end) === ">") {
    const start = name.end + 1;
    const value = /[^<\s]{0,512}/y;
    const end = start + (matchAt(value, text, start)?.[0].length ?? 0);
    const isSecret = end - start >= SHORTEST_VALUE && text.charAt(end) === "<" && isSecretValue(text.slice(start, end));
    return isSecret ? { start, end, rule } : undefined;
  }
  const separator = matchAt(SEPARATOR, text, name.end);
  let start = name.end;
  let sign: string;
  if (separator !== null) {
    sign = separator[0].replace(/[\\"'`\]]/g, "");
    start += separator[0].length;
    if (sign.startsWith(":")) start += matchAt(TYPE_ANNOTATION, text, start)?.[0].length ?? 0;
  } else if ((name.text.startsWith("--") || name.before === "--") && /[ \t]/.test(text.charAt(name.end))) {
    sign = "--";
    start += 1;
  } else return undefined;

  const opening = matchAt(OPENING_QUOTE, text, start);
  if (opening !== null) {
    const from = start + opening[0].length;
    const to = findClosingQuote(text, from, opening[1] ?? "");
    if (to !== -1) {
      const value = text.slice(from, to);
      return value.length >= SHORTEST_VALUE && isSecretValue(value) ? { start: from, end: to, rule } : undefined;
    }
    start = from;
  }
  const bare = matchAt(BARE, text, start)?.[0] ?? "";
  const value = trimBare(bare);
  const isSetting = style === "unknown" && sign.startsWith(":") && fillsLine(text, name, start + bare.length);
  const isSecret =
    acceptBare(value, name, sign, style) || (isSetting && /\d/.test(value) && acceptBare(value, name, sign, "config"));
  return isSecret ? { start, end: start + value.length, rule } : undefined;
}

/**
 * Values that are given to names such as `password`, `API_KEY`, `clientSecret` or `--token`: in code, in `.env` files, in YAML, JSON, XML
 * and on command lines. A quoted value counts from six characters on; a bare one where it can be no variable or call.
 *
 * Linear: each name is followed for at most 60 characters, each value for at most 4,096.
 */
export function findAssignedSecrets(text: string, style: ValueStyle): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const keyword = new RegExp(KEYWORD);
  for (let match = keyword.exec(text); match !== null; match = keyword.exec(text)) {
    const name = readName(text, match.index, match[0], style);
    if (name === undefined) continue;
    const span = readValue(text, name, style);
    if (span === undefined) continue;
    spans.push(span);
    keyword.lastIndex = span.end;
  }
  return spans;
}
