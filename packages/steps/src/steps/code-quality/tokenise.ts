/** A word, a number, a text or a sign of a source. */
export interface Token {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** Column of the first token of a line, counted from 0; where another one is before it, `undefined`. */
  readonly indent: number | undefined;
}

/** How a language writes what does not count. */
export type Syntax = "braces" | "python";

const COMMON = String.raw`"(?:[^"\\\n]|\\[\s\S])*"?|[A-Za-z_$][\w$]*|\d[\w.]*|&&|\|\||\?\?=?|\?\.|=>|->|::|[^\s\w]`;
const PATTERNS: Readonly<Record<Syntax, RegExp>> = {
  braces: new RegExp(
    String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|${"`"}(?:[^${"`"}\\]|\\[\s\S])*${"`"}?|'(?:[^'\\\n]|\\[\s\S])*'|${COMMON}`,
    "g",
  ),
  python: new RegExp(
    String.raw`#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|'(?:[^'\\\n]|\\[\s\S])*'?|${COMMON}`,
    "g",
  ),
};
/** After these a slash begins a regular expression, as far as JavaScript lets one tell without a parser. */
const BEFORE_EXPRESSION = /^(?:[(,=:[!&|?{};+*%<>~^-]|&&|\|\||\?\?|=>|return|typeof|case|in|of|do|else)$/;
const EXPRESSION = /\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** The tokens of a source without its comments; every text is one token. Linear; takes any text. */
export function tokenise(source: string, syntax: Syntax): readonly Token[] {
  const pattern = new RegExp(PATTERNS[syntax]);
  const tokens: Token[] = [];
  let [line, lineStart, at] = [1, 0, 0];
  let lastLine = 0;
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const start = match.index;
    for (; at < start; at += 1) {
      if (source.charCodeAt(at) === 10) [line, lineStart] = [line + 1, at + 1];
    }
    let [text] = match;
    if (text === "/" && syntax === "braces" && BEFORE_EXPRESSION.test(tokens.at(-1)?.text ?? "(")) {
      EXPRESSION.lastIndex = start;
      const expression = EXPRESSION.exec(source)?.[0];
      if (expression !== undefined) {
        text = expression;
        pattern.lastIndex = start + text.length;
      }
    }
    const isComment = syntax === "python" ? text.startsWith("#") : text.startsWith("//") || text.startsWith("/*");
    if (isComment) continue;
    tokens.push({ text, line, indent: line === lastLine ? undefined : start - lineStart });
    lastLine = line;
  }
  return tokens;
}
