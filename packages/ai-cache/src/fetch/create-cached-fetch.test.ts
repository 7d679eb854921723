import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import * as fc from "fast-check";
import { OpenAI } from "openai";
import { expect, test } from "vitest";
import { startMockProvider } from "../../test/mock-provider.ts";
import {
  chatBody,
  chatChunk,
  createGate,
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from "../../test/scripted-server.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { AiCache } from "../ai-cache.ts";
import { openAiCache } from "../open-ai-cache.ts";
import { createCachedFetch } from "./create-cached-fetch.ts";

function open(): AiCache {
  return openAiCache({ directory: join(temporaryDirectory(), "cache") });
}

const QUESTION = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };

function post(body: unknown, rest: Omit<RequestInit, "body"> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), ...rest };
}

function sendEvents(response: ServerResponse, ...parts: readonly (string | Uint8Array)[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const part of parts) response.write(part);
  response.end();
}

const STOP = chatChunk({}, "stop");
const DONE = "data: [DONE]\n\n";

async function readStream(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

test("createCachedFetch() answers the OpenAI SDK from the cache in both forms, whichever was asked for first", async () => {
  const provider = await startMockProvider();
  provider.onMessage("json first", { content: "Grüße – 你好 🙂" });
  provider.onMessage("stream first", { content: "Grüße – 你好 🙂" });
  const client = new OpenAI({ baseURL: `${provider.url}/v1`, apiKey: "k", fetch: createCachedFetch(open()) });
  const ask = (content: string, temperature = 0): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
    model: "m",
    temperature,
    messages: [{ role: "user", content }],
  });
  const first = await client.chat.completions.create(ask("json first"));
  expect(first.choices[0]?.message.content).toBe("Grüße – 你好 🙂");
  expect(await client.chat.completions.create(ask("json first"))).toEqual(first);
  const stream = await client.chat.completions.create({ ...ask("json first"), stream: true });
  expect(await readStream(stream)).toBe("Grüße – 你好 🙂");
  expect(provider.getRequests()).toHaveLength(1);

  const includeUsage = { stream: true, stream_options: { include_usage: true } } as const;
  const live = await client.chat.completions.create({ ...ask("stream first"), ...includeUsage });
  expect(await readStream(live)).toBe("Grüße – 你好 🙂");
  const replayed = client.chat.completions.stream({ ...ask("stream first"), ...includeUsage });
  const final = await replayed.finalChatCompletion();
  expect(final.choices[0]).toMatchObject({ message: { content: "Grüße – 你好 🙂" }, finish_reason: "stop" });
  const whole = await client.chat.completions.create(ask("stream first"));
  expect(whole).toMatchObject({ object: "chat.completion", usage: final.usage, id: final.id });
  expect(final.usage?.completion_tokens).toBeGreaterThan(0);
  expect(provider.getRequests()).toHaveLength(2);

  await client.chat.completions.create(ask("stream first", 1));
  await client.chat.completions.create({ ...ask("stream first"), model: "other" });
  expect(provider.getRequests()).toHaveLength(4);
});

test("createCachedFetch() answers the Responses API in both forms", async () => {
  const provider = await startMockProvider();
  provider.onMessage("hi", { content: "Grüße – 你好 🙂" });
  const cache = open();
  const client = new OpenAI({ baseURL: `${provider.url}/v1`, apiKey: "k", fetch: createCachedFetch(cache) });
  const live = client.responses.stream({ model: "m", input: "hi" });
  const first = await live.finalResponse();
  expect(first.output_text).toBe("Grüße – 你好 🙂");
  const types: string[] = [];
  const replayed = client.responses.stream({ model: "m", input: "hi" }).on("event", ({ type }) => types.push(type));
  expect((await replayed.finalResponse()).output).toEqual(first.output);
  expect(types[0]).toBe("response.created");
  expect(types.at(-1)).toBe("response.completed");
  expect(await client.responses.create({ model: "m", input: "hi" })).toMatchObject({
    id: first.id,
    output_text: first.output_text,
  });
  expect(provider.getRequests()).toHaveLength(1);
  expect(cache.stats().hits.memory).toBe(2);
});

