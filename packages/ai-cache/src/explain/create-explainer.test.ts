import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../test/manual-clock.ts";
import { sha256 } from "../../test/question-arbitrary.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { AiCache, CacheMode } from "../ai-cache.ts";
import type { AiCacheOptions } from "../cache-options.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import type { AiCacheError } from "../errors.ts";
import { createCacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import { openAiCache } from "../open-ai-cache.ts";

const ANSWER: ModelAnswer = { finishReason: "stop", text: "fine" };
const QUESTION: CacheKeyParts = { provider: "p", model: "m", parameters: { temperature: 0 }, prompt: "Review this." };
const LABEL = { label: "review" };

interface Runs {
  readonly directory: string;
  readonly clock: ManualClock;
  /** A cache as a new run opens it. */
  readonly run: (options?: Partial<AiCacheOptions>) => AiCache;
}

function runs(): Runs {
  const directory = join(temporaryDirectory(), "cache");
  const clock = createManualClock();
  return { directory, clock, run: (options) => openAiCache({ directory, now: clock.now, ttlMs: 1000, ...options }) };
}

async function ask(cache: AiCache, parts: CacheKeyParts, mode: CacheMode = "on"): Promise<void> {
  await cache.getOrCompute(parts, async () => ANSWER, { ...LABEL, mode }).catch(() => undefined);
}

test("explain() tells which part of the key changed since the last run of the step", async () => {
  const { run, clock } = runs();
  await ask(run(), QUESTION);
  const askedMs = clock.now();
  clock.advance(10);
  const changed = { ...QUESTION, model: "n", parameters: { temperature: 1 } };
  expect(run().explain(changed, LABEL)).toEqual({
    key: createCacheKey(changed),
    state: "absent",
    previous: { key: createCacheKey(QUESTION), atMs: askedMs },
    changed: [
      { part: "model", change: "changed", before: "m", after: "n" },
      { part: "parameters.temperature", change: "changed", before: 0, after: 1 },
    ],
  });
});

test("explain() tells where the answer is, when it was stored and when it ends", async () => {
  const { run, clock, directory } = runs();
  const cache = run();
  const storedAtMs = clock.now();
  await ask(cache, QUESTION);
  const key = createCacheKey(QUESTION);
  const times = { storedAtMs, expiresMs: storedAtMs + 1000 };
  expect(cache.explain(QUESTION)).toEqual({ key, state: "memory", ...times, changed: [] });
  const later = run();
  const previous = { key, atMs: storedAtMs };
  for (let look = 0; look < 2; look += 1) {
    expect(later.explain(QUESTION, LABEL)).toEqual({ key, state: "disk", ...times, previous, changed: [] });
  }
  expect(run({ ttlMs: 400 }).explain(QUESTION)).toMatchObject({ state: "disk", expiresMs: storedAtMs + 400 });
  clock.advance(1000);
  expect(cache.explain(QUESTION)).toMatchObject({ state: "expired", ...times });
  clock.advance(-1001);
  expect(cache.explain(QUESTION)).toMatchObject({ state: "from-the-future" });
  writeFileSync(join(directory, key.slice(0, 2), `${key}.json`), "{");
  expect(run().explain(QUESTION)).toEqual({ key, state: "corrupt", changed: [] });
  expect(later.stats()).toMatchObject({ callCount: 0, hits: { memory: 0, disk: 0 } });
});

test("explain() compares each chunk of a step with the chunk of the same files", async () => {
  const { run } = runs();
  const chunk = (path: string, content: string): CacheKeyParts => ({
    ...QUESTION,
    prompt: `Review this: ${content}`,
    files: [{ path, sha256: sha256(content) }],
  });
  const first = run();
  for (const path of ["a.ts", "b.ts", "c.ts"]) await ask(first, chunk(path, path));
  const second = run();
  await ask(second, chunk("a.ts", "new a"));
  const explanation = second.explain(chunk("b.ts", "new b"), LABEL);
  expect(explanation.previous?.key).toBe(createCacheKey(chunk("b.ts", "b.ts")));
  expect(explanation.changed).toEqual([
    { part: "prompt", change: "changed" },
    { part: "files", change: "changed", path: "b.ts", before: sha256("b.ts"), after: sha256("new b") },
  ]);
});

test("explainLast() tells after the run what changed since the one before", async () => {
  const { run, clock } = runs();
  expect(run().explainLast("review")).toBeUndefined();
  await ask(run(), QUESTION);
  expect(run().explainLast("review")).toMatchObject({ state: "disk", changed: [] });
  expect(run().explainLast("review")?.previous).toBeUndefined();
  clock.advance(10);
  await ask(run(), { ...QUESTION, salt: "2" });
  expect(run().explainLast("review")).toMatchObject({
    key: createCacheKey({ ...QUESTION, salt: "2" }),
    state: "disk",
    previous: { key: createCacheKey(QUESTION) },
    changed: [{ part: "salt", change: "added", after: "2" }],
  });
  clock.advance(10);
  await ask(run(), QUESTION);
  expect(run().explainLast("review")).toMatchObject({ previous: { atMs: clock.now() - 20 }, changed: [] });
});

test.each(["off", "read-only", "replay"] as const)("getOrCompute() remembers nothing in mode %s", async (mode) => {
  const { run, directory } = runs();
  await ask(run(), QUESTION, mode);
  expect(existsSync(directory)).toBe(false);
  expect(run().explainLast("review")).toBeUndefined();
});

test("getOrCompute() remembers a hit and a refresh, and nothing without a label", async () => {
  const { run, directory } = runs();
  await run().getOrCompute(QUESTION, async () => ANSWER);
  expect(existsSync(join(directory, "explain"))).toBe(false);
  await ask(run(), QUESTION);
  expect(run().explainLast("review")?.key).toBe(createCacheKey(QUESTION));
  await ask(run(), { ...QUESTION, salt: "1" }, "refresh");
  expect(run().explainLast("review")?.key).toBe(createCacheKey({ ...QUESTION, salt: "1" }));
});

test("getOrCompute() answers though nothing can be remembered, with one warning", async () => {
  const { run, directory } = runs();
  const warnings: AiCacheError[] = [];
  const cache = run({ onWarning: (warning) => warnings.push(warning) });
  await cache.getOrCompute(QUESTION, async () => ANSWER);
  writeFileSync(join(directory, "explain"), "in the way");
  const result = await cache.getOrCompute(QUESTION, async () => ANSWER, LABEL);
  expect(result.source).toBe("memory");
  await ask(cache, { ...QUESTION, salt: "1" });
  expect(warnings).toHaveLength(1);
  expect(cache.explain(QUESTION, LABEL)).toMatchObject({ state: "memory", changed: [] });
});

test("clear() forgets what was asked, and the next question is remembered again", async () => {
  const { run, directory } = runs();
  const cache = run();
  await ask(cache, QUESTION);
  cache.clear();
  expect(cache.explainLast("review")).toBeUndefined();
  await ask(cache, QUESTION);
  expect(readdirSync(join(directory, "explain"))).toHaveLength(1);
});

test("explain() refuses a label that is none", async () => {
  const cache = runs().run();
  expect(() => cache.explain(QUESTION, { label: "" })).toThrow(TypeError);
  expect(() => cache.explainLast(3 as never)).toThrow("`label` must be a string that is not empty");
  await expect(cache.getOrCompute(QUESTION, async () => ANSWER, { label: "" })).rejects.toThrow(TypeError);
});
