import type { Severity } from "../severity.ts";

/**
 * What can be asked of a stage that comes earlier. `skipped`: it will not run, because its own trigger is false or an earlier
 * gate is closed. `over`: its gate is decided, or it is skipped. `waiting`: it waits for an approval; as long as it does, the
 * others are unknown.
 */
export type StageQuestion = "passed" | "failed" | "skipped" | "over" | "waiting";

/** What can be asked of a step. `passed` is also a replay; `over`: it has ended, or will not run. */
export type StepQuestion = "passed" | "failed" | "skipped" | "over";

/** How two values are compared. */
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A parsed trigger. Plain data: it can be stored, compared and printed with `printTrigger`. */
export type TriggerExpression =
  | { readonly kind: "literal"; readonly value: boolean | number | string }
  /** A fact of the environment, such as `ci`. */
  | { readonly kind: "fact"; readonly name: string }
  /** Whether a person approved the stage whose trigger this is. */
  | { readonly kind: "approved" }
  | { readonly kind: "stage"; readonly id: string; readonly is: StageQuestion }
  | { readonly kind: "step"; readonly id: string; readonly is: StepQuestion }
  /** Whether a file of this category changed. */
  | { readonly kind: "changed"; readonly category: string }
  /** Number of findings of a stage's steps of this severity or a graver one. */
  | { readonly kind: "findings"; readonly stage: string; readonly severity: Severity }
  | { readonly kind: "not"; readonly of: TriggerExpression }
  /** Two or more operands. */
  | { readonly kind: "and" | "or"; readonly of: readonly TriggerExpression[] }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: TriggerExpression;
      readonly right: TriggerExpression;
    }
  /** Whether a text is as a pattern, in which every `*` stands for any characters, also none and `/`. */
  | { readonly kind: "matches"; readonly of: TriggerExpression; readonly pattern: string };
