import * as fc from "fast-check";
import type { StageFact, TriggerFacts } from "../src/trigger/evaluate-trigger.ts";
import type { StepOutcome } from "../src/evaluate-gate.ts";
import type { TriggerExpression } from "../src/trigger/expression.ts";

const hostileText = fc.oneof(fc.constantFrom("a", "b", "__proto__", 'a"b', "\\", "\n"), fc.string({ unit: "binary" }));

const severity = fc.constantFrom("error" as const, "warning" as const, "info" as const);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);

/** Any expression that the parser can give, with hostile names where `text` makes them. */
export function arbitraryTrigger(text: fc.Arbitrary<string> = hostileText): fc.Arbitrary<TriggerExpression> {
  const fact = fc.constantFrom("ci", "branch", "merge-queue", "_x", "constructor", "andy");
  const flag: fc.Arbitrary<TriggerExpression> = fc.oneof(
    fc.record({ kind: fc.constant("literal" as const), value: fc.boolean() }),
    fc.record({ kind: fc.constant("fact" as const), name: fact }),
    fc.constant<TriggerExpression>({ kind: "approved" }),
    fc.record({
      kind: fc.constant("stage" as const),
      id: text,
      is: fc.constantFrom("passed", "failed", "skipped", "over", "waiting"),
    }),
    fc.record({
      kind: fc.constant("step" as const),
      id: text,
      is: fc.constantFrom("passed", "failed", "skipped", "over"),
    }),
    fc.record({ kind: fc.constant("changed" as const), category: text }),
    fc.record({
      kind: fc.constant("matches" as const),
      of: fc.record({ kind: fc.constant("fact" as const), name: fact }),
      pattern: fc.oneof(text, fc.constantFrom("*", "a*", "*b*")),
    }),
  );
  const count: fc.Arbitrary<TriggerExpression> = fc.oneof(
    fc.record({ kind: fc.constant("findings" as const), stage: text, severity }),
    fc.record({ kind: fc.constant("literal" as const), value: number }),
    fc.record({ kind: fc.constant("fact" as const), name: fact }),
  );
  const comparisonOfNumbers = fc.record({
    kind: fc.constant("compare" as const),
    operator: fc.constantFrom("==", "!=", "<", "<=", ">", ">="),
    left: count,
    right: count,
  });
  const comparisonOfTexts = fc.record({
    kind: fc.constant("compare" as const),
    operator: fc.constantFrom("==", "!="),
    left: fc.record({ kind: fc.constant("fact" as const), name: fact }),
    right: fc.record({ kind: fc.constant("literal" as const), value: text }),
  });
  return fc.letrec<{ node: TriggerExpression }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      flag,
      comparisonOfNumbers as fc.Arbitrary<TriggerExpression>,
      comparisonOfTexts as fc.Arbitrary<TriggerExpression>,
      fc.record({ kind: fc.constant("not" as const), of: tie("node") }),
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        of: fc.array(tie("node"), { minLength: 2, maxLength: 4 }),
      }),
      fc.record({
        kind: fc.constant("compare" as const),
        operator: fc.constantFrom("==" as const, "!=" as const),
        left: tie("node"),
        right: tie("node"),
      }),
    ),
  })).node;
}

const name = fc.constantFrom("a", "b", "c");
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** Expressions over the names `a`, `b` and `c`, so that facts of {@link arbitraryFacts} concern them. */
export const arbitraryPlainTrigger: fc.Arbitrary<TriggerExpression> = arbitraryTrigger(name);

/** Facts of which any may be unknown. */
export const arbitraryFacts: fc.Arbitrary<TriggerFacts> = fc.record({
  stages: fc
    .array(
      fc.tuple(
        name,
        fc.record<StageFact>({
          state: fc.constantFrom("passed", "failed", "not-run", "waiting"),
          findings: maybe(fc.record({ error: fc.nat(2), warning: fc.nat(2) }, { requiredKeys: [] })),
        }),
      ),
    )
    .map((entries) => new Map(entries)),
  steps: fc
    .array(
      fc.tuple(
        name,
        fc.constantFrom<(StepOutcome | "not-run")[]>("passed", "replayed", "failed", "skipped", "not-run"),
      ),
    )
    .map((entries) => new Map(entries)),
  changed: maybe(fc.array(name).map((names) => new Set(names))),
  environment: fc
    .array(
      fc.tuple(
        fc.constantFrom("ci", "branch", "_x", "andy"),
        fc.oneof(fc.boolean(), fc.integer({ min: -1, max: 3 }), name),
      ),
    )
    .map((entries) => new Map(entries)),
  approved: maybe(fc.boolean()),
});
