import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createManualClock } from "../test/manual-clock.ts";
import { temporaryDirectory } from "../test/temporary-directory.ts";
import type { AiCache, CacheMode, CacheResult } from "./ai-cache.ts";
import type { AiCacheOptions } from "./cache-options.ts";
import type { ModelAnswer } from "./entries/cache-entry.ts";
import type { AiCacheError } from "./errors.ts";
import { createCacheKey, type CacheKeyParts } from "./key/create-cache-key.ts";
import { openAiCache } from "./open-ai-cache.ts";

const WHOLE: ModelAnswer = { finishReason: "stop", text: "fine", usage: { inputTokens: 100, outputTokens: 20 } };

function parts(prompt: string): CacheKeyParts {
  return { provider: "p", model: "m", prompt };
}

interface Provider {
  callCount: number;
  readonly compute: () => Promise<ModelAnswer>;
}

function provider(answer: ModelAnswer = WHOLE): Provider {
  const self: Provider = {
    callCount: 0,
    compute: async () => {
      self.callCount += 1;
      return { ...answer };
    },
  };
  return self;
}

function open(options: Partial<AiCacheOptions> = {}): { cache: AiCache; directory: string } {
  const directory = options.directory ?? join(temporaryDirectory(), "cache");
  return { cache: openAiCache({ ...options, directory }), directory };
}

function fileOf(directory: string, question: CacheKeyParts): string {
  const key = createCacheKey(question);
  return join(directory, key.slice(0, 2), `${key}.json`);
}

test("getOrCompute() asks once, then answers from memory, and from disk when opened again", async () => {
  const { cache, directory } = open();
  const asked = provider();
  expect(await cache.getOrCompute(parts("a"), asked.compute)).toMatchObject({
    source: "computed",
    missReason: "absent",
    stored: true,
  });
  expect(await cache.getOrCompute(parts("a"), asked.compute)).toMatchObject({ source: "memory", answer: WHOLE });
  const reopened = openAiCache({ directory });
  const never = provider();
  expect(await reopened.getOrCompute(parts("a"), never.compute)).toMatchObject({ source: "disk", answer: WHOLE });
  expect(await reopened.getOrCompute(parts("a"), never.compute)).toMatchObject({ source: "memory" });
  expect(never.callCount).toBe(0);
  expect(asked.callCount).toBe(1);
  expect(reopened.stats()).toMatchObject({
    hits: { memory: 1, disk: 1 },
    savedTokens: { inputTokens: 200, outputTokens: 40 },
  });
});

test.each([
  ["truncated", { ...WHOLE, finishReason: "length" }],
  ["content-filter", { ...WHOLE, finishReason: "content-filter" }],
  ["refusal", { ...WHOLE, finishReason: "refusal" }],
  ["not-stopped", { ...WHOLE, finishReason: "error" }],
  ["empty", { ...WHOLE, text: " \n" }],
  ["not-json", { ...WHOLE, details: new Map() as never }],
  ["too-large", { ...WHOLE, text: "x".repeat(5000) }],
] as const)("getOrCompute() returns an answer that is %s, does not store it and counts it", async (reason, answer) => {
  const { cache, directory } = open({ maxBytes: 4000 });
  const asked = provider(answer);
  for (let round = 0; round < 2; round += 1) {
    const result = await cache.getOrCompute(parts("a"), asked.compute);
    expect(result).toMatchObject({ source: "computed", stored: false, rejectReason: reason, answer });
  }
  expect(asked.callCount).toBe(2);
  expect(cache.stats().rejected[reason]).toBe(2);
  expect(openAiCache({ directory }).verify().checkedCount).toBe(0);
});