test("createCachedFetch() works as the fetch of the AI SDK's provider", async () => {
  const provider = await startMockProvider();
  provider.onMessage("hi", { content: "fine" });
  const cachedFetch = createCachedFetch(open());
  const models = createOpenAICompatible({ name: "p", baseURL: `${provider.url}/v1`, fetch: cachedFetch });
  for (let round = 0; round < 2; round += 1) {
    expect((await generateText({ model: models("m"), prompt: "hi", headers: { "x-round": `${round}` } })).text).toBe(
      "fine",
    );
  }
  expect(await streamText({ model: models("m"), prompt: "hi" }).text).toBe("fine");
  expect(provider.getRequests()).toHaveLength(1);
});

test("createCachedFetch() marks where an answer came from and how old it is", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  let nowMs = 1_000_000;
  const cachedFetch = createCachedFetch(open(), { now: () => nowMs });
  const address = `${server.url}/v1/chat/completions`;
  const miss = await cachedFetch(address, post(QUESTION));
  expect([miss.headers.get("x-ai-cache"), miss.headers.get("age"), miss.url]).toEqual(["miss", null, address]);
  expect(await miss.json()).toEqual(chatBody("fine"));
  nowMs += 5_999;
  const hit = await cachedFetch(address, post(QUESTION));
  expect([hit.headers.get("x-ai-cache"), hit.headers.get("age"), hit.headers.get("content-type")]).toEqual([
    "hit",
    "5",
    "application/json",
  ]);
  expect(await hit.json()).toEqual(chatBody("fine"));
});

test("createCachedFetch() keeps apart what differs in address, query, body or namespace, not in headers, form or order", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const cachedFetch = createCachedFetch(cache);
  const address = `${server.url}/v1/chat/completions`;
  const ask = async (body: unknown, url = address, send = cachedFetch, headers = {}): Promise<string | null> => {
    const response = await send(url, post(body, { headers }));
    await response.text();
    return response.headers.get("x-ai-cache");
  };
  expect(await ask(QUESTION)).toBe("miss");
  expect(
    await ask({ messages: QUESTION.messages, stream: false, model: "m" }, address, cachedFetch, {
      authorization: "Bearer 2",
    }),
  ).toBe("hit");
  expect(await ask({ ...QUESTION, stream: true })).toBe("hit");
  expect(await ask({ ...QUESTION, some_new_parameter: 1 })).toBe("miss");
  expect(await ask({ ...QUESTION, messages: [{ role: "user", content: "hi " }] })).toBe("miss");
  expect(await ask(QUESTION, `${server.url}/v2/chat/completions`)).toBe("miss");
  expect(await ask(QUESTION, `${address}?api-version=2`)).toBe("miss");
  expect(await ask(QUESTION, address, createCachedFetch(cache, { namespace: "tenant" }))).toBe("miss");
});

test("createCachedFetch() passes through what is no question, untouched", async () => {
  const server = await startScriptedServer((response, { body }) => {
    response.writeHead(200, { "content-type": "text/plain" }).end(`got ${body}`);
  });
  const cache = open();
  const cachedFetch = createCachedFetch(cache);
  const address = `${server.url}/v1/chat/completions`;
  const stream = new Blob([JSON.stringify(QUESTION)]).stream();
  const calls: readonly [string, RequestInit?][] = [
    [`${server.url}/v1/models`],
    [address],
    [`${server.url}/v1/embeddings`, post({ model: "m", input: "a" })],
    [address, post([QUESTION])],
    [address, post({ model: "m" })],
    [address, { method: "POST", body: "no JSON" }],
    [address, { method: "POST", body: new Uint8Array([0xff]) }],
    [address, { method: "POST", body: stream, duplex: "half" }],
  ];
  for (const [url, init] of calls) {
    const response = await cachedFetch(url, {
      ...init,
      headers: { "x-ai-cache-mode": "replay", "x-ai-cache-label": "l" },
    });
    expect(response.headers.has("x-ai-cache")).toBe(false);
    expect(await response.text()).toMatch(/^got /);
  }
  expect(server.requests).toHaveLength(calls.length);
  expect(server.requests.some(({ headers }) => JSON.stringify(headers).includes("x-ai-cache"))).toBe(false);
  expect(cache.stats().callCount).toBe(0);
});

