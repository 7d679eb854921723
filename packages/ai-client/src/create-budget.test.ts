import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createBudget } from "./create-budget.ts";

const usage = fc.record({ inputTokens: fc.nat(100), outputTokens: fc.nat(100) });

test("createBudget() never reserves beyond a limit, and what is settled at most as estimated stays within", () => {
  const limits = fc.record({ maxCalls: fc.nat(10), maxInputTokens: fc.nat(500), maxOutputTokens: fc.nat(500) });
  fc.assert(
    fc.property(limits, fc.array(fc.tuple(usage, fc.nat(2)), { maxLength: 20 }), (limit, calls) => {
      const budget = createBudget(limit);
      for (const [estimate, divisor] of calls) {
        const before = budget.used();
        const reservation = budget.reserve(estimate);
        const fits =
          before.callCount < limit.maxCalls &&
          before.inputTokens + estimate.inputTokens <= limit.maxInputTokens &&
          before.outputTokens + estimate.outputTokens <= limit.maxOutputTokens;
        expect(reservation !== undefined).toBe(fits);
        if (divisor > 0) {
          const took = Math.floor(estimate.inputTokens / divisor);
          reservation?.settle({ inputTokens: took, outputTokens: 0 });
          reservation?.settle({ inputTokens: 1e9, outputTokens: 1e9 });
          if (fits) expect(budget.used().inputTokens).toBe(before.inputTokens + took);
        }
        expect(budget.used().inputTokens).toBeLessThanOrEqual(limit.maxInputTokens);
        expect(budget.used().outputTokens).toBeLessThanOrEqual(limit.maxOutputTokens);
      }
    }),
  );
});

test("createBudget() without limits refuses nothing, and refuses limits that are none", () => {
  expect(createBudget().reserve({ inputTokens: 1e12, outputTokens: 1e12 })).toBeDefined();
  expect(() => createBudget({ maxCalls: -1 })).toThrow("`maxCalls` must be an integer of at least 0, got -1");
  expect(() => createBudget({ maxInputTokens: Number.NaN })).toThrow(RangeError);
});
