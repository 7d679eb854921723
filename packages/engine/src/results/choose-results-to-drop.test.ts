import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseResultsToDrop, type StoredResult } from "./choose-results-to-drop.ts";

const results = fc
  .array(fc.record({ sizeBytes: fc.nat(100), storedAtMs: fc.nat(1_000) }), { maxLength: 20 })
  .map((list) => list.map((result, index): StoredResult => ({ ...result, fingerprint: String(index) })));
const limits = fc.record({ maxCount: fc.nat(20), maxBytes: fc.nat(500), maxAgeMs: fc.nat(1_000) });

test("what is kept is within every limit, and choosing again drops nothing more", () => {
  fc.assert(
    fc.property(results, limits, (given, within) => {
      const dropped = new Set(chooseResultsToDrop(given, within, 1_000));
      const kept = given.filter(({ fingerprint }) => !dropped.has(fingerprint));
      expect(kept.length).toBeLessThanOrEqual(within.maxCount);
      expect(kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(within.maxBytes);
      for (const { storedAtMs } of kept) expect(1_000 - storedAtMs).toBeLessThanOrEqual(within.maxAgeMs);
      expect(chooseResultsToDrop(kept, within, 1_000)).toEqual([]);
    }),
  );
});

test("nothing is dropped that is young enough and fits, and the oldest go first", () => {
  const given = [1, 3, 2].map((storedAtMs) => ({ fingerprint: `at ${storedAtMs}`, sizeBytes: 10, storedAtMs }));
  expect(chooseResultsToDrop(given, { maxCount: 3, maxBytes: 30, maxAgeMs: 9 }, 10)).toEqual([]);
  expect(chooseResultsToDrop(given, { maxCount: 3, maxBytes: 29, maxAgeMs: 9 }, 10)).toEqual(["at 1"]);
  expect(chooseResultsToDrop(given, { maxCount: 3, maxBytes: 30, maxAgeMs: 7 }, 10)).toEqual(["at 2", "at 1"]);
  expect(chooseResultsToDrop(given, { maxCount: 1, maxBytes: 30, maxAgeMs: 9 }, 10)).toEqual(["at 2", "at 1"]);
});
