import { suggestName } from "./suggest-name.ts";
import type { Token } from "./tokenise.ts";
import { Problem } from "./trigger-problem.ts";

/** A text in quotes, and where it stands. */
export interface TextToken {
  readonly token: Token;
  readonly value: string;
}

/** Reads tokens one after another. What is not as it must be is thrown as a {@link Problem}. */
export interface TokenReader {
  readonly peek: () => Token;
  /** The next token; the last one is given again and again. */
  readonly take: () => Token;
  readonly isSymbol: (symbol: string) => boolean;
  readonly isWord: (word: string) => boolean;
  /** Takes this symbol. */
  readonly symbol: (wanted: string) => void;
  /** Takes a text. */
  readonly text: () => TextToken;
  /** Takes one of these words. */
  readonly oneOf: <T extends string>(words: readonly T[]) => T;
  /** Fails at a token, of which `what` is said. */
  readonly fail: (at: Token, what: string, expected?: readonly string[], suggestion?: string) => never;
  /** Fails at the next token; one of `words` may have been meant. */
  readonly unexpected: (expected: readonly string[], words?: readonly string[]) => never;
}

/** What other languages write, and what it is called here. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["&", "and"],
  ["&&", "and"],
  ["|", "or"],
  ["||", "or"],
  ["!", "not"],
  ["=", "=="],
  ["===", "=="],
]);

export function createTokenReader(tokens: readonly Token[]): TokenReader {
  let next = 0;
  const END: Token = { kind: "end", offset: 0, source: "" };
  const peek = (): Token => tokens[next] ?? END;
  const take = (): Token => {
    const token = peek();
    if (next < tokens.length - 1) next++;
    return token;
  };

  const fail = (at: Token, what: string, expected: readonly string[] = [], suggestion?: string): never => {
    const place = at.kind === "end" ? "at the end" : `at character ${at.offset + 1}`;
    const wanted = expected.length === 0 ? "" : `; expected ${listOf(expected)}`;
    const meant = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    throw new Problem({
      message: `${what} ${place}${wanted}${meant}`,
      offset: at.offset,
      found: at.source,
      expected,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  };
  const unexpected = (expected: readonly string[], words: readonly string[] = []): never => {
    const at = peek();
    const unclosed = at.kind === "bad" && /^["']/.test(at.source) ? "Malformed or unclosed text" : "Unexpected";
    const what = at.kind === "end" ? "The trigger ends too early" : `${unclosed} ${shorten(at.source)}`;
    const suggestion = FOREIGN.get(at.source) ?? (at.kind === "name" ? suggestName(at.source, words) : undefined);
    return fail(at, what, expected, suggestion);
  };
  const isSymbol = (symbol: string): boolean => peek().kind === "symbol" && peek().source === symbol;
  const isWord = (word: string): boolean => peek().kind === "name" && peek().source === word;
  const symbol = (wanted: string): void => {
    if (!isSymbol(wanted)) unexpected([`"${wanted}"`]);
    take();
  };
  const text = (): TextToken => {
    const token = peek();
    if (token.kind !== "text") unexpected(["a text in quotes"]);
    take();
    return { token, value: String(token.value) };
  };
  const oneOf = <T extends string>(words: readonly T[]): T => {
    const found = words.find((word) => isWord(word));
    if (found === undefined)
      return unexpected(
        words.map((word) => `"${word}"`),
        words,
      );
    take();
    return found;
  };

  return { peek, take, isSymbol, isWord, symbol, text, oneOf, fail, unexpected };
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Quoted, and not longer than a message can bear; also keeps out of it what moves the cursor or turns the direction of writing. */
export function shorten(source: string): string {
  const quoted = /^["']/.test(source) ? source : JSON.stringify(source);
  const visible = quoted.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return visible.length <= 60 ? visible : `${visible.slice(0, 57)}...`;
}
