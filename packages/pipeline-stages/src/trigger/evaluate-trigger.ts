import { countFindings } from "../count-findings.ts";
import type { StepOutcome } from "../evaluate-gate.ts";
import type { FindingCounts } from "../severity.ts";
import type { ComparisonOperator, TriggerExpression } from "./expression.ts";
import { matchesPattern } from "./matches-pattern.ts";
import { printTrigger } from "./print-trigger.ts";

/** What is known of a stage whose gate is decided, that will not run (`not-run`), or that waits for an approval. */
export interface StageFact {
  readonly state: "passed" | "failed" | "not-run" | "waiting";
  /** Findings of its steps; undefined until all of them have ended. */
  readonly findings?: FindingCounts | undefined;
}

/** What a trigger looks at. What is left out is not known yet. */
export interface TriggerFacts {
  readonly stages?: ReadonlyMap<string, StageFact> | undefined;
  readonly steps?: ReadonlyMap<string, StepOutcome | "not-run"> | undefined;
  /** Categories of the changed files, all of them. */
  readonly changed?: ReadonlySet<string> | undefined;
  readonly environment?: ReadonlyMap<string, boolean | number | string> | undefined;
  /** Whether a person approved the stage. */
  readonly approved?: boolean | undefined;
}

/** What a trigger comes to. */
export interface TriggerVerdict {
  /**
   * Undefined: it depends on what is not known yet. What is decided stays so, whatever becomes known; only that a stage is
   * `waiting` ends with its approval.
   */
  readonly value: boolean | undefined;
  /** The parts that decided it, or those still waited for, as printed. */
  readonly because: readonly string[];
}

type Value = boolean | number | string | undefined;

/**
 * Evaluates a trigger in three values (Kleene's strong logic): `false and x` is false and `true or x` true although `x` is not
 * known. A fact of another type than its place needs counts as not known, so that nothing starts because of it. No side
 * effects; the order of operands decides only which of several sufficient reasons is named.
 */
export function evaluateTrigger(expression: TriggerExpression, facts: TriggerFacts): TriggerVerdict {
  switch (expression.kind) {
    case "not": {
      const { value, because } = evaluateTrigger(expression.of, facts);
      return { value: value === undefined ? undefined : !value, because };
    }
    case "and":
    case "or":
      return evaluateSeveral(expression.of, expression.kind === "or", facts);
    case "compare": {
      const left = valueOf(expression.left, facts);
      const right = valueOf(expression.right, facts);
      return { value: compare(left, expression.operator, right), because: [printTrigger(expression)] };
    }
    case "literal":
    case "fact":
    case "approved":
    case "stage":
    case "step":
    case "changed":
    case "findings":
    case "matches": {
      const value = valueOf(expression, facts);
      return { value: typeof value === "boolean" ? value : undefined, because: [printTrigger(expression)] };
    }
  }
}

/** `decisive` is the value that one operand is enough for: true for `or`, false for `and`. */
function evaluateSeveral(of: readonly TriggerExpression[], decisive: boolean, facts: TriggerFacts): TriggerVerdict {
  const verdicts: TriggerVerdict[] = [];
  for (const one of of) {
    const verdict = evaluateTrigger(one, facts);
    if (verdict.value === decisive) return verdict;
    verdicts.push(verdict);
  }
  const open = verdicts.filter(({ value }) => value === undefined);
  const decided = open.length === 0;
  const because = (decided ? verdicts : open).flatMap((verdict) => verdict.because);
  return { value: decided ? !decisive : undefined, because: [...new Set(because)] };
}

function valueOf(expression: TriggerExpression, facts: TriggerFacts): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "fact":
      return facts.environment?.get(expression.name);
    case "approved":
      return facts.approved;
    case "stage": {
      const state = facts.stages?.get(expression.id)?.state;
      if (state === undefined) return undefined;
      if (state === "waiting") return expression.is === "waiting" ? true : undefined;
      return expression.is === "over" || expression.is === (state === "not-run" ? "skipped" : state);
    }
    case "step": {
      const outcome = facts.steps?.get(expression.id);
      return outcome === undefined ? undefined : answer(outcome, expression.is);
    }
    case "changed":
      return facts.changed?.has(expression.category);
    case "findings": {
      const fact = facts.stages?.get(expression.stage);
      if (fact?.state === "not-run") return 0;
      return fact?.findings === undefined ? undefined : countFindings(fact.findings, expression.severity);
    }
    case "matches": {
      const text = valueOf(expression.of, facts);
      return typeof text === "string" ? matchesPattern(text, expression.pattern) : undefined;
    }
    case "not":
    case "and":
    case "or":
    case "compare":
      return evaluateTrigger(expression, facts).value;
  }
}

function answer(outcome: StepOutcome | "not-run", is: "passed" | "failed" | "skipped" | "over"): boolean {
  if (is === "over") return true;
  if (outcome === "passed" || outcome === "replayed") return is === "passed";
  if (outcome === "skipped") return is === "skipped";
  return outcome !== "not-run" && is === "failed";
}

function compare(left: Value, operator: ComparisonOperator, right: Value): boolean | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  if (Number.isNaN(left) || Number.isNaN(right)) return undefined;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