test("createCachedFetch() takes a Request, bytes, and both kinds of URL", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cachedFetch = createCachedFetch(open());
  const address = `${server.url}/v1/chat/completions`;
  const headers = { "content-type": "application/json", authorization: "Bearer k", "x-ai-cache-mode": "on" };
  const bytes = new TextEncoder().encode(JSON.stringify(QUESTION));
  const calls: readonly Parameters<typeof fetch>[] = [
    [new Request(address, post(QUESTION, { headers }))],
    [new URL(address), post(QUESTION)],
    [address, { method: "post", body: bytes }],
    [address, { method: "POST", body: bytes.buffer }],
  ];
  const sources: unknown[] = [];
  for (const [input, init] of calls) {
    const response = await cachedFetch(input, init);
    expect(await response.json()).toEqual(chatBody("fine"));
    sources.push(response.headers.get("x-ai-cache"));
  }
  expect(sources).toEqual(["miss", "hit", "hit", "hit"]);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({ body: JSON.stringify(QUESTION), headers: { authorization: "Bearer k" } });
  expect(server.requests[0]?.headers["x-ai-cache-mode"]).toBeUndefined();
});

test("createCachedFetch() does what the mode header says", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const cachedFetch = createCachedFetch(cache);
  const address = `${server.url}/v1/chat/completions`;
  const ask = async (mode: string): Promise<[number, string | null]> => {
    const response = await cachedFetch(address, post(QUESTION, { headers: { "x-ai-cache-mode": mode } }));
    const body = (await response.json()) as { error?: { code?: string } };
    return [server.requests.length, body.error?.code ?? response.headers.get("x-ai-cache")];
  };
  expect(await ask("replay")).toEqual([0, "AI_CACHE_REPLAY_MISS"]);
  expect(await ask("read-only")).toEqual([1, "miss"]);
  expect(await ask("off")).toEqual([2, "bypass"]);
  expect(await ask("on")).toEqual([3, "miss"]);
  expect(await ask("on")).toEqual([3, "hit"]);
  expect(await ask("replay")).toEqual([3, "hit"]);
  expect(await ask("refresh")).toEqual([4, "miss"]);
  expect(cache.stats()).toMatchObject({ storedCount: 2 });
  await expect(ask("onn")).rejects.toThrow('`x-ai-cache-mode` must be one of "on", "off"');
  expect(() => createCachedFetch(cache, { mode: "onn" as never })).toThrow(TypeError);
});

test("createCachedFetch() lets explain tell what changed since the last request with its label", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const cachedFetch = createCachedFetch(cache);
  for (const temperature of [0, 1]) {
    const init = post({ ...QUESTION, temperature }, { headers: { "x-ai-cache-label": "review" } });
    await (await cachedFetch(`${server.url}/chat/completions`, init)).text();
  }
  expect(JSON.stringify(cache.explainLast("review"))).toContain("parameters.body");
  expect(JSON.stringify(server.requests)).not.toContain("review");
});

