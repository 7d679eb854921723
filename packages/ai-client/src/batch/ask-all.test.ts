import * as fc from "fast-check";
import { getEventListeners } from "node:events";
import { expect, expectTypeOf, test } from "vitest";
import { answerTo, createPackedModel, readQuestions, type PackedFault } from "../../test/packed-model.ts";
import { createSteppedWorld } from "../../test/stepped-world.ts";
import type { AiResult } from "../ai-result.ts";
import type { AnswerCache, CachedAnswer } from "../answer-cache.ts";
import { createBudget } from "../budget/create-budget.ts";
import { createPrices } from "../budget/prices.ts";
import { createAiClient } from "../create-ai-client.ts";
import { DEFAULT_LINGER_MS } from "./ask-all.ts";

const USAGE = { inputTokens: 101, outputTokens: 53, cachedInputTokens: 7 };
const FAULTS: readonly PackedFault[] = [
  "none",
  "missing",
  "double",
  "unknown-id",
  "invalid",
  "cut",
  "truncated",
  "prose",
  "refused",
];

function promptsOf(count: number): { readonly prompt: string }[] {
  return Array.from({ length: count }, (_, index) => ({ prompt: `q${index}` }));
}

/** How many questions each request held. */
function sizesOf(requests: readonly { readonly prompt: string }[]): number[] {
  return requests.map(({ prompt }) => readQuestions(prompt).size || 1);
}

test("askAll() asks as many questions in a request as it may, in their order, and no more requests", async () => {
  const { provider, requests } = createPackedModel({ usage: USAGE });
  const results = await createAiClient({ provider }).askAll(promptsOf(10), { batchSize: 4 });
  expect(results.map((result) => result.status === "answered" && result.value)).toEqual(
    promptsOf(10).map(({ prompt }) => answerTo(prompt)),
  );
  expect(sizesOf(requests)).toEqual([4, 4, 2]);
  expect(results.map(({ packedCount }) => packedCount)).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 2, 2]);
  expectTypeOf(results).toEqualTypeOf<AiResult<string>[]>();
  expect(await createAiClient({ provider }).askAll([], { batchSize: 4 })).toEqual([]);
});

test("askAll() packs nothing when nothing is said, and keeps to its concurrency", async () => {
  let underWayCount = 0;
  let most = 0;
  const world = createSteppedWorld([1, 0, 2]);
  const wait = async (): Promise<void> => {
    underWayCount += 1;
    most = Math.max(most, underWayCount);
    await world.step();
    underWayCount -= 1;
  };
  const { provider, requests } = createPackedModel({ wait });
  const client = createAiClient({ provider, delay: world.delay });
  await world.run(client.askAll(promptsOf(10), { concurrency: 3 }));
  expect(sizesOf(requests)).toEqual(Array.from({ length: 10 }, () => 1));
  expect(most).toBe(3);
});

test("askAll() packs only what has system, model, parameters and schema in common, and fits", async () => {
  const { provider, requests } = createPackedModel({});
  const mixed = promptsOf(6).map((request, index) => ({ ...request, system: index % 2 === 0 ? "even" : "odd" }));
  await createAiClient({ provider }).askAll(mixed, { batchSize: 3 });
  expect(requests.map(({ system }) => system)).toEqual(["even", "odd"]);
  const long = promptsOf(4).map(({ prompt }) => ({ prompt: prompt + "x".repeat(350) }));
  const bounded = createPackedModel({});
  await createAiClient({ provider: bounded.provider }).askAll(long, { batchSize: 4, maxRequestTokens: 250 });
  expect(sizesOf(bounded.requests)).toEqual([2, 2]);
});

test.each(FAULTS)("askAll() asks alone what a packed answer with the fault %s does not answer", async (fault) => {
  const { provider, requests } = createPackedModel({ faults: [fault, "none"], usage: USAGE });
  const results = await createAiClient({ provider }).askAll(promptsOf(3), { batchSize: 3 });
  for (const [index, result] of results.entries()) {
    expect(result).toMatchObject({ status: "answered", value: answerTo(`q${index}`), text: answerTo(`q${index}`) });
  }
  const aloneCount = fault === "none" ? 0 : ["cut", "truncated", "prose", "refused"].includes(fault) ? 3 : 1;
  expect(sizesOf(requests)).toEqual([3, ...Array.from({ length: aloneCount }, () => 1)]);
  const sum = (of: (result: AiResult<string>) => number | undefined): number =>
    results.reduce((total, result) => total + (of(result) ?? Number.NaN), 0);
  const answeredCount = requests.length - (fault === "refused" ? 1 : 0);
  expect(sum(({ callCount }) => callCount)).toBe(requests.length);
  expect(sum(({ usage }) => usage?.inputTokens)).toBe(USAGE.inputTokens * answeredCount);
  expect(sum(({ usage }) => usage?.outputTokens)).toBe(USAGE.outputTokens * answeredCount);
  expect(sum(({ usage }) => usage?.cachedInputTokens)).toBe(USAGE.cachedInputTokens * answeredCount);
});

