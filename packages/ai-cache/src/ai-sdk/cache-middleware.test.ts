import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV3, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import {
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamText,
  tool,
  wrapLanguageModel,
  type LanguageModelUsage,
} from "ai";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { startMockProvider } from "../../test/mock-provider.ts";
import { chatBody, chatChunk, createGate, sendJson, startScriptedServer } from "../../test/scripted-server.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { AiCache } from "../ai-cache.ts";
import { openAiCache } from "../open-ai-cache.ts";
import { cacheMiddleware, type CacheMiddlewareOptions } from "./cache-middleware.ts";

function open(): AiCache {
  return openAiCache({ directory: join(temporaryDirectory(), "cache") });
}

function wrap(url: string, cache: AiCache, options?: CacheMiddlewareOptions, modelId = "m"): LanguageModelV3 {
  const models = createOpenAICompatible({
    name: "p",
    baseURL: `${url}/v1`,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  return wrapLanguageModel({ model: models(modelId), middleware: cacheMiddleware(cache, options) });
}

const STOP = chatChunk({}, "stop", { usage: { prompt_tokens: 11, completion_tokens: 5 } });
const DONE = "data: [DONE]\n\n";
const EVENTS = { "content-type": "text/event-stream" };

const sourceOf = (metadata: unknown): unknown => (metadata as { aiCache?: { source?: unknown } })?.aiCache?.source;
const tokensOf = ({ inputTokens, outputTokens }: LanguageModelUsage): unknown[] => [inputTokens, outputTokens];

test("cacheMiddleware() answers from the cache, generated or streamed, whichever was asked for first", async () => {
  const provider = await startMockProvider();
  const usage = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 };
  provider.onMessage("first", { content: "Grüße – 你好 🙂", reasoning: "hm", usage });
  const cache = open();
  const model = wrap(provider.url, cache);
  for (const prompt of ["generate first", "stream first"]) {
    const generate = async (): Promise<unknown[]> => {
      const { text, reasoningText, providerMetadata, usage: used } = await generateText({ model, prompt });
      return [text, reasoningText, sourceOf(providerMetadata), ...tokensOf(used)];
    };
    const stream = async (): Promise<unknown[]> => {
      const result = streamText({ model, prompt });
      let text = "";
      for await (const delta of result.textStream) text += delta;
      const used = await result.usage;
      return [text, await result.reasoningText, sourceOf(await result.providerMetadata), ...tokensOf(used)];
    };
    const isStreamFirst = prompt === "stream first";
    const [first, second, third] = isStreamFirst ? [stream, generate, stream] : [generate, stream, generate];
    expect(await first()).toEqual(["Grüße – 你好 🙂", "hm", "computed", 20, 7]);
    expect(await second()).toEqual(["Grüße – 你好 🙂", "hm", "memory", 0, 0]);
    expect(await third()).toEqual(["Grüße – 你好 🙂", "hm", "memory", 0, 0]);
  }
  expect(provider.getRequests()).toHaveLength(2);
  expect(cache.stats().savedTokens).toMatchObject({ inputTokens: 80, outputTokens: 28 });
});

test("cacheMiddleware() gives back an equal result, apart from what only the network has", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const model = wrap(server.url, open(), { usageOnHit: "stored" });
  const [first, second] = [
    await model.doGenerate({ prompt: [{ role: "user", content: [{ type: "text", text: "hi" }] }] }),
    await model.doGenerate({ prompt: [{ role: "user", content: [{ type: "text", text: "hi" }] }] }),
  ];
  const { id, timestamp, modelId } = first.response ?? {};
  const { request: _, ...rest } = first;
  const savedTokens = { inputTokens: 11, outputTokens: 5 };
  expect(second).toEqual({
    ...rest,
    response: { id, timestamp, modelId },
    providerMetadata: {
      ...first.providerMetadata,
      aiCache: { source: "memory", savedTokens: expect.objectContaining(savedTokens) },
    },
  });
  expect(server.requests).toHaveLength(1);
});