test("createCachedFetch() lets no SDK try a replay again that found nothing", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const cache = open();
  const fetch = createCachedFetch(cache, { mode: "replay" });
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "k", fetch });
  await expect(client.chat.completions.create(QUESTION)).rejects.toMatchObject({
    status: 412,
    code: "AI_CACHE_REPLAY_MISS",
  });
  const models = createOpenAICompatible({ name: "p", baseURL: `${server.url}/v1`, fetch });
  await expect(generateText({ model: models("m"), prompt: "hi" })).rejects.toMatchObject({ statusCode: 412 });
  expect(cache.stats().misses.absent).toBe(2);
  expect(server.requests).toHaveLength(0);
});

const INCOMPLETE: readonly (readonly [string, boolean, (response: ServerResponse) => void])[] = [
  ["an HTML page with status 200", false, (r) => r.writeHead(200, { "content-type": "text/html" }).end("<html>")],
  [
    "an HTML page that claims to be JSON",
    false,
    (r) => r.writeHead(200, { "content-type": "application/json" }).end("<html>"),
  ],
  ["an error body with status 200", false, (r) => sendJson(r, { error: { message: "overloaded" } })],
  ["an error beside choices", false, (r) => sendJson(r, chatBody("x", "stop", { error: { message: "overloaded" } }))],
  ["a rate limit", false, (r) => sendJson(r, { error: { message: "slow down" } }, 429)],
  ["no content", false, (r) => r.writeHead(204).end()],
  ["status 201", false, (r) => sendJson(r, chatBody("x"), 201)],
  ["an answer cut at the token limit", false, (r) => sendJson(r, chatBody("x", "length"))],
  ["an answer without text", false, (r) => sendJson(r, chatBody(" \n"))],
  ["a call of a tool", false, (r) => sendJson(r, chatBody("x", "tool_calls"))],
  ["half a document", false, (r) => r.writeHead(200, { "content-type": "application/json" }).end('{"choices":[')],
  ["a stream without finish reason", true, (r) => sendEvents(r, chatChunk({ content: "a" }), DONE)],
  ["a stream without [DONE]", true, (r) => sendEvents(r, chatChunk({ content: "a" }), STOP)],
  [
    "a stream with an error",
    true,
    (r) => sendEvents(r, chatChunk({ content: "a" }), 'data: {"error":{}}\n\n', STOP, DONE),
  ],
  ["a stream cut at the token limit", true, (r) => sendEvents(r, chatChunk({ content: "a" }, "length"), DONE)],
  [
    "a stream that is no UTF-8",
    true,
    (r) => sendEvents(r, "data: ", Uint8Array.of(0xff), "\n\n", chatChunk({ content: "a" }), STOP, DONE),
  ],
];

test.each(INCOMPLETE)(
  "createCachedFetch() passes %s through as it is and stores nothing",
  async (_, stream, answer) => {
    const server = await startScriptedServer(answer);
    const cache = open();
    const cachedFetch = createCachedFetch(cache);
    const init = post({ ...QUESTION, stream });
    const address = `${server.url}/v1/chat/completions`;
    for (let round = 0; round < 2; round += 1) {
      const [plain, response] = [await fetch(address, init), await cachedFetch(address, init)];
      expect(response.status).toBe(plain.status);
      expect(response.headers.get("content-type")).toBe(plain.headers.get("content-type"));
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(await plain.arrayBuffer()));
      expect(response.headers.get("x-ai-cache")).toBe("miss");
    }
    expect(server.requests).toHaveLength(4);
    expect(cache.stats()).toMatchObject({ storedCount: 0, hits: { memory: 0, disk: 0 } });
  },
);

test.each([
  ["document", false, "application/json", JSON.stringify(chatBody("whole"))],
  ["stream", true, "text/event-stream", chatChunk({ content: "whole" }) + STOP + DONE],
])("createCachedFetch() fails as fetch does when a %s is cut by a broken connection", async (_, stream, type, body) => {
  const server = await startScriptedServer(async (response) => {
    response.writeHead(200, { "content-type": type, "content-length": body.length + 10 });
    // Everything that matters has come: only the end is missing.
    response.write(body, () => response.destroy());
  });
  const cache = open();
  const response = await createCachedFetch(cache)(`${server.url}/chat/completions`, post({ ...QUESTION, stream }));
  await expect(response.text()).rejects.toThrow(TypeError);
  expect(cache.stats()).toMatchObject({ storedCount: 0, failedCount: 1 });
});

