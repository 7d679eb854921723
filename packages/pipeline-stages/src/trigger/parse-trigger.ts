import type { Severity } from "../severity.ts";
import type { ComparisonOperator, StageQuestion, StepQuestion, TriggerExpression } from "./expression.ts";
import { suggestName } from "./suggest-name.ts";
import { tokenise, type Token } from "./tokenise.ts";

/** UTF-16 code units a trigger may have. */
export const MAX_TRIGGER_LENGTH = 4096;

/** How deep parentheses and `not` may be nested. */
export const MAX_TRIGGER_DEPTH = 64;

/** Names that a trigger may use. A kind of name that is left out is not checked. */
export interface KnownNames {
  readonly stages?: Iterable<string> | undefined;
  readonly steps?: Iterable<string> | undefined;
  readonly categories?: Iterable<string> | undefined;
  readonly facts?: Iterable<string> | undefined;
}

/** What is wrong with the text of a trigger. */
export interface TriggerProblem {
  /** As a sentence, with the place, what is expected there, and the suggestion. */
  readonly message: string;
  /** Where it is, in UTF-16 code units from the start. */
  readonly offset: number;
  /** What stands there; empty at the end of the text. */
  readonly found: string;
  /** What could stand there instead; empty where the grammar is kept and a name or a type is wrong. */
  readonly expected: readonly string[];
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
}

/** What {@link parseTrigger} gives. */
export type ParsedTrigger =
  | { readonly ok: true; readonly expression: TriggerExpression }
  | { readonly ok: false; readonly problem: TriggerProblem };

type Type = "flag" | "number" | "text" | "any";
interface Typed {
  readonly expression: TriggerExpression;
  readonly type: Type;
  readonly at: Token;
}

