import * as fc from "fast-check";
import { getEventListeners } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import { READ_INPUT, temporaryProgram } from "../test/temporary-program.ts";
import type { AiResult } from "./ai-result.ts";
import type { AnswerCache, CachedAnswer } from "./answer-cache.ts";
import type { AiCallEvent } from "./asking/ask-question.ts";
import { createBudget } from "./budget/create-budget.ts";
import { createPrices } from "./budget/prices.ts";
import { createAiClient, type AiClientOptions } from "./create-ai-client.ts";
import type { Provider, ProviderAnswer, ProviderRequest } from "./provider.ts";
import { createExecProvider } from "./providers/create-exec-provider.ts";
import { createNoneProvider } from "./providers/create-none-provider.ts";
import { validateFindings, type Finding } from "./review/finding.ts";

const STOPPED = { status: "answered", finishReason: "stop", text: "fine" } as const;
const DOWN = { status: "failed", reason: "unreachable", message: "503", retryable: true } as const;

interface Script {
  readonly provider: Provider;
  readonly requests: ProviderRequest[];
}

/** A provider that gives these answers in turn. */
function script(...answers: readonly ProviderAnswer[]): Script {
  const requests: ProviderRequest[] = [];
  const generate = async (request: ProviderRequest): Promise<ProviderAnswer> => {
    const answer = answers[requests.length];
    requests.push(request);
    if (answer === undefined) throw new Error("asked too often");
    return answer;
  };
  return { requests, provider: { name: "script", generate } };
}

/** A delay that passes retries at once and notes them, while the time limit never comes. */
function instantDelay(limitMs = 120_000): { waitsMs: number[]; delay: NonNullable<AiClientOptions["delay"]> } {
  const waitsMs: number[] = [];
  const delay = (durationMs: number): Promise<void> => {
    if (durationMs === limitMs) return new Promise(() => undefined);
    waitsMs.push(durationMs);
    return Promise.resolve();
  };
  return { waitsMs, delay };
}

const isNumber = (value: unknown): { ok: true; value: number } | { ok: false; problems: string[] } =>
  typeof value === "number" ? { ok: true, value } : { ok: false, problems: ["must be a number"] };

test("ask() gives a whole answer", async () => {
  const { provider, requests } = script({ ...STOPPED, usage: { inputTokens: 5, outputTokens: 1 } });
  const result = await createAiClient({ provider }).ask({ prompt: "p", system: "s", model: "m" });
  expect(result).toEqual({
    status: "answered",
    value: "fine",
    text: "fine",
    usage: { inputTokens: 5, outputTokens: 1 },
    source: "provider",
    model: "m",
    durationMs: expect.any(Number) as number,
    callCount: 1,
    retryCount: 0,
    isRepaired: false,
    packedCount: 1,
  });
  expect(requests).toMatchObject([{ prompt: "p", system: "s", model: "m" }]);
  expectTypeOf(result).toEqualTypeOf<AiResult<string>>();
});

test.each([
  ["truncated", { ...STOPPED, finishReason: "length" }],
  ["refused", { ...STOPPED, finishReason: "content-filter" }],
  ["invalid-answer", { ...STOPPED, finishReason: "other" }],
  ["invalid-answer", { ...STOPPED, finishReason: undefined as never }],
  ["invalid-answer", { ...STOPPED, text: "  \n" }],
  ["refused", { ...DOWN, reason: "refused", retryable: false }],
  ["invalid-answer", { ...DOWN, reason: "malformed", retryable: false }],
  ["timed-out", { ...DOWN, reason: "timed-out", retryable: false }],
] as const)("ask() is inconclusive (%s) after %o", async (reason, answer) => {
  const result = await createAiClient({ provider: script(answer).provider }).ask({ prompt: "p" });
  expect(result).toMatchObject({ status: "inconclusive", reason });
  expect(result).not.toHaveProperty("value");
});

