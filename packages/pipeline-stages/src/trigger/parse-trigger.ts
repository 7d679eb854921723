import type { ComparisonOperator, TriggerExpression } from "./expression.ts";
import { OPERAND, readWord, type Names, type Type, type Typed } from "./read-word.ts";
import { createTokenReader } from "./token-reader.ts";
import { tokenise, type Token } from "./tokenise.ts";
import { Problem, type TriggerProblem } from "./trigger-problem.ts";

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

/** What {@link parseTrigger} gives. */
export type ParsedTrigger =
  | { readonly ok: true; readonly expression: TriggerExpression }
  | { readonly ok: false; readonly problem: TriggerProblem };

const OPERATORS: readonly ComparisonOperator[] = ["==", "!=", "<", "<=", ">", ">="];
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

function readAll(tokens: readonly Token[], known: Names): TriggerExpression {
  const reader = createTokenReader(tokens);
  const { peek, take, isSymbol, isWord, fail, unexpected } = reader;
  const need = (typed: Typed, type: Type): Typed => {
    if (typed.type === type || typed.type === "any") return typed;
    return fail(
      typed.at,
      `${TYPES[typed.type]} where ${TYPES[type]} is needed`.replace(/^./, (a) => a.toUpperCase()),
    );
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
    if (at.kind === "name") return readWord(take(), reader, known, tokens.length <= 2);
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
      const pattern = reader.text().value;
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