test("cacheMiddleware() asks anew for another model, parameter, address or namespace, not for other headers", async () => {
  const provider = await startMockProvider();
  provider.onMessage("hi", { content: "fine" });
  const cache = open();
  const model = wrap(provider.url, cache);
  const sources: unknown[] = [];
  const calls: readonly Partial<Parameters<typeof generateText>[0]>[] = [
    {},
    { headers: { "user-agent": "other", authorization: "Bearer 2" } },
    { temperature: 0.5 },
    { model: wrap(provider.url, cache, {}, "other") },
    { model: wrap(provider.url.replace("127.0.0.1", "localhost"), cache) },
    { model: wrap(provider.url, cache, { namespace: "tenant" }) },
    { providerOptions: { aiCache: { namespace: "tenant" } } },
    { providerOptions: { aiCache: { salt: "1" } } },
    { providerOptions: { p: { reasoningEffort: "high" } } },
  ];
  for (const call of calls) {
    const { providerMetadata } = await generateText({ model, prompt: "hi", ...call } as Parameters<
      typeof generateText
    >[0]);
    sources.push(sourceOf(providerMetadata));
  }
  const miss = "computed";
  expect(sources).toEqual([miss, "memory", miss, miss, miss, miss, "memory", miss, miss]);
});

test("cacheMiddleware() does what a call's own options say, and sends them nowhere", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const model = wrap(server.url, cache);
  const ask = async (mode: string, options: object = {}): Promise<[number, unknown]> => {
    const providerOptions = { aiCache: { mode, ...options } };
    const { providerMetadata } = await generateText({ model, prompt: "hi", maxRetries: 0, providerOptions });
    return [server.requests.length, sourceOf(providerMetadata)];
  };
  await expect(ask("replay")).rejects.toMatchObject({ code: "AI_CACHE_REPLAY_MISS" });
  expect(await ask("read-only")).toEqual([1, "computed"]);
  expect(await ask("off")).toEqual([2, "computed"]);
  expect(await ask("on")).toEqual([3, "computed"]);
  expect(await ask("replay")).toEqual([3, "memory"]);
  expect(await ask("refresh")).toEqual([4, "computed"]);
  expect(cache.stats().storedCount).toBe(2);
  expect(server.requests.some(({ body }) => body.includes("aiCache") || body.includes("refresh"))).toBe(false);
  await expect(ask("onn")).rejects.toThrow("`providerOptions.aiCache.mode` must be one of");
  await expect(ask("on", { ttl: 1 })).rejects.toThrow("`providerOptions.aiCache.ttl` is not an option of the cache");
  await expect(ask("on", { salt: 1 })).rejects.toThrow("`providerOptions.aiCache.salt` must be a string, got number");
  expect(() => cacheMiddleware(cache, { mode: "onn" as never })).toThrow(TypeError);
  expect(() => cacheMiddleware(cache, { usageOnHit: "half" as never })).toThrow(TypeError);
});

test("cacheMiddleware() lets explain tell what changed since the last call with its label", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const model = wrap(server.url, cache);
  const providerOptions = { aiCache: { label: "review" } };
  await generateText({ model, prompt: "hi", providerOptions, temperature: 0 });
  await generateText({ model, prompt: "hi", providerOptions, temperature: 1 });
  expect(JSON.stringify(cache.explainLast("review"))).toContain("parameters.settings");
});

test("cacheMiddleware() goes past the cache for raw chunks, and for parameters that make no key", async () => {
  const server = await startScriptedServer((response, { body }) => {
    if (body.includes('"stream":true')) response.writeHead(200, EVENTS).end(chatChunk({ content: "a" }) + STOP + DONE);
    else sendJson(response, chatBody("fine"));
  });
  const cache = open();
  const model = wrap(server.url, cache);
  for (let round = 0; round < 2; round += 1) {
    const { fullStream } = streamText({ model, prompt: "hi", includeRawChunks: true });
    let rawCount = 0;
    for await (const part of fullStream) rawCount += part.type === "raw" ? 1 : 0;
    expect(rawCount).toBe(2);
    const providerOptions = { p: { noJson: Number.NaN } };
    expect((await generateText({ model, prompt: "hi", providerOptions })).text).toBe("fine");
    expect(await streamText({ model, prompt: "hi", providerOptions }).text).toBe("a");
  }
  expect(server.requests).toHaveLength(6);
  expect(cache.stats()).toMatchObject({ storedCount: 0, misses: { bypassed: 2 } });
});

