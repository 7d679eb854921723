import * as fc from "fast-check";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCacheKey, openAiCache, type AiCache, type CacheMode } from "../src/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const TTLS_MS = [500, 1000, 1000] as const;
const MEMORY_BYTES = [undefined, 0, 0] as const;
const PROMPTS = ["a", "b"] as const;
const MODES = ["on", "on", "on", "read-only", "refresh", "replay", "off"] as const;

type Prompt = (typeof PROMPTS)[number];

const cacheIndex = fc.nat(TTLS_MS.length - 1);
const prompt = fc.constantFrom(...PROMPTS);

/** One thing that happens. */
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("ask" as const),
      cache: cacheIndex,
      prompt,
      mode: fc.constantFrom<CacheMode>(...MODES),
      isWhole: fc.constantFrom(true, true, true, false),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.integer({ min: -300, max: 700 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reopen" as const), cache: cacheIndex }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom("clear" as const, "cleanup" as const), cache: cacheIndex }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("cut" as const),
      prompt,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("flip" as const),
      prompt,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("swap" as const), prompt, other: prompt }) },
);

/** An answer as the provider gave it, and when it was stored. */
interface Given {
  readonly prompt: Prompt;
  readonly isWhole: boolean;
  readonly atMs: number;
  readonly ttlMs: number;
}

test("getOrCompute() of several caches on one directory serves only what was answered to this question, whole and in time", async () => {
  const root = temporaryDirectory();
  let runCount = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      const directory = join(root, String((runCount += 1)));
      const clock = createManualClock();
      const given = new Map<string, Given>();
      // What must be found again: stored on disk, and nothing has happened to it since.
      const kept = new Map<Prompt, Given>();
      const open = (index: number): AiCache =>
        openAiCache({
          directory,
          now: clock.now,
          ttlMs: TTLS_MS[index] ?? 1000,
          ...(MEMORY_BYTES[index] !== undefined && { memoryMaxBytes: MEMORY_BYTES[index] }),
        });
      const caches = TTLS_MS.map((_, index) => open(index));
      const fileOf = (asked: Prompt): string => {
        const key = createCacheKey({ provider: "p", model: "m", prompt: asked });
        return join(directory, key.slice(0, 2), `${key}.json`);
      };

      function isFresh({ atMs, ttlMs }: Given, readerTtlMs: number): boolean {
        return atMs <= clock.now() && clock.now() < atMs + Math.min(ttlMs, readerTtlMs);
      }

      async function ask({
        cache,
        prompt: asked,
        mode,
        isWhole,
        count,
      }: Extract<typeof step extends fc.Arbitrary<infer S> ? S : never, { type: "ask" }>): Promise<void> {
        const reader = caches[cache] ?? open(cache);
        const readerTtlMs = TTLS_MS[cache] ?? 1000;
        let computedCount = 0;
        const compute = async (): Promise<{ finishReason: string; text: string }> => {
          computedCount += 1;
          const text = `answer ${given.size} to ${asked}`;
          given.set(text, { prompt: asked, isWhole, atMs: clock.now(), ttlMs: readerTtlMs });
          return { finishReason: isWhole ? "stop" : "length", text };
        };
        const must = kept.get(asked);
        const mustBeFound = must !== undefined && isFresh(must, readerTtlMs) && mode !== "refresh" && mode !== "off";
        const calls = Array.from({ length: count }, () =>
          reader.getOrCompute({ provider: "p", model: "m", prompt: asked }, compute, { mode }),
        );
        const settled = await Promise.allSettled(calls);
        expect(computedCount).toBeLessThanOrEqual(mode === "off" ? count : 1);
        if (mustBeFound || mode === "replay") expect(computedCount).toBe(0);
        for (const each of settled) {
          if (each.status === "rejected") {
            expect([mode, mustBeFound]).toEqual(["replay", false]);
            continue;
          }
          const result = each.value;
          const origin = given.get(result.answer.text);
          expect(origin?.prompt).toBe(asked);
          const isFromCache = result.source === "memory" || result.source === "disk";
          if (!isFromCache) continue;
          expect(origin?.isWhole).toBe(true);
          expect(origin !== undefined && isFresh(origin, readerTtlMs)).toBe(true);
          // A refresh is seen by everyone but those who still hold the old answer in memory.
          if (result.source === "disk" && must !== undefined) expect(origin).toBe(must);
        }
        const last = settled.at(-1);
        if (computedCount === 0 || mode === "off" || mode === "read-only" || last?.status !== "fulfilled") return;
        const result = last.value;
        if (result.source === "computed" || result.source === "coalesced") {
          expect(result.stored).toBe(isWhole);
          if (isWhole) kept.set(asked, given.get(result.answer.text) as Given);
        }
      }

      function damage(asked: Prompt, change: (bytes: Buffer) => Buffer): void {
        kept.delete(asked);
        if (existsSync(fileOf(asked))) writeFileSync(fileOf(asked), change(readFileSync(fileOf(asked))));
      }

      for (const each of steps) {
        if (each.type === "ask") await ask(each);
        else if (each.type === "advance") clock.advance(each.ms);
        else if (each.type === "reopen") caches[each.cache] = open(each.cache);
        else if (each.type === "cut")
          damage(each.prompt, (bytes) => bytes.subarray(0, Math.floor(bytes.length * each.share)));
        else if (each.type === "flip") {
          damage(each.prompt, (bytes) => {
            const at = Math.min(bytes.length - 1, Math.floor(bytes.length * each.share));
            if (at >= 0) bytes[at] = (bytes[at] ?? 0) ^ 1;
            return bytes;
          });
        } else if (each.type === "swap") {
          if (!existsSync(fileOf(each.prompt)) || !existsSync(fileOf(each.other)) || each.prompt === each.other)
            continue;
          kept.delete(each.other);
          copyFileSync(fileOf(each.prompt), fileOf(each.other));
        } else {
          kept.clear();
          caches[each.cache]?.[each.type]();
        }
      }
      for (const cache of caches) cache.close();
    }),
    { numRuns: 150 },
  );
});
