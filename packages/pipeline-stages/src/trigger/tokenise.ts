/** A piece of a trigger's text. Offsets are UTF-16 code units. */
export interface Token {
  readonly kind: "name" | "number" | "text" | "symbol" | "end" | "bad";
  readonly offset: number;
  /** As written; empty at the end. */
  readonly source: string;
  /** What a number or a text stands for. */
  readonly value?: number | string | undefined;
}

const SPACE = /\s+/y;
const PIECES: readonly (readonly [Token["kind"], RegExp])[] = [
  ["name", /[A-Za-z_][\w-]*/y],
  ["number", /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["text", /"(?:[^"\\]|\\.)*"|'[^']*'/suy],
  ["symbol", /==|!=|<=|>=|[<>().,]/y],
  // What other languages write; told apart so that the message can say what to write instead.
  ["bad", /&&?|\|\|?|===?|=|!/y],
];

/** Cuts a text into tokens. What is none becomes one `bad` token, and ends the list. Never throws. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    SPACE.lastIndex = offset;
    offset += SPACE.exec(text)?.[0].length ?? 0;
    if (offset === text.length) return [...tokens, { kind: "end", offset, source: "" }];
    const token = readToken(text, offset);
    tokens.push(token);
    if (token.kind === "bad") return tokens;
    offset += token.source.length;
  }
}

function readToken(text: string, offset: number): Token {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = offset;
    const source = pattern.exec(text)?.[0];
    if (source === undefined) continue;
    if (kind === "number") {
      // `+ 0` makes a negative zero a plain one.
      const value = Number(source) + 0;
      return Number.isFinite(value) ? { kind, offset, source, value } : { kind: "bad", offset, source };
    }
    if (kind === "text") {
      const value = readText(source);
      return value === undefined ? { kind: "bad", offset, source } : { kind, offset, source, value };
    }
    return { kind, offset, source };
  }
  const rest = text.slice(offset);
  // An unclosed text goes to the end; anything else is one character.
  const source = /^["']/.test(rest) ? rest : String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return { kind: "bad", offset, source };
}

/** In double quotes as in JSON, in single quotes as it stands. */
function readText(source: string): string | undefined {
  if (source.startsWith("'")) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    return undefined;
  }
}