test("askAll() gives all questions of a request its failure when asking alone cannot help", async () => {
  const provider = {
    name: "down",
    generate: () =>
      Promise.resolve({ status: "failed", reason: "unreachable", message: "503", retryable: false } as const),
  };
  const results = await createAiClient({ provider }).askAll(promptsOf(3), { batchSize: 3 });
  expect(results.map(({ callCount }) => callCount)).toEqual([1, 0, 0]);
  for (const result of results) expect(result).toMatchObject({ reason: "unreachable", message: "503" });
});

test("askAll() reserves once for a request, shares its cost out exactly, and asks alone what still fits", async () => {
  const prices = createPrices({ models: { m: { input_per_million_usd: 1.3, output_per_million_usd: 7.7 } } });
  const { provider, requests } = createPackedModel({ usage: USAGE });
  const budget = createBudget({ maxOutputTokens: 1000, prices });
  const asked = promptsOf(3).map((request) => ({ ...request, model: "m", maxOutputTokens: 300 }));
  const results = await createAiClient({ provider, budget }).askAll(asked, { batchSize: 3 });
  expect(budget.used()).toMatchObject({ callCount: 1, outputTokens: USAGE.outputTokens });
  const nanoUsd = results.reduce((sum, { costUsd = Number.NaN }) => sum + Math.round(costUsd * 1e9), 0);
  expect(nanoUsd).toBe(Math.round((prices.costUsd("m", USAGE) ?? Number.NaN) * 1e9));
  expect(sizesOf(requests)).toEqual([3]);
  const tight = createBudget({ maxOutputTokens: 700 });
  const some = await createAiClient({ provider, budget: tight }).askAll(asked, { batchSize: 3 });
  expect(some.map((result) => result.status === "inconclusive" && result.reason)).toEqual([false, false, "budget"]);
});

test("askAll() checks each answer by its own request, also JSON that a model put into a string", async () => {
  const generate = async ({ prompt }: { readonly prompt: string }): Promise<never> => {
    const ids = [...readQuestions(prompt).keys()];
    const items = ids.map((id, index) => ({ id, answer: [{ n: 1 }, '{"n":2}', { n: "3" }][index] }));
    const text = ids.length > 0 ? JSON.stringify({ items }) : '{"n":33}';
    return { status: "answered", finishReason: "stop", text } as never;
  };
  const outputSchema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
  const asked = promptsOf(3).map((request) => ({ ...request, outputSchema }));
  const client = createAiClient({ provider: { name: "p", generate } });
  const results = await client.askAll<{ n: number }>(asked, { batchSize: 3 });
  expect(results.map((result) => result.status === "answered" && result.value.n)).toEqual([1, 2, 33]);
});

test("askAll() refuses a wrong request or option before anything is asked", async () => {
  const { provider, requests } = createPackedModel({});
  const client = createAiClient({ provider });
  await expect(client.askAll([{ prompt: "a" }, { prompt: "" }])).rejects.toThrow(TypeError);
  await expect(client.askAll([{ prompt: "a" }], { batchSize: 0 })).rejects.toThrow("`batchSize`");
  await expect(client.askAll([{ prompt: "a" }], { lingerMs: -1 })).rejects.toThrow("`lingerMs`");
  expect(requests).toEqual([]);
});

interface CacheScript {
  /** Lets others act. */
  readonly step: () => Promise<void>;
  /** Questions that are stored already. */
  readonly stored: ReadonlySet<string>;
  /** Questions that another process asks. Each waits for a question of ours, if that is under way here. */
  readonly foreign: ReadonlyMap<string, string | undefined>;
  /** Whether it tells that a question waits. */
  readonly tells: boolean;
}

