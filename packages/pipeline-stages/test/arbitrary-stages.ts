import * as fc from "fast-check";
import type { StageDefinition } from "../src/define-stages.ts";
import type { StepResult } from "../src/evaluate-gate.ts";

export const arbitraryResult: fc.Arbitrary<StepResult> = fc.record(
  {
    outcome: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<StepResult["outcome"][]>("passed", "replayed", "skipped") },
      {
        weight: 1,
        arbitrary: fc.constantFrom<StepResult["outcome"][]>("failed", "timed-out", "cancelled", "inconclusive"),
      },
    ),
    findings: fc.record({ error: fc.nat(1), warning: fc.nat(1), info: fc.nat(1) }, { requiredKeys: [] }),
  },
  { requiredKeys: ["outcome"] },
);

const settings = fc.record(
  {
    trigger: fc.constantFrom<NonNullable<StageDefinition["trigger"]>[]>("auto", "manual", "on_success"),
    failFast: fc.boolean(),
    minimumSeverity: fc.constantFrom<NonNullable<StageDefinition["minimumSeverity"]>[]>("error", "warning", "info"),
  },
  { requiredKeys: [] },
);

/** Up to five stages of one to three steps each, ids such as `s0` and `s0.1`. */
export const arbitraryDefinitions: fc.Arbitrary<StageDefinition[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), settings), { maxLength: 5 })
  .map((drafts) =>
    drafts.map(([size, rest], index) => ({
      id: `s${index}`,
      steps: Array.from({ length: size }, (_, step) => `s${index}.${step}`),
      ...rest,
    })),
  );

/** Stages with a result for each of their steps. */
export const arbitraryPipeline: fc.Arbitrary<{
  definitions: StageDefinition[];
  stepIds: string[];
  outcomes: Map<string, StepResult>;
}> = arbitraryDefinitions.chain((definitions) => {
  const stepIds = definitions.flatMap(({ steps }) => steps);
  return fc.array(arbitraryResult, { minLength: stepIds.length, maxLength: stepIds.length }).map((results) => ({
    definitions,
    stepIds,
    outcomes: new Map(results.map((result, index) => [stepIds[index] ?? "", result])),
  }));
});
