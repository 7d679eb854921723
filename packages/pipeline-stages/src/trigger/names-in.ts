import type { TriggerExpression } from "./expression.ts";

/** The names a trigger uses, each once, in the order of their first use. */
export interface TriggerNames {
  readonly stages: readonly string[];
  readonly steps: readonly string[];
  readonly categories: readonly string[];
  readonly facts: readonly string[];
  /** Whether it asks for an approval. */
  readonly approved: boolean;
}

/** Gives the names that a trigger uses, so that a caller can check them or provide their facts. */
export function namesIn(expression: TriggerExpression): TriggerNames {
  const stages = new Set<string>();
  const steps = new Set<string>();
  const categories = new Set<string>();
  const facts = new Set<string>();
  let approved = false;
  const visit = (one: TriggerExpression): void => {
    switch (one.kind) {
      case "literal":
        break;
      case "fact":
        facts.add(one.name);
        break;
      case "approved":
        approved = true;
        break;
      case "stage":
        stages.add(one.id);
        break;
      case "step":
        steps.add(one.id);
        break;
      case "changed":
        categories.add(one.category);
        break;
      case "findings":
        stages.add(one.stage);
        break;
      case "not":
      case "matches":
        visit(one.of);
        break;
      case "and":
      case "or":
        for (const operand of one.of) visit(operand);
        break;
      case "compare":
        visit(one.left);
        visit(one.right);
        break;
    }
  };
  visit(expression);
  return { stages: [...stages], steps: [...steps], categories: [...categories], facts: [...facts], approved };
}