test.each([
  ["cut at the token limit", chatBody("x", "length"), "truncated"],
  ["stopped by a filter", chatBody("x", "content_filter"), "content-filter"],
  ["without text", chatBody(" "), "empty"],
] as const)("cacheMiddleware() hands on an answer %s and does not store it", async (_, body, reason) => {
  const server = await startScriptedServer((response) => sendJson(response, body));
  const cache = open();
  const model = wrap(server.url, cache);
  for (let round = 0; round < 2; round += 1) await generateText({ model, prompt: "hi" });
  expect(server.requests).toHaveLength(2);
  expect(cache.stats()).toMatchObject({ storedCount: 0, rejected: { [reason]: 2 } });
});

test("cacheMiddleware() lets calls of tools pass and stores the answer that follows them", async () => {
  const provider = await startMockProvider();
  provider.onToolResult("call_1", { content: "It rains." });
  provider.onMessage("weather", { toolCalls: [{ name: "weather", arguments: "{}", id: "call_1" }] });
  const cache = open();
  const model = wrap(provider.url, cache);
  const inputSchema = jsonSchema<Record<string, never>>({ type: "object", properties: {} });
  const tools = { weather: tool({ inputSchema, execute: () => "rain" }) };
  for (let round = 0; round < 2; round += 1) {
    const { text } = await generateText({ model, prompt: "weather", tools, stopWhen: stepCountIs(3) });
    expect(text).toBe("It rains.");
  }
  expect(provider.getRequests()).toHaveLength(3);
  expect(cache.stats()).toMatchObject({ storedCount: 1, rejected: { "not-stopped": 2 }, hits: { memory: 1 } });
});

test("cacheMiddleware() stores JSON only where an object was asked for, and what the caller accepts", async () => {
  let content = "no JSON";
  const server = await startScriptedServer((response) => sendJson(response, chatBody(content)));
  const cache = open();
  const model = wrap(server.url, cache, { isValid: (text, { seed }) => seed === undefined && text !== '{"a":0}' });
  const output = Output.object({
    schema: jsonSchema<{ a: number }>({ type: "object", properties: { a: { type: "number" } } }),
  });
  const ask = async (seed?: number): Promise<unknown> => {
    const call = { model, prompt: "hi", output, ...(seed !== undefined && { seed }) };
    const result = await generateText(call);
    return [sourceOf(result.providerMetadata), result.text];
  };
  await expect(ask()).rejects.toThrow("No object generated");
  content = '{"a":0}';
  expect(await ask()).toEqual(["computed", content]);
  content = '{"a":1}';
  expect(await ask(1)).toEqual(["computed", content]);
  expect(await ask()).toEqual(["computed", content]);
  expect(await ask()).toEqual(["memory", content]);
  expect(cache.stats().rejected.invalid).toBe(3);
});

test.each([
  ["has no finish reason", chatChunk({ content: "a" }) + DONE],
  ["carries an error", `${chatChunk({ content: "a" })}data: {"error":{"message":"overloaded"}}\n\n${DONE}`],
  ["is cut at the token limit", chatChunk({ content: "a" }, "length") + DONE],
  ["is an HTML page", "<html>"],
])("cacheMiddleware() never stores a stream that %s", async (_, body) => {
  const server = await startScriptedServer((response) => response.writeHead(200, EVENTS).end(body) && undefined);
  const cache = open();
  const model = wrap(server.url, cache);
  for (let round = 0; round < 2; round += 1) {
    const result = streamText({ model, prompt: "hi", maxRetries: 0, onError: () => undefined });
    await result.consumeStream({ onError: () => undefined });
  }
  expect(server.requests).toHaveLength(2);
  expect(cache.stats()).toMatchObject({ storedCount: 0, hits: { memory: 0, disk: 0 } });
});

test("cacheMiddleware() never stores a stream whose connection broke", async () => {
  const server = await startScriptedServer((response) => {
    response.writeHead(200, { ...EVENTS, "content-length": 10_000 });
    response.write(chatChunk({ content: "a" }) + STOP + DONE, () => response.destroy());
  });
  const cache = open();
  const model = wrap(server.url, cache);
  const errors: unknown[] = [];
  const result = streamText({ model, prompt: "hi", maxRetries: 0, onError: ({ error }) => void errors.push(error) });
  await result.consumeStream({ onError: (error) => void errors.push(error) });
  expect(errors).not.toHaveLength(0);
  expect(cache.stats()).toMatchObject({ storedCount: 0, failedCount: 1 });
});

