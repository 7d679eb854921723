import type { Severity } from "../severity.ts";
import type { StageQuestion, StepQuestion, TriggerExpression } from "./expression.ts";
import { suggestName } from "./suggest-name.ts";
import { shorten, type TextToken, type TokenReader } from "./token-reader.ts";
import type { Token } from "./tokenise.ts";

/** Names that may be asked about; a kind that is `undefined` is not checked. */
export interface Names {
  readonly stages: readonly string[] | undefined;
  readonly steps: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  readonly facts: readonly string[] | undefined;
}

/** What an expression gives, as far as that is known without the facts. */
export type Type = "flag" | "number" | "text" | "any";

/** An expression with what it gives and where it begins. */
export interface Typed {
  readonly expression: TriggerExpression;
  readonly type: Type;
  readonly at: Token;
}

const STAGE_QUESTIONS: readonly StageQuestion[] = ["passed", "failed", "skipped", "over", "waiting"];
const STEP_QUESTIONS: readonly StepQuestion[] = ["passed", "failed", "skipped", "over"];
const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

const FUNCTIONS = ["stage", "step", "changed", "findings"] as const;
const WORDS = ["and", "or", "not", "matches", "true", "false", "approved"] as const;
/** Triggers of their own; as facts they would read as if they were these. */
const TRIGGERS = ["auto", "manual", "on_success"];
/** What can begin an operand, for messages. */
export const OPERAND: readonly string[] = [
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

/**
 * Reads on from a word that has been taken and begins an operand: a literal, a question or a fact.
 *
 * @param isAlone - whether the trigger holds nothing else
 */
export function readWord(at: Token, reader: TokenReader, known: Names, isAlone: boolean): Typed {
  const { isSymbol, fail } = reader;
  const name = at.source;
  if (name === "true" || name === "false")
    return { expression: { kind: "literal", value: name === "true" }, type: "flag", at };
  if (name === "approved") return { expression: { kind: "approved" }, type: "flag", at };
  const called = FUNCTIONS.find((one) => one === name);
  if (called !== undefined) return readQuestion(called, at, reader, known);
  if (isSymbol("(")) {
    if (ENVIRONMENT.includes(name)) fail(at, "Environment variables cannot be read by a trigger");
    return fail(at, `There is no function ${shorten(name)}`, [], suggestName(name, [...FUNCTIONS, "and", "or", "not"]));
  }
  if (TRIGGERS.includes(name)) {
    const suggestion = name === "manual" && !isAlone ? "approved" : undefined;
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
}

/** Reads what follows the name of a function. */
function readQuestion(name: (typeof FUNCTIONS)[number], at: Token, reader: TokenReader, known: Names): Typed {
  const { symbol, text, oneOf, fail } = reader;
  const know = (what: string, { token, value }: TextToken, names?: readonly string[]): string => {
    if (names === undefined || names.includes(value)) return value;
    return fail(
      token,
      `There is no ${what} ${shorten(JSON.stringify(value))} to ask about`,
      [],
      suggestName(value, names),
    );
  };
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
}