test("ask() is inconclusive without a provider, and spends nothing of the budget on it", async () => {
  const budget = createBudget({ maxCalls: 1 });
  const client = createAiClient({ provider: createNoneProvider(), budget });
  expect(await client.ask({ prompt: "p" })).toMatchObject({ reason: "no-provider", callCount: 0 });
  const result = await client.ask({ prompt: "p" });
  expect(result).toMatchObject({ status: "inconclusive", reason: "no-provider" });
});

test("ask() asks again after failures that may pass, with jitter, and at once gives up on others", async () => {
  const { waitsMs, delay } = instantDelay();
  const retry = { maxRetries: 3, baseDelayMs: 100, maxDelayMs: 300, random: () => 0.5 };
  const { provider } = script(DOWN, { ...DOWN, reason: "rate-limited", retryAfterMs: 5000 }, DOWN, STOPPED);
  expect(await createAiClient({ provider, retry, delay }).ask({ prompt: "p" })).toMatchObject({ value: "fine" });
  expect(waitsMs).toEqual([50, 5100, 150]);
  const lost = script(DOWN, DOWN, DOWN, DOWN, STOPPED);
  expect(await createAiClient({ provider: lost.provider, retry, delay }).ask({ prompt: "p" })).toMatchObject({
    reason: "unreachable",
    message: "503",
  });
  expect(lost.requests).toHaveLength(4);
  const final = script({ ...DOWN, retryable: false }, STOPPED);
  await createAiClient({ provider: final.provider, retry, delay }).ask({ prompt: "p" });
  expect(final.requests).toHaveLength(1);
});

test("ask() does not wait for a provider that asks for more time than there is", async () => {
  const { waitsMs, delay } = instantDelay(1000);
  const { provider } = script({ ...DOWN, retryAfterMs: 60_000 }, STOPPED);
  const client = createAiClient({ provider, delay, timeoutMs: 1000 });
  const message = expect.stringContaining("asked to wait 60 s, longer than the question may take");
  expect(await client.ask({ prompt: "p" })).toMatchObject({ reason: "unreachable", message });
  expect(waitsMs).toEqual([]);
});

test("ask() counts a provider that throws as unreachable", async () => {
  const { delay } = instantDelay();
  const provider: Provider = { name: "p", generate: () => Promise.reject(new TypeError("secret prompt")) };
  const result = await createAiClient({ provider, delay }).ask({ prompt: "p" });
  expect(result).toMatchObject({ reason: "unreachable", message: "The provider failed: TypeError" });
  expect(JSON.stringify(result)).not.toContain("secret");
});

test("ask() tells the time limit from the caller's abort, even when the provider ignores both", async () => {
  const provider: Provider = { name: "p", generate: () => new Promise(() => undefined) };
  const timedOut = createAiClient({ provider, delay: () => Promise.resolve() }).ask({ prompt: "p" });
  expect(await timedOut).toMatchObject({ reason: "timed-out" });
  const controller = new AbortController();
  const aborted = createAiClient({ provider }).ask({ prompt: "p", signal: controller.signal });
  controller.abort();
  expect(await aborted).toMatchObject({ reason: "aborted" });
  const before = await createAiClient({ provider }).ask({ prompt: "p", signal: AbortSignal.abort() });
  expect(before).toMatchObject({ reason: "aborted" });
});

test("ask() spends no more than the budget, over all clients that share it", async () => {
  const budget = createBudget({ maxCalls: 2 });
  const { provider, requests } = script(STOPPED, STOPPED, STOPPED);
  const clients = [createAiClient({ provider, budget }), createAiClient({ provider, budget })];
  const results = await Promise.all([...clients, ...clients].map((client) => client.ask({ prompt: "p" })));
  expect(results.map(({ status }) => status)).toEqual(["answered", "answered", "inconclusive", "inconclusive"]);
  expect(results[3]).toMatchObject({ reason: "budget" });
  expect(requests).toHaveLength(2);
});

