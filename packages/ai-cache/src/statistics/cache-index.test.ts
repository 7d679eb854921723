import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatIndex, parseIndex, summarise, toCacheIndex, type KnownStatistics } from "./cache-index.ts";
import { flattenCounters } from "./counters.ts";
import { createCacheCounters } from "./create-cache-counters.ts";

const NOW_MS = 1_800_000_000_000;
const names = [...flattenCounters(createCacheCounters().snapshot()).keys()];
const known: fc.Arbitrary<KnownStatistics> = fc.record({
  sinceMs: fc.integer({ min: 0, max: 4e12 }),
  counters: fc
    .dictionary(fc.constantFrom(...names), fc.oneof(fc.nat(), fc.double({ min: 0, max: 2 ** 53 - 1, noNaN: true })))
    .map((record) => new Map(Object.entries(record).map(([name, count]) => [name, count === 0 ? 0 : count]))),
  absorbed: fc.array(fc.string()),
  listing: fc.option(
    fc.record({
      atMs: fc.integer({ min: 0, max: 4e12 }),
      entryCount: fc.nat(),
      sizeBytes: fc.nat(),
      oldestMs: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
});

test("parseIndex() takes back what formatIndex() wrote", () => {
  fc.assert(
    fc.property(known, (given) => {
      expect(parseIndex(formatIndex(given, NOW_MS))).toEqual(given);
    }),
  );
});

test("summarise() gives finite numbers only, and calls that add up, whatever was counted", () => {
  fc.assert(
    fc.property(known, ({ counters, listing }) => {
      const stats = summarise(counters, listing);
      expect(stats.total_calls).toBe(stats.hits + stats.misses + stats.coalesced);
      expect(stats.hit_rate).toBeGreaterThanOrEqual(0);
      expect(stats.hit_rate).toBeLessThanOrEqual(1);
      for (const [, value] of flattenCounters({ stats })) expect(value).toSatisfy(Number.isFinite);
      expect(JSON.stringify(stats).replaceAll(/"(?:oldest_entry|listed)":null/g, "")).not.toContain("null");
    }),
  );
});

test("summarise() gives the fields that readers of the file rely on", () => {
  const counters = createCacheCounters();
  counters.hits.memory = 3;
  counters.misses.absent = 1;
  counters.counts.coalesced = 1;
  counters.counts.cleanup = 2;
  Object.assign(counters.times.answered, { hit: 3, miss: 1, coalesced: 1 });
  Object.assign(counters.times.responseMs, { hit: 0.3, miss: 900, coalesced: 800 });
  const answer = { finishReason: "stop", text: "x", usage: { inputTokens: 10, outputTokens: 5 }, costUsd: 0.25 };
  for (let call = 0; call < 4; call += 1) counters.noteSaving(answer, 100);
  const listing = { atMs: NOW_MS, entryCount: 1, sizeBytes: 1024 * 512, oldestMs: NOW_MS - 1000 };
  expect(summarise(flattenCounters(counters.snapshot()), listing)).toMatchObject({
    total_calls: 5,
    hits: 3,
    misses: 1,
    hit_rate: 0.6,
    avg_response_time_ms: 340.06,
    avg_hit_time_ms: 0.1,
    avg_miss_time_ms: 900,
    total_tokens_saved: 60,
    tokens_saved: { input: 40, output: 20 },
    cost_saved_usd: 1,
    cache_size_mb: 0.5,
    oldest_entry: new Date(NOW_MS - 1000).toISOString(),
    cleanup_runs: 2,
    misses_by_reason: { absent: 1 },
    rejected_by_reason: {},
  });
});

test("toCacheIndex() of nothing divides by nothing", () => {
  const nothing = { sinceMs: NOW_MS, counters: new Map(), absorbed: [], listing: undefined };
  expect(toCacheIndex(nothing, NOW_MS)).toMatchObject({
    version: 1,
    updated: new Date(NOW_MS).toISOString(),
    stats: { total_calls: 0, hit_rate: 0, avg_response_time_ms: 0, oldest_entry: null, listed: null },
  });
});

const valid = (): Record<string, unknown> =>
  JSON.parse(
    formatIndex({ sinceMs: 1, counters: new Map([["storedCount", 1]]), absorbed: ["a"], listing: undefined }, NOW_MS),
  ) as Record<string, unknown>;

test.each([
  ["nothing", () => undefined],
  ["a torn file", () => JSON.stringify(valid()).slice(0, -5)],
  ["another document", () => "[]"],
  ["null", () => "null"],
  ["a newer version", () => JSON.stringify({ ...valid(), version: 2 })],
  ["an index without state", () => JSON.stringify({ ...valid(), state: undefined })],
  ["infinite counts", () => JSON.stringify(valid()).replace('"storedCount":1', '"storedCount":1e999')],
  ["no list of segments", () => JSON.stringify(valid()).replace('["a"]', "5")],
  ["no beginning", () => JSON.stringify(valid()).replace('"sinceMs":1', '"sinceMs":1e300')],
])("parseIndex() reads %s as none", (_, text) => {
  expect(parseIndex(JSON.stringify(valid()))).toBeDefined();
  expect(parseIndex(text())).toBeUndefined();
});