test("createCachedFetch() gives each part of a stream to its caller as it comes", async () => {
  const gate = createGate();
  const server = await startScriptedServer(async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(chatChunk({ content: "a" }));
    await gate.opened;
    response.end(STOP + DONE);
  });
  const cachedFetch = createCachedFetch(open());
  const response = await cachedFetch(`${server.url}/chat/completions`, post({ ...QUESTION, stream: true }));
  const reader = response.body!.getReader();
  // The server sends no more before this has been read.
  expect(new TextDecoder().decode((await reader.read()).value)).toBe(chatChunk({ content: "a" }));
  gate.open();
  let isDone = false;
  while (!isDone) isDone = (await reader.read()).done;
  const hit = await cachedFetch(`${server.url}/chat/completions`, post({ ...QUESTION, stream: true }));
  expect(hit.headers.get("x-ai-cache")).toBe("hit");
});

test("createCachedFetch() asks once for many who ask at the same time, in either form", async () => {
  const gate = createGate();
  const server = await startScriptedServer(async (response) => {
    await gate.opened;
    sendEvents(
      response,
      chatChunk({ content: "a" }),
      STOP,
      'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
      DONE,
    );
  });
  const cache = open();
  const cachedFetch = createCachedFetch(cache);
  const stream = { ...QUESTION, stream: true, stream_options: { include_usage: true } };
  const asked = Array.from({ length: 20 }, (_, index) =>
    cachedFetch(`${server.url}/chat/completions`, post(index % 2 === 0 ? stream : QUESTION)),
  );
  const bodies = Promise.all(asked.map(async (response) => (await response).text()));
  gate.open();
  for (const body of await bodies) expect(body).toContain('"content":"a"');
  expect(server.requests).toHaveLength(1);
  expect(cache.stats().coalescedCount + cache.stats().hits.memory).toBe(19);
});

test("createCachedFetch() gives a failure to all who waited for it, and the next one asks again", async () => {
  const gate = createGate();
  const server = await startScriptedServer(async (response) => {
    await gate.opened;
    response.writeHead(429, { "content-type": "application/json", "retry-after": "3" }).end('{"error":{}}');
  });
  const cachedFetch = createCachedFetch(open());
  const address = `${server.url}/chat/completions`;
  const asked = [post(QUESTION), post({ ...QUESTION, stream: true })].map((init) => cachedFetch(address, init));
  gate.open();
  for (const response of await Promise.all(asked)) {
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([
      429,
      "3",
      '{"error":{}}',
    ]);
  }
  expect(server.requests).toHaveLength(1);
  await cachedFetch(address, post(QUESTION));
  expect(server.requests).toHaveLength(2);
});

function answerByForm(gate: Promise<void>): Parameters<typeof startScriptedServer>[0] {
  return async (response, { body }) => {
    await gate;
    const { stream } = JSON.parse(body) as { stream?: boolean };
    if (stream === true) sendEvents(response, chatChunk({ content: "a" }), STOP, DONE);
    else sendJson(response, chatBody("a"));
  };
}

test("createCachedFetch() asks again for who wants the usage, which a stream did not tell, and stores that", async () => {
  const gate = createGate();
  const server = await startScriptedServer(answerByForm(gate.opened));
  const cachedFetch = createCachedFetch(open());
  const address = `${server.url}/chat/completions`;
  const together = [post({ ...QUESTION, stream: true }), post(QUESTION)].map(async (init) =>
    (await cachedFetch(address, init)).text(),
  );
  gate.open();
  expect((await Promise.all(together))[1]).toBe(JSON.stringify(chatBody("a")));
  expect(server.requests).toHaveLength(2);
  for (const body of [QUESTION, { ...QUESTION, stream: true }]) {
    const hit = await cachedFetch(address, post(body));
    expect(hit.headers.get("x-ai-cache")).toBe("hit");
  }
});