/** A cache with single flight inside the process and across processes. */
function createScriptedCache({ step, stored, foreign, tells }: CacheScript): AnswerCache {
  const answers = new Map<string, CachedAnswer>();
  for (const prompt of stored) answers.set(prompt, { finishReason: "stop", text: answerTo(prompt) });
  const flights = new Map<string, Promise<CachedAnswer>>();
  const onKept = new Map<string, (() => void)[]>();
  const whenKept = async (prompt: string): Promise<void> => {
    if (answers.has(prompt)) return;
    await new Promise<void>((resolve) => onKept.set(prompt, [...(onKept.get(prompt) ?? []), resolve]));
  };
  const keep = (prompt: string, answer: CachedAnswer): void => {
    answers.set(prompt, answer);
    for (const tell of onKept.get(prompt) ?? []) tell();
  };
  return {
    async getOrCompute({ request: { prompt } }, compute, { signal, isValid, onWait }) {
      await step();
      const held = answers.get(prompt);
      if (held !== undefined) return { answer: held, source: "disk" };
      const flight = flights.get(prompt);
      if (flight !== undefined) {
        if (tells) onWait();
        return { answer: await flight, source: "coalesced" };
      }
      if (foreign.has(prompt)) {
        if (tells) onWait();
        const needed = foreign.get(prompt);
        await (needed !== undefined && flights.has(needed) ? whenKept(needed) : step());
        keep(prompt, { finishReason: "stop", text: answerTo(prompt) });
        return { answer: answers.get(prompt) as CachedAnswer, source: "coalesced" };
      }
      const lead = (async (): Promise<CachedAnswer> => {
        try {
          const answer = await compute({ signal });
          await step();
          if (isValid(answer)) keep(prompt, answer);
          return answer;
        } finally {
          flights.delete(prompt);
        }
      })();
      flights.set(prompt, lead);
      return { answer: await lead, source: "computed" };
    },
  };
}

const scenario = fc.record({
  asked: fc.array(fc.nat(9), { minLength: 1, maxLength: 16 }),
  stored: fc.uniqueArray(fc.nat(9), { maxLength: 4 }),
  foreign: fc.uniqueArray(fc.nat(9), { maxLength: 4 }),
  faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 4 }),
  choices: fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  tells: fc.boolean(),
});

