import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCacheKey, openAiCache, type AiCache, type CacheKeyParts, type ModelAnswer } from "../../src/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const parts: CacheKeyParts = { provider: "p", model: "m", prompt: "a" };
const answer: ModelAnswer = {
  finishReason: "stop",
  text: "The right answer, ünïcode too",
  details: { list: [1, null] },
};

function ask(cache: AiCache): ReturnType<AiCache["getOrCompute"]> {
  return cache.getOrCompute(parts, async () => answer);
}

test("an entry that is cut, flipped in any bits or grown is never served, heals, and is removed by a clean-up", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const key = createCacheKey(parts);
  const file = join(directory, key.slice(0, 2), `${key}.json`);
  const cache = openAiCache({ directory, memoryMaxBytes: 0, crossProcess: false });
  await ask(cache);
  const whole = readFileSync(file);
  const byte = fc.nat(whole.byteLength - 1);
  const damage = fc.oneof(
    byte.map((length) => whole.subarray(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 9 }).map((added) => Buffer.concat([whole, added])),
    fc.array(fc.tuple(byte, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }).map((flips) => {
      const flipped = Buffer.from(whole);
      for (const [at, mask] of flips) flipped[at] = (flipped[at] ?? 0) ^ mask;
      return flipped;
    }),
    fc.tuple(byte, byte).map(([from, to]) => Buffer.from(whole).fill(0, Math.min(from, to), Math.max(from, to) + 1)),
  );
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async (bytes, isCleanedUp) => {
      fc.pre(!whole.equals(bytes));
      writeFileSync(file, bytes);
      if (isCleanedUp) {
        const removed = cache.cleanup().damagedCount;
        // What claims to be of a newer format is left to the newer program.
        expect(removed + cache.verify().damaged.filter(({ reason }) => reason === "newer-format").length).toBe(1);
      }
      const result = await ask(cache);
      expect(result).toMatchObject({ source: "computed", answer, stored: true });
      expect(await ask(cache)).toMatchObject({ source: "disk", answer });
      expect(readFileSync(file).byteLength).toBe(whole.byteLength);
    }),
    { numRuns: 150 },
  );
});

test("an entry of a newer format is a miss, is not removed, and not overwritten by a look", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const key = createCacheKey(parts);
  const file = join(directory, key.slice(0, 2), `${key}.json`);
  const cache = openAiCache({ directory, memoryMaxBytes: 0 });
  await ask(cache);
  const newer = readFileSync(file, "utf8").replace('"formatVersion":1', '"formatVersion":2');
  writeFileSync(file, newer);
  await expect(cache.getOrCompute(parts, async () => answer, { mode: "replay" })).rejects.toThrow("(newer-format)");
  expect(cache.cleanup()).toMatchObject({ damagedCount: 0, keptCount: 1 });
  expect(readFileSync(file, "utf8")).toBe(newer);
  expect(await ask(cache)).toMatchObject({ source: "computed", missReason: "newer-format" });
});

test("whatever the clock does, no answer is served from the future or past its time, and none is wrong", async () => {
  const hourMs = 3_600_000;
  const jump = fc.oneof(
    fc.integer({ min: -400 * 24, max: 400 * 24 }).map((hours) => hours * hourMs),
    fc.integer({ min: -hourMs, max: hourMs }),
  );
  const root = temporaryDirectory();
  let runCount = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(jump, fc.nat(3)), { maxLength: 12 }), async (steps) => {
      const clock = createManualClock();
      const directory = join(root, String((runCount += 1)));
      const writtenMs = new Map<number, number>();
      for (const [jumpMs, question] of steps) {
        clock.advance(jumpMs);
        const cache = openAiCache({ directory, now: clock.now, ttlMs: 24 * hourMs, crossProcess: false });
        const text = `answer to ${question}`;
        const result = await cache.getOrCompute({ ...parts, prompt: String(question) }, async () => ({
          ...answer,
          text,
        }));
        expect(result.answer.text).toBe(text);
        const createdMs = writtenMs.get(question);
        const isFresh = createdMs !== undefined && createdMs <= clock.now() && clock.now() < createdMs + 24 * hourMs;
        // A hit is right only while fresh; a fresh one may have been cleaned up while the clock was far ahead.
        if (!isFresh) expect(result.source).toBe("computed");
        if (result.source === "computed") writtenMs.set(question, clock.now());
        cache.close();
      }
    }),
    { numRuns: 60 },
  );
});

test("a clock that goes back a week and forth again loses nothing", async () => {
  const clock = createManualClock();
  const weekMs = 7 * 24 * 3_600_000;
  const directory = join(temporaryDirectory(), "cache");
  const open = (): AiCache => openAiCache({ directory, now: clock.now, ttlMs: 30 * 24 * 3_600_000 });
  await ask(open());
  clock.advance(-weekMs);
  const other = { ...parts, prompt: "other" };
  const back = open();
  expect(await back.getOrCompute(parts, async () => answer, { mode: "read-only" })).toMatchObject({
    missReason: "from-the-future",
  });
  await back.getOrCompute(other, async () => answer);
  back.cleanup();
  clock.advance(weekMs);
  expect(await ask(open())).toMatchObject({ source: "disk", answer });
  expect(await open().getOrCompute(other, async () => answer)).toMatchObject({ source: "disk" });
});
