import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { BudgetOptions, Reservation } from "./budget.ts";
import { createBudget } from "./create-budget.ts";
import { createPrices } from "./prices.ts";

const prices = createPrices({
  models: {
    small: { input_per_million_usd: 0.15, output_per_million_usd: 0.6, cached_input_per_million_usd: 0.075 },
    "large-*": { input_per_million_usd: 3, output_per_million_usd: 15 },
  },
});
const usage = fc.record({ inputTokens: fc.nat(100), outputTokens: fc.nat(100) });
const limits = fc.record({
  maxCalls: fc.nat(10),
  maxInputTokens: fc.nat(500),
  maxOutputTokens: fc.nat(500),
  maxCostUsd: fc.double({ min: 0, max: 0.005, noNaN: true }),
});

test("createBudget() reserves exactly what fits, and settles once", () => {
  fc.assert(
    fc.property(limits, fc.array(fc.tuple(usage, fc.nat(2)), { maxLength: 20 }), (limit, calls) => {
      const budget = createBudget({ ...limit, prices, now: () => 0 });
      for (const [estimate, divisor] of calls) {
        const before = budget.used();
        const nextUsd = prices.costUsd("large-1", estimate) ?? Number.NaN;
        const reservation = budget.reserve({ ...estimate, model: "large-1" });
        const fits =
          before.callCount < limit.maxCalls &&
          before.inputTokens + estimate.inputTokens <= limit.maxInputTokens &&
          before.outputTokens + estimate.outputTokens <= limit.maxOutputTokens &&
          Math.round((before.costUsd + nextUsd) * 1e9) <= limit.maxCostUsd * 1e9;
        expect(reservation.status).toBe(fits ? "reserved" : "refused");
        if (divisor > 0 && reservation.status === "reserved") {
          const took = { inputTokens: Math.floor(estimate.inputTokens / divisor), outputTokens: 0 };
          expect(reservation.settle(took)).toBe(prices.costUsd("large-1", took));
          expect(reservation.settle({ inputTokens: 1e9, outputTokens: 1e9 })).toBeUndefined();
          expect(budget.used().inputTokens).toBe(before.inputTokens + took.inputTokens);
        }
      }
    }),
  );
});

test("createBudget() exceeds no limit by more than calls took beyond their estimates, in whatever order they end", () => {
  const model = fc.constantFrom("small", "large-x");
  const step = fc.oneof(
    fc.record({ kind: fc.constant("reserve" as const), estimate: usage, model }),
    fc.record({ kind: fc.constant("settle" as const), which: fc.nat(), took: fc.option(usage, { nil: undefined }) }),
  );
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 40 }), (limit, steps) => {
      const budget = createBudget({ ...limit, prices, now: () => 0 });
      const open: { reservation: Reservation; inputTokens: number; costUsd: number; model: string }[] = [];
      let beyondTokens = 0;
      let beyondUsd = 0;
      for (const next of steps) {
        if (next.kind === "reserve") {
          const reservation = budget.reserve({ ...next.estimate, model: next.model });
          const { inputTokens } = next.estimate;
          const costUsd = prices.costUsd(next.model, next.estimate) ?? Number.NaN;
          if (reservation.status === "reserved") open.push({ reservation, inputTokens, costUsd, model: next.model });
        } else if (open.length > 0) {
          const [ended] = open.splice(next.which % open.length, 1);
          if (ended === undefined) throw new Error("nothing open");
          ended.reservation.settle(next.took);
          if (next.took !== undefined) {
            beyondTokens += Math.max(0, next.took.inputTokens - ended.inputTokens);
            beyondUsd += Math.max(0, (prices.costUsd(ended.model, next.took) ?? Number.NaN) - ended.costUsd);
          }
        }
        const used = budget.used();
        expect(used.inputTokens).toBeGreaterThanOrEqual(0);
        expect(used.costUsd).toBeGreaterThanOrEqual(0);
        expect(used.callCount).toBeLessThanOrEqual(limit.maxCalls);
        expect(used.inputTokens).toBeLessThanOrEqual(limit.maxInputTokens + beyondTokens);
        expect(used.costUsd).toBeLessThanOrEqual(limit.maxCostUsd + beyondUsd + 1e-12);
      }
    }),
  );
});