test("ask() settles what a call took, frees what a failed one reserved, and keeps the estimate where nobody knows", async () => {
  const budget = createBudget({ maxOutputTokens: 1000 });
  const { delay } = instantDelay();
  const known = { ...STOPPED, usage: { inputTokens: 7, outputTokens: 3 } };
  const client = createAiClient({ provider: script(DOWN, known, STOPPED).provider, budget, delay });
  await client.ask({ prompt: "12345678", maxOutputTokens: 600 });
  expect(budget.used()).toMatchObject({ callCount: 2, inputTokens: 7, outputTokens: 3 });
  await client.ask({ prompt: "1234567", maxOutputTokens: 600 });
  expect(budget.used()).toMatchObject({ callCount: 3, inputTokens: 9, outputTokens: 603 });
  expect(await client.ask({ prompt: "p", maxOutputTokens: 600 })).toMatchObject({ reason: "budget" });
});

test("ask() counts what a failed call took where the provider says so, and keeps the estimate where it may be charged", async () => {
  const spentBy = async (change: Partial<Extract<ProviderAnswer, { status: "failed" }>>): Promise<unknown> => {
    const budget = createBudget();
    const { provider } = script({ ...DOWN, retryable: false, ...change });
    const result = await createAiClient({ provider, budget }).ask({ prompt: "1234567", maxOutputTokens: 9 });
    const { inputTokens, outputTokens } = budget.used();
    return [inputTokens, outputTokens, result.usage];
  };
  const usage = { inputTokens: 5, outputTokens: 3 };
  expect(await spentBy({})).toEqual([0, 0, { inputTokens: 0, outputTokens: 0 }]);
  expect(await spentBy({ usage })).toEqual([5, 3, usage]);
  expect(await spentBy({ mayBeCharged: true })).toEqual([2, 9, undefined]);
  expect(await spentBy({ mayBeCharged: true, usage })).toEqual([5, 3, usage]);
  expect(await spentBy({ reason: "timed-out" })).toEqual([2, 9, undefined]);
  expect(await spentBy({ mayBeCharged: true, usage: { inputTokens: -1, outputTokens: 0 } })).toEqual([2, 9, undefined]);
});

test("ask() gives a checked value, and has an answer repaired once", async () => {
  const right = script({ ...STOPPED, text: "```json\n42\n```" });
  const result = await createAiClient({ provider: right.provider }).ask({ prompt: "p", validate: isNumber });
  expect(result).toMatchObject({ status: "answered", value: 42 });
  expectTypeOf(result).toEqualTypeOf<AiResult<number>>();
  const usage = { inputTokens: 10, outputTokens: 1 };
  const repaired = script({ ...STOPPED, text: '"many"', usage }, { ...STOPPED, text: "42", usage });
  expect(
    await createAiClient({ provider: repaired.provider }).ask({ prompt: "How many?", validate: isNumber }),
  ).toMatchObject({
    value: 42,
    usage: { inputTokens: 20, outputTokens: 2 },
  });
  expect(repaired.requests[1]?.prompt).toMatch(/^How many\?.*"many".*must be a number/s);
  const hopeless = script({ ...STOPPED, text: "Well" }, { ...STOPPED, text: "Hm" }, { ...STOPPED, text: "42" });
  expect(await createAiClient({ provider: hopeless.provider }).ask({ prompt: "p", validate: isNumber })).toMatchObject({
    status: "inconclusive",
    reason: "invalid-answer",
    message: "The answer is not JSON",
    rejectedText: "Hm",
  });
  expect(hopeless.requests).toHaveLength(2);
});