test("stats() count the cost and tokens of the stored call for each hit, and of the shared one for each who waited", async () => {
  const { cache, directory } = open();
  const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60 };
  const { compute } = provider({ ...WHOLE, usage, costUsd: 0.25 });
  await Promise.all([cache.getOrCompute(parts("a"), compute), cache.getOrCompute(parts("a"), compute)]);
  expect(cache.stats()).toMatchObject({ savedCostUsd: 0.25, savedTokens: { inputTokens: 100 } });
  const reopened = openAiCache({ directory });
  const never = provider({ ...WHOLE, costUsd: 9 });
  const hit = await reopened.getOrCompute(parts("a"), never.compute);
  expect(hit.answer).toEqual({ ...WHOLE, usage, costUsd: 0.25 });
  await reopened.getOrCompute(parts("a"), never.compute);
  expect(reopened.stats()).toMatchObject({ savedCostUsd: 0.5, savedTokens: { inputTokens: 200, outputTokens: 40 } });
});

test("stats() are not spoilt by a shared answer whose usage or cost is no number", async () => {
  const { cache } = open();
  const usage = { inputTokens: Number.NaN, outputTokens: -5 };
  const { compute } = provider({ ...WHOLE, usage, costUsd: Number.POSITIVE_INFINITY });
  const results = await Promise.all([1, 2].map(() => cache.getOrCompute(parts("a"), compute)));
  expect(results).toMatchObject([{ rejectReason: "not-json" }, { source: "coalesced" }]);
  expect(cache.stats()).toMatchObject({ savedCostUsd: 0, savedTokens: { inputTokens: 0, outputTokens: 0 } });
});

test("getOrCompute() neither stores nor serves what the caller's check refuses", async () => {
  const { cache } = open();
  const asked = provider();
  const refuse = { isValid: (answer: ModelAnswer) => answer.text === "other" };
  expect(await cache.getOrCompute(parts("a"), asked.compute, refuse)).toMatchObject({
    stored: false,
    rejectReason: "invalid",
  });
  await cache.getOrCompute(parts("a"), asked.compute);
  expect(await cache.getOrCompute(parts("a"), asked.compute, refuse)).toMatchObject({
    source: "computed",
    missReason: "invalid",
  });
  expect(asked.callCount).toBe(3);
  const stumble = {
    isValid: (): boolean => {
      throw new Error("unexpected shape");
    },
  };
  expect(await cache.getOrCompute(parts("b"), asked.compute, stumble)).toMatchObject({ rejectReason: "invalid" });
});

test("getOrCompute() passes a failure on, stores nothing and asks again", async () => {
  const { cache } = open();
  await expect(cache.getOrCompute(parts("a"), () => Promise.reject(new Error("429")))).rejects.toThrow("429");
  expect(await cache.getOrCompute(parts("a"), provider().compute)).toMatchObject({
    source: "computed",
    missReason: "absent",
  });
  expect(cache.stats()).toMatchObject({ failedCount: 1, storedCount: 1 });
});

test("getOrCompute() asks once for callers at the same time, and the leader's abort does not reach the others", async () => {
  const { cache } = open();
  const leader = new AbortController();
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  let workSignal: AbortSignal | undefined;
  let askedCount = 0;
  const compute = ({ signal }: { signal: AbortSignal }): Promise<ModelAnswer> => {
    askedCount += 1;
    workSignal = signal;
    return new Promise((resolve) => (answerNow = resolve));
  };
  const results = [
    cache.getOrCompute(parts("a"), compute, { signal: leader.signal }),
    cache.getOrCompute(parts("a"), compute),
    cache.getOrCompute(parts("a"), compute),
  ];
  await Promise.resolve();
  await Promise.resolve();
  leader.abort(new Error("leader left"));
  expect(workSignal?.aborted).toBe(false);
  answerNow(WHOLE);
  const [first, ...others] = await Promise.allSettled(results);
  expect(first).toMatchObject({ status: "rejected", reason: { message: "leader left" } });
  for (const other of others)
    expect(other).toMatchObject({ value: { source: "coalesced", stored: true, answer: WHOLE } });
  expect(askedCount).toBe(1);
  expect(cache.stats()).toMatchObject({ callCount: 3, coalescedCount: 2, savedTokens: { inputTokens: 200 } });
  expect(await cache.getOrCompute(parts("a"), compute)).toMatchObject({ source: "memory" });
});

