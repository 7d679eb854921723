import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sampleKey } from "../../test/sample-entry.ts";
import { chooseEvictions } from "./choose-evictions.ts";

const NOW_MS = 10_000;
const entries = fc
  .array(fc.record({ sizeBytes: fc.nat(1000), lastUsedMs: fc.nat(NOW_MS) }), { maxLength: 30 })
  .map((list) => list.map((entry, index) => ({ ...entry, key: sampleKey(String(index)) })));
const limits = fc.record({ nowMs: fc.constant(NOW_MS), maxAgeMs: fc.nat(12_000), maxBytes: fc.nat(20_000) });

test("chooseEvictions() leaves what is within both limits, and has nothing to add the second time", () => {
  fc.assert(
    fc.property(entries, limits, (list, limit) => {
      const evicted = new Set(chooseEvictions(list, limit));
      const kept = list.filter(({ key }) => !evicted.has(key));
      const keptBytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      expect(kept.every(({ lastUsedMs }) => NOW_MS - lastUsedMs <= limit.maxAgeMs)).toBe(true);
      expect(keptBytes).toBeLessThanOrEqual(limit.maxBytes);
      expect(chooseEvictions(kept, limit)).toEqual([]);
    }),
  );
});

test("chooseEvictions() drops no young entry without need, and none used later than one it keeps", () => {
  fc.assert(
    fc.property(entries, limits, (list, limit) => {
      const young = list.filter(({ lastUsedMs }) => NOW_MS - lastUsedMs <= limit.maxAgeMs);
      const youngBytes = young.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const evicted = new Set(chooseEvictions(list, limit));
      const dropped = young.filter(({ key }) => evicted.has(key));
      const kept = young.filter(({ key }) => !evicted.has(key));
      if (youngBytes <= limit.maxBytes) expect(dropped).toEqual([]);
      const newestDroppedMs = Math.max(-1, ...dropped.map(({ lastUsedMs }) => lastUsedMs));
      expect(kept.every(({ lastUsedMs }) => lastUsedMs >= newestDroppedMs)).toBe(true);
      // Without the last one dropped, more than 80 % would have stayed.
      const droppedBytes = dropped.map(({ sizeBytes }) => sizeBytes);
      if (dropped.length > 0) {
        const leastKeptBytes = youngBytes - droppedBytes.reduce((a, b) => a + b, 0);
        expect(leastKeptBytes + Math.max(...droppedBytes)).toBeGreaterThan(limit.maxBytes * 0.8);
      }
    }),
  );
});

test("chooseEvictions() evicts down to 80 % by last use", () => {
  const list = [5, 1, 4, 2, 3].map((lastUsedMs) => ({ key: sampleKey(String(lastUsedMs)), sizeBytes: 10, lastUsedMs }));
  const evicted = chooseEvictions(list, { nowMs: NOW_MS, maxAgeMs: NOW_MS, maxBytes: 40 });
  expect(evicted).toEqual([sampleKey("1"), sampleKey("2")]);
});

test("chooseEvictions() lets go first of what was used far in the future, and of nothing for its age alone", () => {
  const dayMs = 24 * 60 * 60 * 1000;
  const list = [NOW_MS + 400 * dayMs, 1, NOW_MS + 300 * dayMs, 2, NOW_MS + dayMs].map((lastUsedMs) => ({
    key: sampleKey(String(lastUsedMs)),
    sizeBytes: 10,
    lastUsedMs,
  }));
  const evict = (maxBytes: number): string[] => chooseEvictions(list, { nowMs: NOW_MS, maxAgeMs: NOW_MS, maxBytes });
  expect(evict(50)).toEqual([]);
  const future = [sampleKey(String(NOW_MS + 400 * dayMs)), sampleKey(String(NOW_MS + 300 * dayMs))];
  expect(evict(40)).toEqual(future.sort());
  expect(evict(13)).toEqual([...future.sort(), sampleKey("1"), sampleKey("2")]);
});