test("createCachedFetch() does not hand a cut stream to who asked for a document", async () => {
  const gate = createGate();
  const server = await startScriptedServer(async (response, { body }) => {
    await gate.opened;
    if (body.includes('"stream":true')) sendEvents(response, chatChunk({ content: "a" }));
    else sendJson(response, chatBody("whole"));
  });
  const cachedFetch = createCachedFetch(open());
  const together = [post({ ...QUESTION, stream: true }), post(QUESTION)].map(async (init) =>
    (await cachedFetch(`${server.url}/chat/completions`, init)).text(),
  );
  gate.open();
  expect(await Promise.all(together)).toEqual([chatChunk({ content: "a" }), JSON.stringify(chatBody("whole"))]);
});

async function startGated(): Promise<{ server: ScriptedServer; release: () => void }> {
  const gate = createGate();
  const server = await startScriptedServer(async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(chatChunk({ content: "a" }));
    await gate.opened;
    response.end(STOP + DONE);
  });
  return { server, release: gate.open };
}

test.each(["signal", "body"])(
  "createCachedFetch() goes on for the others when the caller who asked first leaves by its %s",
  async (how) => {
    const { server, release } = await startGated();
    const cache = open();
    const cachedFetch = createCachedFetch(cache);
    const address = `${server.url}/chat/completions`;
    const leaving = new AbortController();
    const first = await cachedFetch(address, post({ ...QUESTION, stream: true }, { signal: leaving.signal }));
    const reader = first.body!.getReader();
    await reader.read();
    const second = cachedFetch(address, post({ ...QUESTION, stream: true }));
    // The second is waiting once the cache has counted it.
    while (cache.stats().callCount < 2) await setImmediate();
    if (how === "signal") {
      leaving.abort(new Error("gone"));
      await expect(reader.read()).rejects.toThrow("gone");
    } else {
      await reader.cancel();
    }
    release();
    expect(await (await second).text()).toContain('"content":"a"');
    expect(server.requests).toHaveLength(1);
    expect(cache.stats().storedCount).toBe(1);
  },
);

test.each(["signal", "body"])(
  "createCachedFetch() ends the request when its only caller leaves by its %s, and stores nothing",
  async (how) => {
    const { server } = await startGated();
    const cache = open();
    const leaving = new AbortController();
    const init = post({ ...QUESTION, stream: true }, { signal: leaving.signal });
    const response = await createCachedFetch(cache)(`${server.url}/chat/completions`, init);
    const reader = response.body!.getReader();
    await reader.read();
    if (how === "signal") leaving.abort();
    else await reader.cancel();
    await server.requests[0]?.closed;
    expect(cache.stats()).toMatchObject({ storedCount: 0, failedCount: 1 });
  },
);

test("createCachedFetch() rejects with the reason of a signal that aborted before", async () => {
  const server = await startScriptedServer((response) => sendJson(response, chatBody("fine")));
  const signal = AbortSignal.abort(new Error("gone"));
  const cachedFetch = createCachedFetch(open());
  const address = `${server.url}/chat/completions`;
  await expect(cachedFetch(address, post(QUESTION, { signal }))).rejects.toThrow("gone");
  await expect(cachedFetch(new Request(address, post(QUESTION, { signal })))).rejects.toThrow("gone");
  expect(server.requests).toHaveLength(0);
});