test("ask() gives the beginning of an answer that cannot be used, safe to print, and tells no listener of it", async () => {
  const text = `\u001b[31m::error::${"x".repeat(600)}`;
  const events: AiCallEvent[] = [];
  const { provider } = script({ ...STOPPED, finishReason: "length", text });
  const result = await createAiClient({ provider, onCall: (event) => events.push(event) }).ask({ prompt: "p" });
  expect(result).toMatchObject({ reason: "truncated", rejectedText: `: :error::${"x".repeat(490)}` });
  expect(JSON.stringify(events)).not.toContain("xxx");
  const silent = script({ ...STOPPED, finishReason: "length", text: "\n" });
  expect(await createAiClient({ provider: silent.provider }).ask({ prompt: "p" })).not.toHaveProperty("rejectedText");
  const down = script(DOWN);
  expect(
    await createAiClient({ provider: down.provider, retry: { maxRetries: 0 } }).ask({ prompt: "p" }),
  ).not.toHaveProperty("rejectedText");
});

test("ask() never answers without a whole, valid answer, whatever the provider does", async () => {
  const answer = fc.record({
    status: fc.constant("answered" as const),
    finishReason: fc.constantFrom("stop", "length", "content-filter", "other"),
    text: fc.constantFrom("1", "", "x", "```\n2\n```"),
  });
  const failure = fc.record({
    status: fc.constant("failed" as const),
    reason: fc.constantFrom("unreachable", "rate-limited", "refused", "malformed", "timed-out", "no-provider"),
    message: fc.constant("m"),
    retryable: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(answer, failure), { maxLength: 8 }), async (answers) => {
      const { provider, requests } = script(...(answers as ProviderAnswer[]));
      const client = createAiClient({ provider, delay: instantDelay().delay, retry: { random: () => 0 } });
      const result = await client.ask({ prompt: "p", validate: isNumber });
      const last = answers[requests.length - 1];
      const isGood = last?.status === "answered" && last.finishReason === "stop" && !["", "x"].includes(last.text);
      expect(result.status).toBe(isGood ? "answered" : "inconclusive");
    }),
  );
});

function mapCache(answers = new Map<string, CachedAnswer>()): AnswerCache {
  return {
    async getOrCompute({ provider, request }, compute, { signal, isValid }) {
      const key = JSON.stringify([provider, request]);
      const held = answers.get(key);
      if (held !== undefined && isValid(held)) return { answer: held };
      const answer = await compute({ signal });
      if (isValid(answer)) answers.set(key, answer);
      return { answer };
    },
  };
}

test("ask() asks the cache first, spends nothing on what it knows, and offers it only valid answers", async () => {
  const budget = createBudget({ maxCalls: 3 });
  const { provider } = script({ ...STOPPED, text: "no" }, { ...STOPPED, text: "no" }, { ...STOPPED, text: "7" });
  const client = createAiClient({ provider, cache: mapCache(), budget });
  const request = { prompt: "p", validate: isNumber };
  expect(await client.ask(request)).toMatchObject({ reason: "invalid-answer" });
  expect(await client.ask(request)).toMatchObject({ value: 7, source: "provider" });
  expect(await client.ask(request)).toMatchObject({ value: 7, source: "cache" });
  expect(budget.used().callCount).toBe(3);
});

test("ask() believes a cache no more than a model", async () => {
  for (const text of ["no number", ""]) {
    const cache: AnswerCache = { getOrCompute: async () => ({ answer: { finishReason: "stop", text } }) };
    const client = createAiClient({ provider: createNoneProvider(), cache });
    expect(await client.ask({ prompt: "p", validate: isNumber })).toMatchObject({ reason: "invalid-answer" });
  }
});

test("ask() is inconclusive when the cache forbids asking, or the provider fails behind it", async () => {
  const cache: AnswerCache = { getOrCompute: () => Promise.reject(new Error("replay miss")) };
  const { provider, requests } = script(STOPPED);
  expect(await createAiClient({ provider, cache }).ask({ prompt: "p" })).toMatchObject({
    reason: "no-provider",
    message: "The answer cache did not let the provider be asked: replay miss",
  });
  expect(requests).toHaveLength(0);
  const behind = createAiClient({ provider: createNoneProvider(), cache: mapCache() });
  expect(await behind.ask({ prompt: "p" })).toMatchObject({
    reason: "no-provider",
    message: "No model provider is configured",
  });
});

