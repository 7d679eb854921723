import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryFacts, arbitraryPlainTrigger } from "../../test/arbitrary-triggers.ts";
import { evaluateTrigger, type TriggerFacts } from "./evaluate-trigger.ts";
import { namesIn } from "./names-in.ts";
import { parseTrigger } from "./parse-trigger.ts";

test("namesIn() gives each name once, in the order of first use", () => {
  const parsed = parseTrigger(
    `findings("b", "info") < load and (stage("a").over or stage("b").over) and not step("s").over and changed("docs") and ci == load`,
  );
  expect(parsed.ok && namesIn(parsed.expression)).toEqual({
    stages: ["b", "a"],
    steps: ["s"],
    categories: ["docs"],
    facts: ["load", "ci"],
    approved: false,
  });
});

test("namesIn() names everything an expression depends on", () => {
  const only = <V>(map: ReadonlyMap<string, V> | undefined, names: readonly string[]): ReadonlyMap<string, V> =>
    new Map([...(map ?? [])].filter(([name]) => names.includes(name)));
  fc.assert(
    fc.property(arbitraryPlainTrigger, arbitraryFacts, (expression, facts) => {
      const names = namesIn(expression);
      const named: TriggerFacts = {
        stages: only(facts.stages, names.stages),
        steps: only(facts.steps, names.steps),
        changed: facts.changed && new Set([...facts.changed].filter((one) => names.categories.includes(one))),
        environment: only(facts.environment, names.facts),
        approved: names.approved ? facts.approved : undefined,
      };
      expect(evaluateTrigger(expression, named)).toEqual(evaluateTrigger(expression, facts));
    }),
  );
});
