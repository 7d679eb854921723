import type { TriggerExpression } from "./expression.ts";

/** How strongly an expression holds together: what is weaker needs parentheses inside what is stronger. */
const STRENGTH = { or: 0, and: 1, not: 2, compare: 3, matches: 3 } as const;

const strengthOf = ({ kind }: TriggerExpression): number =>
  kind in STRENGTH ? STRENGTH[kind as keyof typeof STRENGTH] : 4;

/**
 * Writes an expression as `parseTrigger` reads it, with no more parentheses than needed: parsing what it gives gives an equal
 * expression.
 */
export function printTrigger(expression: TriggerExpression): string {
  const inside = (one: TriggerExpression, atLeast: number): string =>
    strengthOf(one) < atLeast ? `(${printTrigger(one)})` : printTrigger(one);
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "fact":
      return expression.name;
    case "approved":
      return "approved";
    case "stage":
    case "step":
      return `${expression.kind}(${JSON.stringify(expression.id)}).${expression.is}`;
    case "changed":
      return `changed(${JSON.stringify(expression.category)})`;
    case "findings":
      return `findings(${JSON.stringify(expression.stage)}, "${expression.severity}")`;
    case "not":
      return `not ${inside(expression.of, STRENGTH.not)}`;
    case "and":
    case "or":
      return expression.of.map((one) => inside(one, STRENGTH[expression.kind] + 1)).join(` ${expression.kind} `);
    case "compare": {
      const { left, operator, right } = expression;
      return `${inside(left, STRENGTH.compare + 1)} ${operator} ${inside(right, STRENGTH.compare + 1)}`;
    }
    case "matches":
      return `${inside(expression.of, STRENGTH.matches + 1)} matches ${JSON.stringify(expression.pattern)}`;
  }
}