const PROMPT = { prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: "hi" }] }] };

async function readParts(stream: ReadableStream<LanguageModelV3StreamPart>): Promise<LanguageModelV3StreamPart[]> {
  const parts: LanguageModelV3StreamPart[] = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}

test("cacheMiddleware() gives parts to the first who asks as they come, and asks once for all who ask meanwhile", async () => {
  const gate = createGate();
  const server = await startScriptedServer(async (response) => {
    response.writeHead(200, EVENTS).write(chatChunk({ content: "a" }));
    await gate.opened;
    response.end(chatChunk({ content: "b" }) + STOP + DONE);
  });
  const cache = open();
  const model = wrap(server.url, cache);
  const reader = (await model.doStream(PROMPT)).stream.getReader();
  let part: LanguageModelV3StreamPart | undefined;
  // The server sends no more before this has come.
  while (part?.type !== "text-delta") part = (await reader.read()).value;
  expect(part.delta).toBe("a");
  const others = Array.from({ length: 10 }, async (_, index) => {
    if (index % 2 === 0) return (await model.doGenerate(PROMPT)).content;
    const parts = await readParts((await model.doStream(PROMPT)).stream);
    expect(sourceOf((parts.at(-1) as { providerMetadata?: unknown }).providerMetadata)).toBe("coalesced");
    return parts.flatMap((one) => (one.type === "text-delta" ? [{ type: "text", text: one.delta }] : []));
  });
  while (cache.stats().callCount < 11) await setImmediate();
  gate.open();
  for (const content of await Promise.all(others)) expect(content).toEqual([{ type: "text", text: "ab" }]);
  expect(server.requests).toHaveLength(1);
  expect(cache.stats().coalescedCount).toBe(10);
});

test.each(["signal", "stream"])(
  "cacheMiddleware() goes on for the others when the first leaves by its %s, and ends when nobody is left",
  async (how) => {
    const gate = createGate();
    const server = await startScriptedServer(async (response) => {
      response.writeHead(200, EVENTS).write(chatChunk({ content: "a" }));
      await gate.opened;
      response.end(STOP + DONE);
    });
    const cache = open();
    const model = wrap(server.url, cache);
    const start = async (seed: number): Promise<{ leave: () => Promise<void> }> => {
      const leaving = new AbortController();
      const { stream } = await model.doStream({ ...PROMPT, seed, abortSignal: leaving.signal });
      const reader = stream.getReader();
      await reader.read();
      const leave = async (): Promise<void> => {
        if (how === "stream") return await reader.cancel();
        leaving.abort(new Error("gone"));
        // What was sent before may still be there to read.
        const readOn = async (): Promise<void> => {
          for (;;) await reader.read();
        };
        await expect(readOn()).rejects.toThrow("gone");
      };
      return { leave };
    };
    const alone = await start(1);
    await alone.leave();
    await server.requests[0]?.closed;
    expect(cache.stats()).toMatchObject({ storedCount: 0, failedCount: 1 });

    const first = await start(2);
    const second = model.doGenerate({ ...PROMPT, seed: 2 });
    while (cache.stats().callCount < 3) await setImmediate();
    await first.leave();
    gate.open();
    expect((await second).content).toEqual([{ type: "text", text: "a" }]);
    expect(server.requests).toHaveLength(2);
    expect(cache.stats().storedCount).toBe(1);
  },
);

test("cacheMiddleware() replays any text exactly, generated or streamed", async () => {
  let deltas: readonly string[] = [];
  const server = await startScriptedServer((response) => {
    response.writeHead(200, EVENTS).end(deltas.map((content) => chatChunk({ content })).join("") + STOP + DONE);
  });
  const model = wrap(server.url, open());
  let seed = 0;
  const texts = fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      const text = given.join("");
      fc.pre(text.trim() !== "");
      deltas = given;
      seed += 1;
      for (let round = 0; round < 2; round += 1) {
        const parts = await readParts((await model.doStream({ ...PROMPT, seed })).stream);
        expect(parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")).toBe(text);
      }
      expect((await model.doGenerate({ ...PROMPT, seed })).content).toEqual([{ type: "text", text }]);
      expect(server.requests.length).toBeLessThanOrEqual(seed);
    }),
    { numRuns: 20 },
  );
});