test("createCachedFetch() stores JSON only where JSON was asked for, and what the caller accepts", async () => {
  let content = "no JSON";
  const server = await startScriptedServer((response) => sendJson(response, chatBody(content)));
  const cache = open();
  const cachedFetch = createCachedFetch(cache, {
    isValid: (text, request) => text !== "{}" || request["model"] !== "m",
  });
  const ask = async (): Promise<string | null> => {
    const init = post({ ...QUESTION, response_format: { type: "json_object" } });
    const response = await cachedFetch(`${server.url}/chat/completions`, init);
    await response.text();
    return response.headers.get("x-ai-cache");
  };
  expect(await ask()).toBe("miss");
  content = "{}";
  expect(await ask()).toBe("miss");
  content = '{"a":1}';
  expect(await ask()).toBe("miss");
  expect(await ask()).toBe("hit");
  expect(cache.stats().rejected.invalid).toBe(2);
});

test("createCachedFetch() gives all of several choices back, and stores none when one is cut", async () => {
  const choice = (index: number, content: string, finish: string): object => ({
    index,
    message: { role: "assistant", content },
    logprobs: { content: [{ token: content, logprob: -1 }] },
    finish_reason: finish,
  });
  let choices = [choice(0, "a", "stop"), choice(1, "b", "length")];
  const server = await startScriptedServer((response) => sendJson(response, chatBody("", "stop", { choices })));
  const cachedFetch = createCachedFetch(open());
  const ask = async (): Promise<unknown> =>
    (await cachedFetch(`${server.url}/chat/completions`, post({ ...QUESTION, n: 2, logprobs: true }))).json();
  await ask();
  choices = [choice(0, "a", "stop"), choice(1, "b", "stop")];
  await ask();
  expect(server.requests).toHaveLength(2);
  expect(await ask()).toEqual(chatBody("", "stop", { choices }));
  expect(server.requests).toHaveLength(2);
});

test("createCachedFetch() does not answer from the cache what adds to a conversation at the provider", async () => {
  const server = await startScriptedServer((response) => sendJson(response, { status: "completed", output: [] }));
  const cache = open();
  const init = post({ model: "m", input: "hi", conversation: "conv_1" });
  const response = await createCachedFetch(cache)(`${server.url}/v1/responses`, init);
  expect(response.headers.get("x-ai-cache")).toBe("bypass");
  expect(cache.stats().misses.bypassed).toBe(1);
});

test("createCachedFetch() replays any text exactly, streamed in any chunks of bytes or not", async () => {
  let parts: readonly (string | Uint8Array)[] = [];
  let served = 0;
  const server = await startScriptedServer((response) => {
    served += 1;
    sendEvents(response, ...parts);
  });
  const cachedFetch = createCachedFetch(open());
  const address = `${server.url}/chat/completions`;
  const texts = fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1, maxLength: 4 });
  let sample = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(400), { maxLength: 4 }), async (deltas, cuts) => {
      const text = deltas.join("");
      fc.pre(text.trim() !== "");
      const bytes = Buffer.from(deltas.map((content) => chatChunk({ content })).join("") + STOP + DONE);
      const places = [...new Set([0, ...cuts, bytes.length])]
        .filter((at) => at <= bytes.length)
        .toSorted((a, b) => a - b);
      parts = places.map((at, index) => bytes.subarray(at, places[index + 1] ?? at)).filter((part) => part.length > 0);
      sample += 1;
      served = 0;
      const question = { ...QUESTION, seed: sample, stream: true, stream_options: { include_usage: true } };
      const first = await cachedFetch(address, post(question));
      expect(Buffer.from(await first.arrayBuffer())).toEqual(bytes);
      const whole = (await (
        await cachedFetch(address, post({ ...QUESTION, seed: sample }))
      ).json()) as OpenAI.ChatCompletion;
      expect(whole.choices[0]?.message.content).toBe(text);
      const events = await (await cachedFetch(address, post(question))).text();
      const lines = events.split("\n").filter((line) => line.startsWith("data: {"));
      const chunks = lines.map((line) => JSON.parse(line.slice(6)) as OpenAI.ChatCompletionChunk);
      expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(text);
      expect(events.endsWith(DONE)).toBe(true);
      expect(served).toBe(1);
    }),
    { numRuns: 30 },
  );
});
