import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { openAiCache } from "../open-ai-cache.ts";

const parts = { provider: "p", model: "m", prompt: "a" };

test("timeCalls() tells how long answers took, apart by how they came, and leaves failures out", async () => {
  const clock = createManualClock();
  const cache = openAiCache({ directory: join(temporaryDirectory(), "cache"), now: clock.now, crossProcess: false });
  const compute = async (): Promise<{ finishReason: string; text: string }> => {
    clock.advance(300);
    return { finishReason: "stop", text: "fine" };
  };
  const fail = async (): Promise<never> => {
    clock.advance(9000);
    throw new Error("429");
  };
  await expect(cache.getOrCompute(parts, fail)).rejects.toThrow("429");
  await Promise.all([cache.getOrCompute(parts, compute), cache.getOrCompute(parts, compute)]);
  await cache.getOrCompute(parts, compute);
  expect(cache.stats()).toMatchObject({
    answered: { hit: 1, miss: 1, coalesced: 1 },
    responseMs: { hit: 0, miss: 300, coalesced: 300 },
  });
  expect(cache.totals().stats).toMatchObject({
    total_calls: 4,
    misses: 2,
    failed: 1,
    avg_response_time_ms: 200,
    avg_hit_time_ms: 0,
    avg_miss_time_ms: 300,
  });
});

test("timeCalls() counts no time backwards", async () => {
  const clock = createManualClock();
  const cache = openAiCache({ directory: join(temporaryDirectory(), "cache"), now: clock.now });
  await cache.getOrCompute(parts, async () => {
    clock.advance(-5000);
    return { finishReason: "stop", text: "fine" };
  });
  expect(cache.stats().responseMs.miss).toBe(0);
});