test("getOrCompute() stores nothing when every caller has left, even if an answer comes", async () => {
  const { cache } = open();
  const caller = new AbortController();
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const result = cache.getOrCompute(parts("a"), () => gate, { signal: caller.signal });
  caller.abort(new Error("left"));
  answerNow(WHOLE);
  await expect(result).rejects.toThrow("left");
  await gate;
  expect(cache.stats().storedCount).toBe(0);
  expect(cache.verify().checkedCount).toBe(0);
});

test("getOrCompute() stores for a writing follower of a read-only leader", async () => {
  const { cache } = open();
  const { compute } = provider();
  const results = await Promise.all([
    cache.getOrCompute(parts("a"), compute, { mode: "read-only" }),
    cache.getOrCompute(parts("a"), compute),
  ]);
  expect(results).toMatchObject([{ source: "computed" }, { source: "coalesced", stored: true }]);
});

test("getOrCompute() tells who waits for another that it waits, and not who asks or is answered by a tier", async () => {
  const { cache } = open();
  const { compute } = provider();
  const told: string[] = [];
  const ask = (name: string): Promise<CacheResult> => {
    const onWait = (): never => {
      told.push(name);
      throw new Error("a listener's mistake");
    };
    return cache.getOrCompute(parts("a"), compute, { onWait });
  };
  const results = await Promise.all([ask("first"), ask("second"), ask("third")]);
  expect(results).toMatchObject([{ source: "computed" }, { source: "coalesced" }, { source: "coalesced" }]);
  await ask("late");
  expect(told).toEqual(["second", "third"]);
});

test("getOrCompute() does in each mode what it says", async () => {
  const { cache, directory } = open();
  const run = async (mode: CacheMode, text: string): Promise<unknown> =>
    (await cache.getOrCompute(parts("a"), provider({ ...WHOLE, text }).compute, { mode })).answer.text;
  await expect(run("replay", "0")).rejects.toMatchObject({
    code: "AI_CACHE_REPLAY_MISS",
    key: createCacheKey(parts("a")),
  });
  expect(await run("off", "1")).toBe("1");
  expect(await run("read-only", "2")).toBe("2");
  expect(readdirSync(join(directory, ".."))).toEqual([]);
  expect(await run("on", "3")).toBe("3");
  expect(await run("replay", "4")).toBe("3");
  expect(await run("read-only", "5")).toBe("3");
  expect(await run("off", "6")).toBe("6");
  expect(await run("refresh", "7")).toBe("7");
  expect(await run("on", "8")).toBe("7");
  expect(cache.stats()).toMatchObject({ misses: { absent: 3, bypassed: 3 }, hits: { memory: 3 }, storedCount: 2 });
});

test("getOrCompute() serves until the time to live ends, by the one at writing and the one at reading", async () => {
  const clock = createManualClock();
  const { cache, directory } = open({ ttlMs: 1000, now: clock.now });
  await cache.getOrCompute(parts("a"), provider().compute);
  clock.advance(999);
  expect((await cache.getOrCompute(parts("a"), provider().compute)).source).toBe("memory");
  const shorter = openAiCache({ directory, ttlMs: 500, now: clock.now });
  const longer = openAiCache({ directory, ttlMs: 9000, now: clock.now });
  expect((await longer.getOrCompute(parts("a"), provider().compute)).source).toBe("disk");
  await expect(shorter.getOrCompute(parts("a"), provider().compute, { mode: "replay" })).rejects.toThrow("(expired)");
  clock.advance(1);
  for (const each of [cache, longer]) {
    const result = each.getOrCompute(parts("a"), provider().compute, { mode: "replay" });
    await expect(result).rejects.toThrow("(expired)");
  }
});

test("getOrCompute() does not serve what was stored later than the clock says now", async () => {
  const clock = createManualClock();
  const { cache } = open({ now: clock.now });
  await cache.getOrCompute(parts("a"), provider().compute);
  clock.advance(-1);
  expect(await cache.getOrCompute(parts("a"), provider().compute)).toMatchObject({ missReason: "from-the-future" });
});

