import * as fc from "fast-check";
import { expect, test } from "vitest";
import { retryDelayMs } from "./retry-delay.ts";

test("retryDelayMs() lies between what the provider asks for and that plus the doubled base, capped", () => {
  const input = fc.record({
    retryIndex: fc.nat(40),
    baseDelayMs: fc.nat(5000),
    maxDelayMs: fc.nat(60_000),
    retryAfterMs: fc.option(fc.nat(100_000), { nil: undefined }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(input, (given) => {
      const leastMs = given.retryAfterMs ?? 0;
      const capMs = Math.min(given.maxDelayMs, given.baseDelayMs * 2 ** given.retryIndex);
      const delayMs = retryDelayMs(given);
      expect(delayMs).toBeGreaterThanOrEqual(leastMs);
      expect(delayMs).toBeLessThanOrEqual(leastMs + capMs);
    }),
  );
});

test("retryDelayMs() spreads over the whole range", () => {
  const at = (random: number): number => retryDelayMs({ retryIndex: 2, baseDelayMs: 100, maxDelayMs: 1000, random });
  expect([at(0), at(0.5), at(0.999)]).toEqual([0, 200, 399]);
});