test("askAll() answers all, asks nothing twice and never hangs, whatever a cache delays, coalesces and waits for", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { asked, batchSize, concurrency, tells } = given;
      const world = createSteppedWorld(given.choices);
      const { provider, requests } = createPackedModel({ faults: given.faults, wait: world.step, usage: USAGE });
      const stored = new Set(given.stored.map((index) => `q${index}`));
      // Another process holds these, and waits itself for one of ours: the circle that must not be.
      const ours = asked.find((index) => !given.stored.includes(index) && !given.foreign.includes(index));
      const needed = ours === undefined ? undefined : `q${ours}`;
      const foreign = new Map(given.foreign.map((index) => [`q${index}`, needed]));
      const cache = createScriptedCache({ step: world.step, stored, foreign, tells });
      const client = createAiClient({ provider, cache, delay: world.delay });
      const results = await world.run(
        client.askAll(
          asked.map((index) => ({ prompt: `q${index}` })),
          { batchSize, concurrency },
        ),
      );
      for (const [place, index] of asked.entries()) {
        expect(results[place]).toMatchObject({ status: "answered", value: answerTo(`q${index}`) });
      }
      expect(Math.max(0, ...sizesOf(requests))).toBeLessThanOrEqual(batchSize);
      const packed = requests.flatMap(({ prompt }) => [...readQuestions(prompt).values()]);
      const alone = requests.map(({ prompt }) => prompt).filter((prompt) => readQuestions(prompt).size === 0);
      const own = new Set(
        asked.map((index) => `q${index}`).filter((prompt) => !stored.has(prompt) && !foreign.has(prompt)),
      );
      expect(new Set([...packed, ...alone])).toEqual(own);
      expect(new Set(packed).size).toBe(packed.length);
      expect(new Set(alone).size).toBe(alone.length);
      expect(results.reduce((sum, { callCount }) => sum + callCount, 0)).toBe(requests.length);
      const sources = results.filter((result) => result.status === "answered" && result.source === "provider");
      expect(sources).toHaveLength(own.size);
      // No time has to pass where the cache tells; where it does not, only that for which a queue waits.
      expect(new Set(world.passedMs)).toEqual(new Set(tells || world.passedMs.length === 0 ? [] : [DEFAULT_LINGER_MS]));
      expect(world.openDelayCount()).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("askAll() ends what is aborted at once, the rest as if nothing were, and lets go of all signals and timers", async () => {
  const withAborts = fc.record({
    aborted: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 9 }),
    choices: fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
    batchSize: fc.integer({ min: 1, max: 5 }),
    cached: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(withAborts, async ({ aborted, choices, batchSize, cached }) => {
      const world = createSteppedWorld(choices);
      const { provider, requests } = createPackedModel({ wait: world.step });
      const script = {
        step: world.step,
        stored: new Set<string>(),
        foreign: new Map<string, undefined>(),
        tells: true,
      };
      const cache = cached ? createScriptedCache(script) : undefined;
      const controllers = promptsOf(10).map(() => new AbortController());
      const asked = promptsOf(10).map((request, index) => ({ ...request, signal: controllers[index]?.signal }));
      const all = createAiClient({ provider, cache, delay: world.delay }).askAll(asked, { batchSize });
      for (const index of aborted) void world.step().then(() => controllers[index]?.abort());
      const results = await world.run(all);
      for (const [index, result] of results.entries()) {
        if (aborted.includes(index) && result.status === "inconclusive") expect(result.reason).toBe("aborted");
        else expect(result).toMatchObject({ value: answerTo(`q${index}`) });
      }
      expect(requests.length).toBeLessThanOrEqual(10);
      expect(controllers.flatMap(({ signal }) => getEventListeners(signal, "abort"))).toEqual([]);
      expect(world.openDelayCount()).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("askAll() aborts a request when nobody waits for it any more", async () => {
  const signals: AbortSignal[] = [];
  const generate = (_: unknown, { signal }: { readonly signal: AbortSignal }): Promise<never> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const controllers = [new AbortController(), new AbortController()] as const;
  const asked = controllers.map(({ signal }, index) => ({ prompt: `q${index}`, signal }));
  const all = createAiClient({ provider: { name: "p", generate } }).askAll(asked, { batchSize: 2 });
  await new Promise(setImmediate);
  controllers[0].abort();
  await new Promise(setImmediate);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  controllers[1].abort();
  expect(await all).toMatchObject([{ reason: "aborted" }, { reason: "aborted" }]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("askAll() ends each question at its time limit, though a packed request hangs or waits to be tried again", async () => {
  const busy = {
    status: "failed",
    reason: "unreachable",
    message: "503",
    retryable: true,
    retryAfterMs: 60_000,
  } as const;
  for (const generate of [() => new Promise<never>(() => undefined), () => Promise.resolve(busy)]) {
    const world = createSteppedWorld([0]);
    const provider = { name: "p", generate };
    const client = createAiClient({ provider, delay: world.delay, now: () => 0, retry: { maxRetries: 9 } });
    const results = await world.run(client.askAll(promptsOf(3), { batchSize: 3 }));
    expect(results.map((result) => result.status === "inconclusive" && result.reason)).toEqual(
      promptsOf(3).map(() => "timed-out"),
    );
    expect(world.openDelayCount()).toBe(0);
  }
});

test("askAll() still sends a question that was aborted here, when the cache wants its answer for somebody else", async () => {
  const { provider, requests } = createPackedModel({});
  const flights = new Map<string, Promise<CachedAnswer>>();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const cache: AnswerCache = {
    async getOrCompute({ request: { prompt } }, compute) {
      if (prompt === "q1") {
        await held;
        return { answer: { finishReason: "stop", text: "stored" } };
      }
      const flight = flights.get(prompt) ?? compute({ signal: new AbortController().signal });
      flights.set(prompt, flight);
      return { answer: await flight };
    },
  };
  const client = createAiClient({ provider, cache });
  const controller = new AbortController();
  const all = client.askAll([{ prompt: "q0", signal: controller.signal }, { prompt: "q1" }], { batchSize: 3 });
  await new Promise(setImmediate);
  const other = client.ask({ prompt: "q0" });
  await new Promise(setImmediate);
  controller.abort();
  await new Promise(setImmediate);
  expect(requests).toEqual([]);
  release();
  expect(await all).toMatchObject([{ reason: "aborted" }, { value: "stored" }]);
  expect(await other).toMatchObject({ value: answerTo("q0"), source: "cache" });
});