test("getOrCompute() misses with a reason on a damaged, newer or replaced entry, then heals what it can", async () => {
  const { cache, directory } = open({ memoryMaxBytes: 0 });
  const file = fileOf(directory, parts("a"));
  await cache.getOrCompute(parts("a"), provider().compute);
  for (const [content, reason] of [
    [readFileSync(file, "utf8").slice(0, -9), "corrupt"],
    [readFileSync(file, "utf8").replace("fine", "fire"), "corrupt"],
    ["", "corrupt"],
    ['{"formatVersion":7,"x":1}', "newer-format"],
  ] as const) {
    writeFileSync(file, content);
    expect(cache.verify()).toMatchObject({ checkedCount: 1, validCount: 0, damaged: [{ reason }] });
    const result = await cache.getOrCompute(parts("a"), provider().compute);
    expect(result).toMatchObject({ source: "computed", missReason: reason, answer: WHOLE });
    expect(cache.verify()).toMatchObject({ checkedCount: 1, validCount: 1, damaged: [] });
  }
  rmSync(file);
  mkdirSync(file);
  const result = await cache.getOrCompute(parts("a"), provider().compute);
  expect(result).toMatchObject({ missReason: "unreadable", stored: false, answer: WHOLE });
  expect(cache.clear()).toBe(1);
  expect(await cache.getOrCompute(parts("a"), provider().compute)).toMatchObject({
    missReason: "absent",
    stored: true,
  });
});

test("getOrCompute() warns once and goes on with memory alone where the directory cannot be written", async () => {
  const blocked = join(temporaryDirectory(), "file");
  writeFileSync(blocked, "");
  const warnings: AiCacheError[] = [];
  const { cache } = open({ directory: join(blocked, "cache"), onWarning: (warning) => warnings.push(warning) });
  for (const prompt of ["a", "b", "a"]) await cache.getOrCompute(parts(prompt), provider().compute);
  expect(warnings).toMatchObject([
    { code: "AI_CACHE_WRITE_FAILED", message: expect.stringContaining("ENOTDIR") as string },
  ]);
  expect(cache.stats()).toMatchObject({ writeFailureCount: 2, hits: { memory: 1 }, storedCount: 2 });
});

test("getOrCompute() keeps the directory within its bytes, also over what an earlier process left", async () => {
  const clock = createManualClock();
  const maxBytes = 2000;
  const directory = join(temporaryDirectory(), "cache");
  const evictions: number[] = [];
  for (let process = 0; process < 3; process += 1) {
    const cache = openAiCache({ directory, maxBytes, now: clock.now });
    for (let index = 0; index < 8; index += 1) {
      clock.advance(1);
      await cache.getOrCompute(parts(`${process}-${index}`), provider().compute);
      expect(openAiCache({ directory, now: clock.now }).cleanup().keptBytes).toBeLessThanOrEqual(maxBytes);
    }
    const newest = await openAiCache({ directory, now: clock.now }).getOrCompute(
      parts(`${process}-7`),
      provider().compute,
    );
    expect(newest.source).toBe("disk");
    evictions.push(cache.stats().evictedCount);
  }
  expect(Math.min(...evictions)).toBeGreaterThan(0);
});

test("cleanup() drops what lay unused too long, keeps what was used, and finds nothing more the second time", async () => {
  const clock = createManualClock();
  const hourMs = 3_600_000;
  const { cache } = open({ ttlMs: 48 * hourMs, now: clock.now });
  for (const prompt of ["a", "b", "c"]) await cache.getOrCompute(parts(prompt), provider().compute);
  clock.advance(2 * hourMs);
  await cache.getOrCompute(parts("b"), provider().compute);
  clock.advance(hourMs);
  expect(cache.cleanup({ maxAgeMs: 2 * hourMs })).toMatchObject({ evictedCount: 2, keptCount: 1 });
  expect(cache.cleanup({ maxAgeMs: 2 * hourMs })).toMatchObject({ evictedCount: 0, keptCount: 1, freedBytes: 0 });
  expect((await cache.getOrCompute(parts("b"), provider().compute)).source).toBe("memory");
  expect((await cache.getOrCompute(parts("a"), provider().compute)).source).toBe("computed");
  expect(cache.cleanup({ maxBytes: 0 })).toMatchObject({ keptCount: 0, keptBytes: 0 });
});

