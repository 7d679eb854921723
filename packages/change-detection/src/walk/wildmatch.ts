/** What one piece of a pattern takes from the text. */
type Token =
  | { readonly kind: "byte"; readonly code: number }
  | { readonly kind: "set"; readonly members: Uint8Array }
  /** `*`: any bytes of one segment. */
  | { readonly kind: "star" }
  /** `**` at the end of a pattern or before an escaped slash: any bytes. */
  | { readonly kind: "everything" }
  /** `**` and its slash: nothing, or any bytes up to a slash and that slash. */
  | { readonly kind: "folders" };

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const STAR = 0x2a;
const QUESTION_MARK = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const EXCLAMATION_MARK = 0x21;
const DASH = 0x2d;
const COLON = 0x3a;

const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isAlpha = (code: number): boolean => isUpper(code) || isLower(code);
const isPrint = (code: number): boolean => code >= 0x20 && code <= 0x7e;
/** git counts neither the vertical tab nor the form feed as space. */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/** The named classes with git's own ASCII tables, whatever the locale says. */
const CLASSES: ReadonlyMap<string, (code: number) => boolean> = new Map([
  ["alnum", (code) => isAlpha(code) || isDigit(code)],
  ["alpha", isAlpha],
  ["blank", (code) => code === 0x20 || code === 0x09],
  ["cntrl", (code) => code < 0x20 || code === 0x7f],
  ["digit", isDigit],
  ["graph", (code) => isPrint(code) && code !== 0x20],
  ["lower", isLower],
  ["print", isPrint],
  ["punct", (code) => isPrint(code) && code !== 0x20 && !isAlpha(code) && !isDigit(code)],
  ["space", isSpace],
  ["upper", isUpper],
  ["xdigit", (code) => isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)],
]);

/** ASCII letters in lower case, every other byte as it is. */
export function foldCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Reads the bracket expression whose `[` is at `start`. Gives the set of bytes and the index of its `]`, or `undefined` where git gives up on the
 * whole pattern. With `ignoreCase` the text is folded and the members are not, as in git: `[A]` then matches nothing.
 */
function readSet(
  pattern: string,
  start: number,
  ignoreCase: boolean,
): { readonly members: Uint8Array; readonly end: number } | undefined {
  const members = new Uint8Array(256);
  const at = (index: number): number => (index < pattern.length ? pattern.charCodeAt(index) : 0);
  let index = start + 1;
  const isNegated = at(index) === EXCLAMATION_MARK || at(index) === CARET;
  if (isNegated) index += 1;
  let previous = 0;
  do {
    let code = at(index);
    if (code === 0) return undefined;
    if (code === BACKSLASH) {
      index += 1;
      code = at(index);
      if (code === 0) return undefined;
      members[code] = 1;
    } else if (code === DASH && previous !== 0 && at(index + 1) !== 0 && at(index + 1) !== CLOSE) {
      index += 1;
      code = at(index);
      if (code === BACKSLASH) {
        index += 1;
        code = at(index);
        if (code === 0) return undefined;
      }
      for (let one = previous; one <= code; one += 1) {
        members[one] = 1;
        if (ignoreCase && isUpper(one)) members[one + 0x20] = 1;
      }
      code = 0;
    } else if (code === OPEN && at(index + 1) === COLON) {
      const end = pattern.indexOf("]", index + 2);
      if (end === -1) return undefined;
      if (end > index + 2 && at(end - 1) === COLON) {
        const name = pattern.slice(index + 2, end - 1);
        const isMember = CLASSES.get(name);
        if (isMember === undefined) return undefined;
        for (let one = 1; one < 256; one += 1) if (isMember(one)) members[one] = 1;
        if (ignoreCase && name === "upper") for (let one = 0x61; one <= 0x7a; one += 1) members[one] = 1;
        index = end;
        code = 0;
      } else {
        members[OPEN] = 1;
      }
    } else {
      members[code] = 1;
    }
    previous = code;
    index += 1;
  } while (at(index) !== CLOSE);
  if (isNegated) for (let one = 0; one < 256; one += 1) members[one] = members[one] === 1 ? 0 : 1;
  // A set never takes what separates folders.
  members[SLASH] = 0;
  return { members, end: index };
}