test("ask() retries, repairs and checks with a real program", async () => {
  const finding: Finding = {
    ruleId: "r",
    severity: "high",
    confidence: 0.9,
    file: "a.ts",
    startLine: 1,
    endLine: 1,
    title: "t",
    message: "m",
    evidence: "let a",
  };
  const { command, args, folder } = temporaryProgram(`${READ_INPUT}
    import { appendFileSync, readFileSync } from "node:fs";
    const log = new URL("calls", import.meta.url);
    appendFileSync(log, "x");
    const call = readFileSync(log, "utf8").length;
    const text = call === 2 ? "Here you are: nothing" : ${JSON.stringify(JSON.stringify({ findings: [finding] }))};
    if (call === 1) process.exit(1);
    console.log(JSON.stringify({ finishReason: "stop", text: input.includes("It cannot be used") || call === 2 ? text : "unasked" }));`);
  const client = createAiClient({ provider: createExecProvider({ command, args }), delay: instantDelay().delay });
  const result = await client.ask({ prompt: "Review.", validate: validateFindings });
  expect(result).toMatchObject({ status: "answered", value: [finding] });
  expect(existsSync(join(folder, "calls")) && readFileSync(join(folder, "calls"), "utf8")).toBe("xxx");
});

test("createAiClient() and ask() refuse what makes no sense", async () => {
  const provider = createNoneProvider();
  expect(() => createAiClient({ provider, timeoutMs: 0 })).toThrow(RangeError);
  expect(() => createAiClient({ provider, retry: { maxRetries: -1 } })).toThrow("`retry.maxRetries`");
  await expect(createAiClient({ provider }).ask({ prompt: "" })).rejects.toThrow(TypeError);
  const tooFew = createAiClient({ provider }).ask({ prompt: "p", maxOutputTokens: -1 });
  await expect(tooFew).rejects.toThrow(
    new RangeError("Cannot ask: `maxOutputTokens` must be an integer of at least 1, got -1"),
  );
  for (const options of [{}, { provider: { name: "p" } }]) {
    expect(() => createAiClient(options as AiClientOptions)).toThrow("`provider` must be an object");
  }
});

test("ask() says what is wrong with a provider that hands over something else than an answer", async () => {
  for (const answer of [
    undefined,
    {},
    { status: "answered", text: "x" },
    { status: "failed", reason: "odd", message: "m" },
  ]) {
    const provider = { name: "p", generate: () => Promise.resolve(answer) } as unknown as Provider;
    const result = await createAiClient({ provider }).ask({ prompt: "p" });
    expect(result).toMatchObject({
      reason: "invalid-answer",
      message: expect.stringContaining("is no answer"),
      callCount: 1,
    });
  }
});

const COUNT_SCHEMA = { type: "object", properties: { count: { type: "integer" } }, required: ["count"] };

