import * as fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import { READ_INPUT, temporaryProgram } from "../test/temporary-program.ts";
import type { AiResult } from "./ai-result.ts";
import type { AnswerCache, CachedAnswer } from "./answer-cache.ts";
import { createAiClient, type AiClientOptions } from "./create-ai-client.ts";
import { createBudget } from "./create-budget.ts";
import { createExecProvider } from "./providers/create-exec-provider.ts";
import { createNoneProvider } from "./providers/create-none-provider.ts";
import { validateFindings, type Finding } from "./finding.ts";
import type { Provider, ProviderAnswer, ProviderRequest } from "./provider.ts";

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

test("ask() is inconclusive without a provider", async () => {
  const result = await createAiClient({ provider: createNoneProvider() }).ask({ prompt: "p" });
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
  expect(await client.ask({ prompt: "p" })).toMatchObject({ reason: "unreachable" });
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
  });
  expect(hopeless.requests).toHaveLength(2);
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
});