/** Carries a problem out of the parser; never leaves this file. */
class Problem extends Error {
  readonly problem: TriggerProblem;
  constructor(problem: TriggerProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const STAGE_QUESTIONS: readonly StageQuestion[] = ["passed", "failed", "skipped", "over", "waiting"];
const STEP_QUESTIONS: readonly StepQuestion[] = ["passed", "failed", "skipped", "over"];
const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];
const OPERATORS: readonly ComparisonOperator[] = ["==", "!=", "<", "<=", ">", ">="];
const FUNCTIONS = ["stage", "step", "changed", "findings"] as const;
const WORDS = ["and", "or", "not", "matches", "true", "false", "approved"] as const;
/** Triggers of their own; as facts they would read as if they were these. */
const TRIGGERS = ["auto", "manual", "on_success"];
const OPERAND = [
  '"not"',
  '"("',
  ...FUNCTIONS.map((name) => `"${name}(...)"`),
  '"approved"',
  "a fact",
  "a number",
  "a text",
];
/** What would read environment variables elsewhere. Here decisions rest on recorded facts, and no reason can print a secret. */
const ENVIRONMENT = ["env", "getenv", "environ", "secrets"];
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
const TYPES: Readonly<Record<Type, string>> = { flag: "true or false", number: "a number", text: "a text", any: "any" };

/**
 * Reads a trigger such as `stage("core").passed and (changed("docs") or not ci)`.
 *
 * ```text
 * expression  = conjunction { "or" conjunction }
 * conjunction = negation { "and" negation }
 * negation    = "not" negation | comparison
 * comparison  = operand [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand | "matches" text ]
 * operand     = "(" expression ")" | "true" | "false" | number | text | "approved" | fact
 *             | "stage" "(" text ")" "." ( "passed" | "failed" | "skipped" | "over" | "waiting" )
 *             | "step" "(" text ")" "." ( "passed" | "failed" | "skipped" | "over" )
 *             | "changed" "(" text ")"
 *             | "findings" "(" text "," ( `"error"` | `"warning"` | `"info"` ) ")"
 * fact        = letter or "_", then letters, digits, "_" and "-"; none of the words above
 * text        = as in JSON, or anything but `'` in single quotes
 * ```
 *
 * In the text behind `matches` every `*` stands for any characters, and all others for themselves.
 *
 * `and` binds stronger than `or`, `not` stronger than `and`, a comparison strongest. Types are checked as far as they are known
 * without the facts. Never throws, whatever the text: at most {@link MAX_TRIGGER_LENGTH} code units and
 * {@link MAX_TRIGGER_DEPTH} levels are read. O(length), plus the known names where one is wrong.
 *
 * @param known - names it may use; @defaultValue none are checked
 */
export function parseTrigger(text: string, known: KnownNames = {}): ParsedTrigger {
  if (text.length > MAX_TRIGGER_LENGTH) {
    const message = `A trigger has at most ${MAX_TRIGGER_LENGTH} characters, this one has ${text.length}`;
    return { ok: false, problem: { message, offset: MAX_TRIGGER_LENGTH, found: "", expected: [] } };
  }
  try {
    return { ok: true, expression: readAll(tokenise(text), listNames(known)) };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** An iterable may give its names only once. */
function listNames({ stages, steps, categories, facts }: KnownNames): Names {
  const list = (names: Iterable<string> | undefined): readonly string[] | undefined => names && [...names];
  return { stages: list(stages), steps: list(steps), categories: list(categories), facts: list(facts) };
}

type Names = { readonly [Kind in keyof KnownNames]: readonly string[] | undefined };

function readAll(tokens: readonly Token[], known: Names): TriggerExpression {
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
  const text = (): { token: Token; value: string } => {
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
  const know = (what: string, { token, value }: { token: Token; value: string }, names?: readonly string[]): string => {
    if (names === undefined || names.includes(value)) return value;
    return fail(
      token,
      `There is no ${what} ${shorten(JSON.stringify(value))} to ask about`,
      [],
      suggestName(value, names),
    );
  };
  const need = (typed: Typed, type: Type): Typed => {
    if (typed.type === type || typed.type === "any") return typed;
    return fail(
      typed.at,
      `${TYPES[typed.type]} where ${TYPES[type]} is needed`.replace(/^./, (a) => a.toUpperCase()),
    );
  };

  const call = (name: (typeof FUNCTIONS)[number], at: Token): Typed => {
    symbol("(");
    const argument = text();
    switch (name) {
      case "stage": {
        const id = know("stage", argument, known.stages);
        symbol(")");
        symbol(".");
        return { expression: { kind: "stage", id, is: oneOf(STAGE_QUESTIONS) }, type: "flag", at };
      }
      case "step": {
        const id = know("step", argument, known.steps);
        symbol(")");
        symbol(".");
        return { expression: { kind: "step", id, is: oneOf(STEP_QUESTIONS) }, type: "flag", at };
      }
      case "changed": {
        const category = know("category", argument, known.categories);
        symbol(")");
        return { expression: { kind: "changed", category }, type: "flag", at };
      }
      case "findings": {
        const stage = know("stage", argument, known.stages);
        symbol(",");
        const severity = text();
        const found = SEVERITIES.find((one) => one === severity.value);
        if (found === undefined)
          return fail(
            severity.token,
            "Unknown severity",
            SEVERITIES.map((one) => `"${one}"`),
          );
        symbol(")");
        return { expression: { kind: "findings", stage, severity: found }, type: "number", at };
      }
    }
  };

  const word = (at: Token): Typed => {
    const name = at.source;
    if (name === "true" || name === "false")
      return { expression: { kind: "literal", value: name === "true" }, type: "flag", at };
    if (name === "approved") return { expression: { kind: "approved" }, type: "flag", at };
    const called = FUNCTIONS.find((one) => one === name);
    if (called !== undefined) return call(called, at);
    if (isSymbol("(")) {
      if (ENVIRONMENT.includes(name)) fail(at, "Environment variables cannot be read by a trigger");
      return fail(
        at,
        `There is no function ${shorten(name)}`,
        [],
        suggestName(name, [...FUNCTIONS, "and", "or", "not"]),
      );
    }
    if (TRIGGERS.includes(name)) {
      const suggestion = name === "manual" && tokens.length > 2 ? "approved" : undefined;
      return fail(at, `"${name}" is a trigger of its own and not part of an expression`, [], suggestion);
    }
    const similar = name.toLowerCase();
    if (WORDS.some((one) => one === name || (one === similar && one !== name))) {
      return fail(at, `Unexpected "${name}"`, OPERAND, name === similar ? undefined : similar);
    }
    if (known.facts?.includes(name) === false) {
      fail(at, `There is no fact ${shorten(name)}`, [], suggestName(name, [...known.facts, ...WORDS, ...TRIGGERS]));
    }
    return { expression: { kind: "fact", name }, type: "any", at };
  };

  const operand = (depth: number): Typed => {
    const at = peek();
    if (isSymbol("(")) {
      deeper(at, depth);
      take();
      const inner = disjunction(depth + 1);
      if (!isSymbol(")")) unexpected(['")"', '"and"', '"or"'], ["and", "or"]);
      take();
      return { ...inner, at };
    }
    if (at.kind === "name") return word(take());
    if (at.kind === "number" || at.kind === "text") {
      take();
      const value = at.value ?? "";
      return { expression: { kind: "literal", value }, type: at.kind, at };
    }
    return unexpected(OPERAND);
  };

  const comparison = (depth: number): Typed => {
    const left = operand(depth);
    if (isWord("matches")) {
      take();
      const { expression } = need(left, "text");
      const pattern = text().value;
      return { expression: { kind: "matches", of: expression, pattern }, type: "flag", at: left.at };
    }
    const operator = OPERATORS.find((one) => isSymbol(one));
    if (operator === undefined) return left;
    take();
    const right = operand(depth);
    if (operator === "==" || operator === "!=") {
      if (left.type !== "any") need(right, left.type);
    } else {
      need(left, "number");
      need(right, "number");
    }
    if (OPERATORS.some((one) => isSymbol(one))) fail(peek(), "Comparisons cannot be chained", ['"and"', '"or"']);
    const { expression } = left;
    return {
      expression: { kind: "compare", operator, left: expression, right: right.expression },
      type: "flag",
      at: left.at,
    };
  };

  const negation = (depth: number): Typed => {
    const at = peek();
    if (!isWord("not")) return comparison(depth);
    deeper(at, depth);
    take();
    return { expression: { kind: "not", of: need(negation(depth + 1), "flag").expression }, type: "flag", at };
  };

  const several = (kind: "and" | "or", read: (depth: number) => Typed, depth: number): Typed => {
    const first = read(depth);
    if (!isWord(kind)) return first;
    const of = [need(first, "flag").expression];
    while (isWord(kind)) {
      take();
      of.push(need(read(depth), "flag").expression);
    }
    return { expression: { kind, of }, type: "flag", at: first.at };
  };
  const conjunction = (depth: number): Typed => several("and", negation, depth);
  const disjunction = (depth: number): Typed => several("or", conjunction, depth);
  const deeper = (at: Token, depth: number): void => {
    if (depth >= MAX_TRIGGER_DEPTH) fail(at, `More than ${MAX_TRIGGER_DEPTH} levels of parentheses and "not"`);
  };

  const all = need(disjunction(0), "flag");
  if (peek().kind !== "end") unexpected(['"and"', '"or"', "a comparison", "the end"], ["and", "or", "matches"]);
  return all.expression;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Quoted, and not longer than a message can bear; also keeps out of it what moves the cursor or turns the direction of writing. */
function shorten(source: string): string {
  const quoted = /^["']/.test(source) ? source : JSON.stringify(source);
  const visible = quoted.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return visible.length <= 60 ? visible : `${visible.slice(0, 57)}...`;
}