test("ask() checks an answer against the schema, has it repaired with what is wrong, and says so in the end", async () => {
  const right = script({ ...STOPPED, text: '{"count":"two"}' }, { ...STOPPED, text: '{"count":2}' });
  const client = createAiClient({ provider: right.provider, cache: mapCache() });
  const request = { prompt: "How many?", outputSchema: COUNT_SCHEMA };
  const result = await client.ask<{ count: number }>(request);
  expect(result).toMatchObject({ status: "answered", value: { count: 2 }, isRepaired: true, callCount: 2 });
  expectTypeOf(result).toEqualTypeOf<AiResult<{ count: number }>>();
  expect(right.requests[0]?.outputSchema).toBe(COUNT_SCHEMA);
  expect(right.requests[1]?.prompt).toMatch(/- `\/count` must be integer.*JSON Schema:\n\{"type":"object"/s);
  expect(await client.ask(request), "the repaired answer is kept").toMatchObject({ source: "cache", callCount: 0 });
  const hostile = `{"count":"\\u001b[31m${"x".repeat(10_000)}"}`;
  const wrong = script({ ...STOPPED, text: hostile }, { ...STOPPED, text: hostile });
  const strict = { ...COUNT_SCHEMA, additionalProperties: false };
  const lost = await createAiClient({ provider: wrong.provider }).ask({ prompt: "p", outputSchema: strict });
  expect(lost).toMatchObject({ reason: "invalid-answer", message: "`/count` must be integer" });
  const keys = JSON.stringify(
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`::${index}\n\u001b[1m`, 1])),
  );
  const noisy = script({ ...STOPPED, text: keys }, { ...STOPPED, text: keys });
  const bounded = await createAiClient({ provider: noisy.provider }).ask({ prompt: "p", outputSchema: strict });
  const message = bounded.status === "inconclusive" ? bounded.message : "";
  expect(message).toMatch(/must have required property 'count'; .*; and 46 more$/);
  expect(message.length).toBeLessThan(1000);
});

test("ask() lets both the schema and the check decide, the schema first", async () => {
  const seen: unknown[] = [];
  const validate = (value: unknown): { ok: true; value: number } => {
    seen.push(value);
    return { ok: true, value: (value as { count: number }).count };
  };
  const { provider } = script({ ...STOPPED, text: "{}" }, { ...STOPPED, text: '{"count":3}' });
  const result = await createAiClient({ provider }).ask({ prompt: "p", outputSchema: COUNT_SCHEMA, validate });
  expect(result).toMatchObject({ value: 3 });
  expect(new Set(seen.map((value) => JSON.stringify(value)))).toEqual(new Set(['{"count":3}']));
});

test("ask() refuses a wrong schema before anything is asked", async () => {
  const { provider, requests } = script(STOPPED);
  const outputSchema = { type: "object", propertys: {} };
  await expect(createAiClient({ provider }).ask({ prompt: "p", outputSchema })).rejects.toThrow("at `#/propertys`");
  expect(requests).toEqual([]);
});

test("ask() tells what was spent now from what a hit saved, and the listener the same", async () => {
  const prices = createPrices({ models: { m: { input_per_million_usd: 2, output_per_million_usd: 10 } } });
  const budget = createBudget({ prices });
  const usage = { inputTokens: 100, outputTokens: 20 };
  const { provider } = script(DOWN, { ...STOPPED, usage });
  const events: AiCallEvent[] = [];
  let nowMs = 0;
  const client = createAiClient({
    provider: { ...provider, defaultModel: "m" },
    cache: mapCache(),
    budget,
    delay: instantDelay().delay,
    now: () => (nowMs += 5),
    onCall: (event) => {
      events.push(event);
      throw new Error("a listener's own trouble");
    },
  });
  const miss = await client.ask({ prompt: "p", label: "review" });
  expect(miss).toMatchObject({ source: "provider", usage, costUsd: 0.0004, model: "m", retryCount: 1, callCount: 2 });
  expect(miss).not.toHaveProperty("savedUsage");
  const hit = await client.ask({ prompt: "p", label: "summary" });
  expect(hit).toMatchObject({ source: "cache", savedUsage: usage, savedCostUsd: 0.0004, callCount: 0, packedCount: 0 });
  expect([hit.usage, hit.costUsd]).toEqual([undefined, undefined]);
  await createAiClient({ provider: createNoneProvider(), onCall: (event) => events.push(event) }).ask({ prompt: "p" });
  expect(events).toMatchObject([
    { label: "review", outcome: "miss", tokens: 120, reason: undefined },
    { label: "summary", outcome: "hit", tokens: 120, reason: undefined },
    { outcome: "miss", tokens: 0, reason: "no-provider" },
  ]);
  expect(events[0]?.durationMs).toBeGreaterThan(0);
  expect(JSON.stringify(events)).not.toContain("fine");
  expect(budget.used()).toMatchObject({ costUsd: 0.0004, callCount: 2 });
});