test("clear() empties both tiers", async () => {
  const { cache } = open();
  for (const prompt of ["a", "b"]) await cache.getOrCompute(parts(prompt), provider().compute);
  expect(cache.clear()).toBe(2);
  expect(await cache.getOrCompute(parts("a"), provider().compute)).toMatchObject({ missReason: "absent" });
});

test("stats() add up after any sequence of calls", async () => {
  const modes = fc.constantFrom<CacheMode>("on", "off", "read-only", "refresh", "replay");
  const call = fc.record({
    prompt: fc.constantFrom("a", "b"),
    mode: modes,
    finishReason: fc.constantFrom("stop", "length"),
  });
  const batches = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
  const root = temporaryDirectory();
  let runCount = 0;
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      const cache = openAiCache({ directory: join(root, String((runCount += 1))) });
      for (const calls of batch) {
        await Promise.allSettled(
          calls.map(({ prompt, mode, finishReason }) =>
            cache.getOrCompute(parts(prompt), provider({ ...WHOLE, finishReason }).compute, { mode }),
          ),
        );
      }
      const { callCount, hits, misses, coalescedCount } = cache.stats();
      const missCount = Object.values(misses).reduce((a, b) => a + b, 0);
      expect(callCount).toBe(batch.flat().length);
      expect(hits.memory + hits.disk + missCount + coalescedCount).toBe(callCount);
    }),
    { numRuns: 60 },
  );
});

test("getOrCompute() lets two caches on one directory ask once, and one that cannot lock ask all the same", async () => {
  const { cache, directory } = open();
  const [second, apart] = [openAiCache({ directory }), openAiCache({ directory, crossProcess: false })];
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const never = provider();
  const leading = cache.getOrCompute(parts("a"), () => gate);
  const following = second.getOrCompute(parts("a"), never.compute);
  expect(await apart.getOrCompute(parts("a"), async () => ({ ...WHOLE, finishReason: "length" }))).toMatchObject({
    source: "computed",
  });
  answerNow({ ...WHOLE, costUsd: 0.5 });
  expect(await following).toMatchObject({ source: "coalesced", stored: true, missReason: "absent" });
  expect(await leading).toMatchObject({ source: "computed", stored: true });
  expect(never.callCount).toBe(0);
  expect(second.stats()).toMatchObject({
    callCount: 1,
    coalescedCount: 1,
    misses: { absent: 0 },
    savedCostUsd: 0.5,
    savedTokens: { inputTokens: 100 },
    savedMs: 0,
  });
});

test("getOrCompute() asks for itself when the answer that another cache stored is not what it wants", async () => {
  const { cache, directory } = open();
  const second = openAiCache({ directory });
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const leading = cache.getOrCompute(parts("a"), () => gate);
  const other = provider({ ...WHOLE, text: "other" });
  const following = second.getOrCompute(parts("a"), other.compute, { isValid: ({ text }) => text === "other" });
  answerNow(WHOLE);
  await leading;
  expect(await following).toMatchObject({ source: "computed", answer: { text: "other" }, stored: true });
});

test("getOrCompute() asks without the lock after it has waited as long as it may", async () => {
  const { cache, directory } = open();
  const impatient = openAiCache({ directory, followMaxMs: 1 });
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const leading = cache.getOrCompute(parts("a"), () => gate);
  const own = await impatient.getOrCompute(parts("a"), provider({ ...WHOLE, text: "own" }).compute);
  expect(own).toMatchObject({ source: "computed", answer: { text: "own" }, stored: true });
  answerNow(WHOLE);
  expect(await leading).toMatchObject({ source: "computed", stored: true });
});