/** Cuts a pattern into tokens; `undefined` for one that can match nothing (an open bracket, a lone backslash at the end). */
function readTokens(pattern: string, ignoreCase: boolean): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let index = 0;
  while (index < pattern.length) {
    const code = pattern.charCodeAt(index);
    if (code === BACKSLASH) {
      if (index + 1 === pattern.length) return undefined;
      // git does not fold what is escaped.
      tokens.push({ kind: "byte", code: pattern.charCodeAt(index + 1) });
      index += 2;
    } else if (code === QUESTION_MARK) {
      const members = new Uint8Array(256).fill(1);
      members[SLASH] = 0;
      tokens.push({ kind: "set", members });
      index += 1;
    } else if (code === STAR) {
      const first = index;
      while (pattern.charCodeAt(index) === STAR) index += 1;
      const beginsSegment = first === 0 || pattern.charCodeAt(first - 1) === SLASH;
      if (index - first === 1 || !beginsSegment) {
        tokens.push({ kind: "star" });
      } else if (pattern.charCodeAt(index) === SLASH) {
        tokens.push({ kind: "folders" });
        index += 1;
      } else if (index === pattern.length || pattern.startsWith("\\/", index)) {
        tokens.push({ kind: "everything" });
      } else {
        tokens.push({ kind: "star" });
      }
    } else if (code === OPEN) {
      const set = readSet(pattern, index, ignoreCase);
      if (set === undefined) return undefined;
      tokens.push({ kind: "set", members: set.members });
      index = set.end + 1;
    } else {
      tokens.push({ kind: "byte", code: ignoreCase && isUpper(code) ? code + 0x20 : code });
      index += 1;
    }
  }
  return tokens;
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let index = 0;
  // Where to go on after a dead end: the last `*` of this segment, then the last `**`. Earlier ones cannot do better.
  let starToken = -1;
  let starIndex = 0;
  let deepToken = -1;
  let deepIndex = 0;
  for (;;) {
    const one = tokens[token];
    if (one === undefined) {
      if (index === text.length) return true;
    } else if (one.kind === "star") {
      starToken = token;
      starIndex = index;
      token += 1;
      continue;
    } else if (one.kind === "everything" || one.kind === "folders") {
      deepToken = token;
      deepIndex = index;
      starToken = -1;
      token += 1;
      continue;
    } else if (index < text.length) {
      const code = text.charCodeAt(index);
      if (one.kind === "byte" ? one.code === code : one.members[code] === 1) {
        if (code === SLASH) starToken = -1;
        token += 1;
        index += 1;
        continue;
      }
    }
    if (starToken >= 0 && starIndex < text.length && text.charCodeAt(starIndex) !== SLASH) {
      starIndex += 1;
      index = starIndex;
      token = starToken + 1;
      continue;
    }
    if (deepToken < 0 || deepIndex >= text.length) return false;
    if (tokens[deepToken]?.kind === "folders") {
      const slash = text.indexOf("/", deepIndex);
      if (slash === -1) return false;
      deepIndex = slash;
    }
    deepIndex += 1;
    index = deepIndex;
    token = deepToken + 1;
    starToken = -1;
  }
}

/**
 * Compiles a pattern as git's `wildmatch()` with `WM_PATHNAME` understands it (wildmatch.c of git 2.39). Pattern and text are strings of bytes
 * (latin1), since git's `?` and `[...]` take one byte, not one character. Matching takes O(pattern x text) steps a `**`, whatever the
 * pattern, so that a hostile one cannot hang the caller.
 */
export function compileWildmatch(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const tokens = readTokens(pattern, ignoreCase);
  if (tokens === undefined) return () => false;
  return ignoreCase ? (text) => matchTokens(tokens, foldCase(text)) : (text) => matchTokens(tokens, text);
}