test("ask() takes the cost that the provider tells, and hands it to the cache with the answer", async () => {
  const answers = new Map<string, CachedAnswer>();
  const { provider } = script({ ...STOPPED, costUsd: 0.5 });
  const client = createAiClient({ provider, cache: mapCache(answers) });
  expect(await client.ask({ prompt: "p" })).toMatchObject({ costUsd: 0.5, usage: undefined });
  expect([...answers.values()]).toEqual([{ finishReason: "stop", text: "fine", costUsd: 0.5 }]);
});

test("ask() names the limit that is used up, and takes an impossible usage for none", async () => {
  const budget = createBudget({ maxOutputTokens: 100 });
  const impossible = { ...STOPPED, usage: { inputTokens: Number.NaN, outputTokens: -5 } };
  const client = createAiClient({ provider: script(impossible, STOPPED).provider, budget });
  expect(await client.ask({ prompt: "p", maxOutputTokens: 60 })).toMatchObject({ usage: undefined });
  expect(await client.ask({ prompt: "p", maxOutputTokens: 60 })).toMatchObject({
    reason: "budget",
    message: "The budget of the run is used up: 60 of 100 output tokens, where the next call may take 60",
  });
});

test("ask() hands label, identity and endpoint to the cache, and passes on how it found the answer", async () => {
  const asked: unknown[] = [];
  const cache: AnswerCache = {
    getOrCompute: async (question) => {
      asked.push(question);
      return { answer: { finishReason: "stop", text: "kept" }, source: "coalesced" };
    },
  };
  const provider = { ...createNoneProvider(), baseUrl: "https://example.org/v1", defaultModel: "d" };
  const identity = { prompt: "same" };
  const result = await createAiClient({ provider, cache }).ask({ prompt: "p", label: "review", identity });
  expect(result).toMatchObject({ source: "cache", cacheSource: "coalesced", label: "review", model: "d" });
  expect(asked).toMatchObject([
    { baseUrl: "https://example.org/v1", label: "review", identity, request: { prompt: "p", model: "d" } },
  ]);
});

test("ask() leaves no listener on the caller's signal and no timer, however it ends", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const timers = new Set<AbortSignal>();
  const delay = (durationMs: number, options: { readonly signal: AbortSignal }): Promise<void> => {
    if (durationMs < 1000) return Promise.resolve();
    timers.add(options.signal);
    return new Promise((_, reject) =>
      options.signal.addEventListener("abort", () => {
        timers.delete(options.signal);
        reject(new Error("stopped"));
      }),
    );
  };
  const retry = { baseDelayMs: 1, maxDelayMs: 1 };
  for (const answers of [[STOPPED], [DOWN, STOPPED], [DOWN, DOWN, DOWN], [{ ...STOPPED, text: "" }]]) {
    await createAiClient({ provider: script(...answers).provider, delay, retry }).ask({ prompt: "p", signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(timers.size).toBe(0);
  }
  const generate = (): Promise<never> => new Promise(() => undefined);
  const hanging = createAiClient({ provider: { name: "p", generate }, delay }).ask({ prompt: "p", signal });
  await new Promise(setImmediate);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  expect(timers.size).toBe(1);
  controller.abort();
  await hanging;
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(timers.size).toBe(0);
});

test("ask() asks nothing when it is aborted before", async () => {
  const { provider, requests } = script(STOPPED);
  const asked: unknown[] = [];
  const cache: AnswerCache = { getOrCompute: (question) => Promise.reject(new Error(String(asked.push(question)))) };
  const result = await createAiClient({ provider, cache }).ask({ prompt: "p", signal: AbortSignal.abort() });
  expect(result).toMatchObject({ reason: "aborted", callCount: 0 });
  expect([requests, asked]).toEqual([[], []]);
});