test("createBudget() names the limit that refuses, what is used of it, and counts refusals", () => {
  let nowMs = 1000;
  const now = (): number => nowMs;
  const call = { inputTokens: 100, outputTokens: 50, model: "large-1" };
  const refusalOf = (options: BudgetOptions): unknown => {
    const budget = createBudget({ ...options, prices, now });
    budget.reserve(call);
    return budget.reserve(call);
  };
  expect(refusalOf({ maxCalls: 1 })).toEqual({
    status: "refused",
    limit: "maxCalls",
    cause: "used-up",
    used: 1,
    max: 1,
    message: "The budget of the run is used up: 1 of 1 calls are made",
  });
  expect(refusalOf({ maxInputTokens: 150 })).toMatchObject({
    limit: "maxInputTokens",
    message: "The budget of the run is used up: 100 of 150 input tokens, where the next call may take 100",
  });
  expect(refusalOf({ maxOutputTokens: 99 })).toMatchObject({ limit: "maxOutputTokens", used: 50, max: 99 });
  expect(refusalOf({ maxCostUsd: 0.002 })).toMatchObject({
    limit: "maxCostUsd",
    used: 0.00105,
    message: "The budget of the run is used up: 0.00105 USD of 0.002 USD, where the next call may cost 0.00105 USD",
  });
  const budget = createBudget({ maxMinutes: 2, now });
  expect(budget.reserve(call).status).toBe("reserved");
  nowMs += 119_999;
  expect(budget.reserve(call).status).toBe("reserved");
  nowMs += 1;
  expect(budget.reserve(call)).toMatchObject({ limit: "maxMinutes", used: 2, max: 2 });
  nowMs -= 60_000;
  expect(budget.reserve(call)).toMatchObject({ limit: "maxMinutes" });
  expect(budget.report()).toEqual({
    used: { callCount: 2, inputTokens: 200, outputTokens: 100, costUsd: 0, elapsedMs: 120_000 },
    limits: { maxMinutes: 2 },
    refusedCounts: { maxCalls: 0, maxInputTokens: 0, maxOutputTokens: 0, maxCostUsd: 0, maxMinutes: 2 },
    estimatedCallCount: 2,
    unpricedCallCount: 2,
  });
});

test("createBudget() with a cost limit refuses a model without a price instead of taking it for free", () => {
  const budget = createBudget({ maxCostUsd: 1, prices });
  const call = { inputTokens: 1, outputTokens: 1 };
  expect(budget.reserve({ ...call, model: "unknown" })).toMatchObject({
    limit: "maxCostUsd",
    cause: "no-price",
    message: 'There is no price for the model "unknown", so its cost cannot be kept within 1 USD',
  });
  expect(budget.reserve(call)).toMatchObject({ cause: "no-price" });
  expect(() => createBudget({ maxCostUsd: 1 })).toThrow("`maxCostUsd` needs `prices`");
});

test("settle() takes the provider's word for the cost, but not for what cannot be", () => {
  const budget = createBudget({ prices });
  const reserve = (model?: string): Reservation => {
    const reservation = budget.reserve({ inputTokens: 10, outputTokens: 10, model });
    if (reservation.status === "refused") throw new Error(reservation.message);
    return reservation;
  };
  expect(reserve().settle({ inputTokens: 1, outputTokens: 1 }, 0.25)).toBe(0.25);
  expect(reserve("small").settle({ inputTokens: 100, outputTokens: 0, cachedInputTokens: 60 })).toBe(0.0000105);
  for (const impossible of [-1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 1e15]) {
    const before = budget.used();
    const costUsd = impossible === 0.5 ? -1 : impossible;
    expect(reserve().settle({ inputTokens: impossible, outputTokens: 0 }, costUsd)).toBeUndefined();
    expect(budget.used().inputTokens).toBe(before.inputTokens + 10);
    expect(budget.used().costUsd).toBe(before.costUsd);
  }
  expect(budget.report()).toMatchObject({ estimatedCallCount: 5, unpricedCallCount: 5 });
});

test("cancel() gives back all that a call never made had reserved, once", () => {
  const budget = createBudget({ prices, maxCalls: 1, now: () => 0 });
  const call = { inputTokens: 10, outputTokens: 10, model: "small" };
  for (let round = 0; round < 3; round += 1) {
    const reservation = budget.reserve(call);
    if (reservation.status === "refused") throw new Error(reservation.message);
    reservation.cancel();
    reservation.cancel();
    expect(reservation.settle({ inputTokens: 5, outputTokens: 5 })).toBeUndefined();
  }
  expect(budget.report()).toMatchObject({
    used: { callCount: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    estimatedCallCount: 0,
    unpricedCallCount: 0,
  });
});

test("createBudget() without limits refuses nothing, and refuses limits that are none", () => {
  expect(createBudget().reserve({ inputTokens: 1e12, outputTokens: 1e12 }).status).toBe("reserved");
  expect(() => createBudget({ maxCalls: -1 })).toThrow("`maxCalls` must be an integer of at least 0, got -1");
  expect(() => createBudget({ maxInputTokens: Number.NaN })).toThrow(RangeError);
  expect(() => createBudget({ maxMinutes: Number.POSITIVE_INFINITY })).toThrow("`maxMinutes` must be a number");
  expect(() => createBudget().reserve({ inputTokens: Number.NaN, outputTokens: 0 })).toThrow(RangeError);
});