test("getOrCompute() ends even with a check that says something else each time", async () => {
  const { cache, directory } = open();
  const second = openAiCache({ directory });
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const leading = cache.getOrCompute(parts("a"), () => gate);
  let checkCount = 0;
  const isValid = (): boolean => (checkCount += 1) % 2 === 1;
  const following = second.getOrCompute(parts("a"), provider().compute, { isValid });
  answerNow(WHOLE);
  await leading;
  expect(await following).toMatchObject({ source: "coalesced", answer: WHOLE });
});

test("stats() count no failure for a caller who leaves while another cache computes", async () => {
  const { cache, directory } = open();
  const second = openAiCache({ directory });
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const leading = cache.getOrCompute(parts("a"), () => gate);
  const controller = new AbortController();
  const following = second.getOrCompute(parts("a"), provider().compute, { signal: controller.signal });
  await Promise.resolve();
  controller.abort(new Error("left"));
  await expect(following).rejects.toThrow("left");
  answerNow(WHOLE);
  expect(await leading).toMatchObject({ source: "computed", stored: true });
  expect(second.stats()).toMatchObject({ callCount: 1, failedCount: 0, misses: { absent: 1 } });
});

test("getOrCompute() refreshes even when it comes just as another's answer is being taken over", async () => {
  const { cache, directory } = open();
  const second = openAiCache({ directory });
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const gate = new Promise<ModelAnswer>((resolve) => (answerNow = resolve));
  const leading = cache.getOrCompute(parts("a"), () => gate);
  const renewing = provider({ ...WHOLE, text: "renewed" });
  let refreshed: Promise<CacheResult> | undefined;
  const following = second.getOrCompute(parts("a"), provider().compute, {
    isValid: () => {
      refreshed ??= second.getOrCompute(parts("a"), renewing.compute, { mode: "refresh" });
      return true;
    },
  });
  answerNow(WHOLE);
  await leading;
  expect(await following).toMatchObject({ source: "coalesced", answer: WHOLE });
  expect(await refreshed).toMatchObject({ source: "computed", answer: { text: "renewed" } });
  expect(second.stats()).toMatchObject({ callCount: 2, coalescedCount: 1, misses: { bypassed: 1 } });
});

test("openAiCache() can be left by `using`, and asks on after it was closed", async () => {
  const { cache, directory } = open();
  const lock = fileOf(directory, parts("a")).replace(/json$/, "lock");
  let answerNow: (answer: ModelAnswer) => void = () => undefined;
  const asked = cache.getOrCompute(parts("a"), () => new Promise((resolve) => (answerNow = resolve)));
  await Promise.resolve();
  expect(existsSync(lock)).toBe(true);
  cache[Symbol.dispose]();
  cache.close();
  expect(existsSync(lock)).toBe(false);
  answerNow(WHOLE);
  expect(await asked).toMatchObject({ source: "computed", stored: true });
  expect(await cache.getOrCompute(parts("b"), provider().compute)).toMatchObject({ source: "computed", stored: true });
});

test("getOrCompute() refuses an unknown mode, so that a misspelt one neither writes nor pays", async () => {
  const { cache } = open();
  const asked = provider();
  const result = cache.getOrCompute(parts("a"), asked.compute, { mode: "readonly" as CacheMode });
  await expect(result).rejects.toThrow(
    '`mode` must be one of "on", "off", "read-only", "refresh", "replay", got "readonly"',
  );
  expect(asked.callCount).toBe(0);
  expect(cache.stats().callCount).toBe(0);
});

test("openAiCache() refuses limits that are no limits", () => {
  expect(() => openAiCache({ directory: "" })).toThrow(TypeError);
  expect(() => openAiCache({ directory: "x", ttlMs: 0 })).toThrow("`ttlMs` must be an integer of at least 1, got 0");
  expect(() => openAiCache({ directory: "x", maxBytes: Number.NaN })).toThrow(RangeError);
  expect(() => openAiCache({ directory: "x", memoryMaxBytes: -1 })).toThrow(RangeError);
  expect(() => openAiCache({ directory: "x", followMaxMs: 0 })).toThrow(RangeError);
});
