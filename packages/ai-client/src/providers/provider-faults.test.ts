import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import {
  answer,
  chunk,
  cutAfter,
  cutBody,
  hangUp,
  reset,
  respond,
  respondJson,
  sayGarbage,
  sayMalformedChunk,
  saySilent,
  stallAfter,
  startFaultServer,
  stream,
  USAGE_AND_DONE,
  type FaultServer,
  type Reply,
} from "../../test/servers/fault-server.ts";
import { createVirtualClock } from "../../test/virtual-clock.ts";
import type { AiRequest } from "../ai-request.ts";
import type { AiResult } from "../ai-result.ts";
import { createAiClient } from "../create-ai-client.ts";
import type { ProviderAnswer } from "../provider.ts";
import {
  createOpenAiCompatibleProvider,
  type OpenAiCompatibleProviderOptions,
} from "./create-openai-compatible-provider.ts";

const KEY = "sk-test-0123456789";
const PROMPT = "Review the file with the secret plans of the company";

interface Asked {
  readonly result: AiResult<string>;
  readonly server: FaultServer;
  readonly waitsMs: readonly number[];
}

async function ask(
  replies: readonly Reply[],
  options: Partial<OpenAiCompatibleProviderOptions> = {},
  request: Partial<AiRequest> = {},
): Promise<Asked> {
  const server = await startFaultServer(...replies);
  const provider = createOpenAiCompatibleProvider({
    baseUrl: server.url,
    apiKey: KEY,
    model: "m-1",
    maxAnswerBytes: 100_000,
    ...options,
  });
  const clock = createVirtualClock();
  const client = createAiClient({ provider, ...clock.options, retry: { random: () => 0.5 } });
  const result = await client.ask({ prompt: PROMPT, ...request });
  return { result, server, waitsMs: clock.waitsMs };
}

/** Asks the provider itself, with a JSON Schema. */
async function generate(
  replies: readonly Reply[],
  options: Partial<OpenAiCompatibleProviderOptions> = {},
): Promise<{ readonly answer: ProviderAnswer; readonly server: FaultServer }> {
  const server = await startFaultServer(...replies);
  const provider = createOpenAiCompatibleProvider({ baseUrl: server.url, model: "m-1", ...options });
  const request = { prompt: "p", outputSchema: SCHEMA };
  return { answer: await provider.generate(request, { signal: new AbortController().signal }), server };
}

const SCHEMA = { type: "object", properties: { a: { type: "number" } }, required: ["a"], additionalProperties: false };
const ERROR_EVENT = `data: ${JSON.stringify({ error: { message: "Overloaded", type: "overloaded_error" } })}\n\n`;
const WHOLE = {
  id: "c",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "whole" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 2, completion_tokens: 1 },
};

/** What a fault comes to: the reason, and how often the server was asked. */
const FAULTS: readonly (readonly [string, Reply, string, number])[] = [
  ["a stream without a finish reason", stream(chunk("one")), "unreachable", 3],
  ["a stream without a finish reason but with [DONE]", stream(chunk("one"), USAGE_AND_DONE), "unreachable", 3],
  ["a stream cut by a reset", cutAfter(chunk("one")), "unreachable", 3],
  ["a stream cut inside of an event", stream(chunk("one"), chunk("two").slice(0, 30)), "unreachable", 3],
  ["a stream that stops", stallAfter(chunk("one")), "timed-out", 3],
  ["silence", saySilent, "timed-out", 3],
  ["a reset connection", reset, "unreachable", 3],
  ["a closed connection", hangUp, "unreachable", 3],
  ["garbage in place of HTTP", sayGarbage, "unreachable", 3],
  ["garbage in a chunked body", sayMalformedChunk, "unreachable", 3],
  ["an empty body", respond(200, ""), "unreachable", 3],
  ["a body shorter than promised", cutBody('{"id":'), "unreachable", 3],
  ["a document that ends in the middle", respond(200, '{"id":"c","choices":[{"ind'), "unreachable", 3],
  [
    "a web page",
    respond(200, "<!doctype html><title>Log in</title>", { "content-type": "text/html" }),
    "invalid-answer",
    1,
  ],
  ["a web page that says it is a stream", stream("<html>\n\nLog in\n\n</html>"), "invalid-answer", 1],
  ["an error body", respondJson(200, { error: { message: "Something failed" } }), "invalid-answer", 1],
  ["an error body with a status", respondJson(200, { error: { message: "Upstream", code: 502 } }), "unreachable", 3],
  ["an error body that says it is a stream", stream('{"error":{"type":"rate_limit_error"}}'), "unreachable", 3],
  ["an error in the middle of a stream", stream(chunk("one"), ERROR_EVENT, chunk("", "stop")), "unreachable", 3],
  ["an event that is no JSON", stream(chunk("one"), "data: {nope\n\n", chunk("", "stop")), "invalid-answer", 1],
  ["an event of another protocol", stream('data: {"hello":1}\n\n', chunk("", "stop")), "invalid-answer", 1],
  ["a document of another protocol", respondJson(200, { hello: "world" }), "invalid-answer", 1],
  ["a whole document in place of a stream", respondJson(200, WHOLE), "invalid-answer", 1],
  ["text", respond(200, "It works!"), "invalid-answer", 1],
  ["an empty answer", answer(" \n"), "invalid-answer", 3],
  ["an oversized answer", answer("x".repeat(200_000)), "invalid-answer", 1],
  ["an answer at the token limit", answer("half", "length"), "truncated", 1],
  ["an answer that a filter ended", answer("half", "content_filter"), "refused", 1],
  ["an answer that asks for a tool", answer("half", "tool_calls"), "invalid-answer", 1],
  ["an unknown finish reason", answer("half", "tired"), "invalid-answer", 1],
  ["status 400", respondJson(400, { error: { message: "Bad" } }), "refused", 1],
  ["status 401", respondJson(401, { error: { message: `Incorrect key ${KEY}` } }), "refused", 1],
  ["status 403", respondJson(403, { error: { message: `Forbidden for ${KEY}` } }), "refused", 1],
  ["status 404", respondJson(404, { error: { message: "No model" } }), "refused", 1],
  ["status 422", respondJson(422, { detail: [{ msg: "bad", input: PROMPT }] }), "refused", 1],
  [
    "status 400 that repeats prompt and key",
    respondJson(400, { error: { message: `${KEY} ${PROMPT}` } }),
    "refused",
    1,
  ],
  ["status 408", respond(408, ""), "unreachable", 3],
  ["status 409", respond(409, ""), "unreachable", 3],
  ["status 429", respondJson(429, { error: { message: "Slow down" } }), "unreachable", 3],
  ["status 429 for want of money", respondJson(429, { error: { code: "insufficient_quota" } }), "refused", 1],
  ["status 500", respond(500, "oops"), "unreachable", 3],
  ["status 503 with a web page", respond(503, "<html>down</html>", { "content-type": "text/html" }), "unreachable", 3],
  ["status 529", respond(529, ""), "unreachable", 3],
  ["a redirect", respond(302, "", { location: "http://127.0.0.1:9/v1" }), "refused", 1],
];

// A limit where it is to strike, and none that a slow machine could meet elsewhere.
const limitFor = (reason: string): number | undefined => (reason === "timed-out" ? 50 : undefined);

test.each(FAULTS)("%s is no answer", async (_, fault, reason, callCount) => {
  const { result, server } = await ask([fault], { idleTimeoutMs: limitFor(reason) });
  expect(result).toMatchObject({ status: "inconclusive", reason });
  expect(result.callCount, JSON.stringify(result)).toBe(callCount);
  // A call on a connection that broke just before does not reach the server.
  expect(server.calls.length).toBeGreaterThanOrEqual(1);
  expect(server.calls.length).toBeLessThanOrEqual(callCount);
  const { message } = result as { message: string };
  expect(message).toMatch(/^[A-Z].*[^.]$/);
  for (const secret of [KEY, "secret plans"]) expect(message).not.toContain(secret);
});

/** Those that also tell the non-streaming way. */
const WHOLE_FAULTS: readonly (readonly [string, Reply, string, number])[] = [
  ["silence", saySilent, "timed-out", 3],
  ["a body shorter than promised", cutBody(JSON.stringify(WHOLE)), "unreachable", 3],
  ["a document that ends in the middle", respond(200, JSON.stringify(WHOLE).slice(0, 60)), "unreachable", 3],
  ["an empty body", respond(200, ""), "unreachable", 3],
  ["a web page", respond(200, "<html></html>"), "invalid-answer", 1],
  ["an error body", respondJson(200, { error: { message: "Upstream", code: 503 } }), "unreachable", 3],
  ["no choices", respondJson(200, { ...WHOLE, choices: [] }), "invalid-answer", 1],
  [
    "no finish reason",
    respondJson(200, { ...WHOLE, choices: [{ index: 0, message: { role: "assistant", content: "x" } }] }),
    "invalid-answer",
    1,
  ],
  ["an oversized answer", respond(200, `{"x":"${"x".repeat(200_000)}"}`), "invalid-answer", 1],
  ["status 429", respond(429, ""), "unreachable", 3],
];

test.each(WHOLE_FAULTS)("%s is no answer without streaming either", async (_, fault, reason, callCount) => {
  const { result, server } = await ask([fault], { streaming: false, idleTimeoutMs: limitFor(reason) });
  expect(result).toMatchObject({ status: "inconclusive", reason });
  expect(server.calls).toHaveLength(callCount);
});

test("a server without streams is asked for the whole answer", async () => {
  const { result, server } = await ask([respondJson(200, WHOLE)], { streaming: false });
  expect(result).toMatchObject({ text: "whole", usage: { inputTokens: 2, outputTokens: 1 } });
  expect(server.calls[0]?.body).not.toHaveProperty("stream", true);
});

test.each([
  ["seconds", { "retry-after": "90" }, 90_500],
  ["a date", { "retry-after": "Sun, 01 Mar 2026 12:02:00 GMT", date: "Sun, 01 Mar 2026 12:00:00 GMT" }, 120_500],
  ["milliseconds", { "retry-after-ms": "1500" }, 2000],
  ["nothing", {}, 500],
])("the client waits as long as the server asks, given in %s, and a random time on top", async (_, headers, waitMs) => {
  const { result, waitsMs, server } = await ask([respond(429, "", headers), answer("at last")]);
  expect(result).toMatchObject({ status: "answered", text: "at last" });
  expect([waitsMs, server.calls.length]).toEqual([[waitMs], 2]);
});

test("the client waits as long as the body of an error asks", async () => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3s" }];
  const { waitsMs } = await ask([respondJson(429, { error: { message: "Quota", details } }), answer("at last")]);
  expect(waitsMs).toEqual([3500]);
});

test("a server that recovers is asked until it answers: 429, 529, 200", async () => {
  const { result, waitsMs } = await ask([respond(429, "", { "retry-after": "2" }), respond(529, ""), answer("fine")]);
  expect(result).toMatchObject({ status: "answered", text: "fine", source: "provider" });
  expect(waitsMs).toEqual([2500, 1000]);
});

test("a server that nobody listens at is unreachable", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { result, waitsMs } = await ask([saySilent], { baseUrl: `http://127.0.0.1:${port}/v1` });
  expect(result).toMatchObject({
    reason: "unreachable",
    message: expect.stringMatching(
      /^The connection to 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\); is it running\?$/,
    ) as string,
  });
  expect(waitsMs).toHaveLength(2);
});

test("an address that requests are not sent to is not tried again", async () => {
  const { result, waitsMs } = await ask([saySilent], { baseUrl: "http://127.0.0.1:1/v1" });
  expect(result).toMatchObject({ reason: "unreachable" });
  expect(waitsMs).toEqual([]);
});

test("a host that does not exist is unreachable", async () => {
  const { result } = await ask([saySilent], { baseUrl: "http://no-such-host.invalid/v1" });
  expect(result).toMatchObject({
    reason: "unreachable",
    message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string,
  });
});

test("an answer is asked for with everything that the request says", async () => {
  const parameters = { temperature: 0.2, seed: 7, stop: "END", top_k: 40, reasoning_effort: "low" };
  const request = { system: "Be brief.", maxOutputTokens: 99, parameters };
  const { result, server } = await ask([answer("fine")], { headers: { "x-title": "tests" } }, request);
  expect(result).toMatchObject({
    status: "answered",
    value: "fine",
    text: "fine",
    usage: { inputTokens: 12, outputTokens: 3, cachedInputTokens: 8 },
    source: "provider",
  });
  expect(server.calls[0]).toMatchObject({
    url: "/v1/chat/completions",
    headers: { authorization: `Bearer ${KEY}`, "x-title": "tests" },
    body: {
      model: "m-1",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: PROMPT },
      ],
      max_tokens: 99,
      temperature: 0.2,
      seed: 7,
      stop: ["END"],
      top_k: 40,
      reasoning_effort: "low",
      stream: true,
      stream_options: { include_usage: true },
    },
  });
});

test.each([
  ["a stream that is cut", cutAfter(chunk("one")), true],
  ["a stream without a finish reason", stream(chunk("one")), true],
  ["an event that is no JSON", stream(chunk("one"), "data: {nope\n\n"), true],
  ["an oversized answer", answer("x".repeat(200_000)), true],
  ["a reset connection", reset, undefined],
  ["status 429", respond(429, ""), undefined],
  ["status 500 with a document", respondJson(500, {}), undefined],
  ["a web page", respond(200, "<html></html>"), undefined],
  ["an error body", respondJson(200, { error: { message: "Upstream" } }), undefined],
])("after %s the call may be charged: %s", async (_, reply, mayBeCharged) => {
  const { answer: failed } = await generate([reply], { maxAnswerBytes: 100_000 });
  expect(failed.status).toBe("failed");
  expect((failed as { mayBeCharged?: boolean }).mayBeCharged).toBe(mayBeCharged);
});

test("an empty answer says what it took", async () => {
  const usage = { inputTokens: 12, outputTokens: 3, cachedInputTokens: 8 };
  expect((await generate([answer("")])).answer).toMatchObject({ reason: "malformed", usage });
});

test("a date to wait for counts by the clock that is given where the server does not tell its own", async () => {
  const nowMs = Date.parse("2026-03-01T12:00:00Z");
  const headers = { "retry-after": "Sun, 01 Mar 2026 12:00:05 GMT", date: "who knows" };
  const { answer: failed } = await generate([respond(429, "", headers)], { now: () => nowMs });
  expect(failed).toMatchObject({ reason: "rate-limited", retryAfterMs: 5000 });
});

test("Azure gets its key in a header of its own and its version in the address", async () => {
  const { result, server } = await ask([answer("fine")], {
    apiKeyHeader: "api-key",
    query: { "api-version": "2026-01-01" },
  });
  expect(result).toMatchObject({ status: "answered" });
  expect(server.calls[0]?.url).toBe("/v1/chat/completions?api-version=2026-01-01");
  expect(server.calls[0]?.headers).toMatchObject({ "api-key": KEY });
  expect(server.calls[0]?.headers).not.toHaveProperty("authorization");
});

test("a JSON Schema is sent along", async () => {
  const { server } = await generate([answer('{"a":1}')]);
  expect(server.calls[0]?.body).toMatchObject({
    response_format: { type: "json_schema", json_schema: { schema: SCHEMA, strict: true } },
  });
});

test("a JSON Schema is not sent where the server cannot use it", async () => {
  const { server } = await generate([answer('{"a":1}')], { supportsStructuredOutputs: false });
  expect(server.calls[0]?.body).not.toHaveProperty("response_format");
});

test("a server that refuses the JSON Schema is asked once more without, and then no more with it", async () => {
  const refuseSchema: Reply = (response, call) =>
    "response_format" in call.body
      ? respondJson(400, { error: { message: "response_format is not supported" } })(response, call)
      : answer('{"a":1}')(response, call);
  const server = await startFaultServer(refuseSchema);
  const provider = createOpenAiCompatibleProvider({ baseUrl: server.url, model: "m-1" });
  const { signal } = new AbortController();
  for (let index = 0; index < 2; index += 1) {
    expect(await provider.generate({ prompt: "p", outputSchema: SCHEMA }, { signal })).toMatchObject({
      text: '{"a":1}',
    });
  }
  expect(server.calls.map(({ body }) => "response_format" in body)).toEqual([true, false, false]);
});

test("a server that refuses the question itself is asked with a JSON Schema twice and no more", async () => {
  const { answer: refused, server } = await generate([respond(400, "")]);
  expect(refused).toMatchObject({ status: "failed", reason: "refused" });
  expect(server.calls).toHaveLength(2);
});

test("a model that insists on the newer name of the token limit gets its way", async () => {
  const message = "Unsupported parameter: 'max_tokens' is not supported, use 'max_completion_tokens' instead.";
  const replies = [respondJson(400, { error: { message } }), answer("fine")];
  const { result, server } = await ask(replies, {}, { maxOutputTokens: 50 });
  expect(result).toMatchObject({ status: "answered" });
  expect(server.calls[1]?.body).toMatchObject({ max_completion_tokens: 50 });
  expect(server.calls[1]?.body).not.toHaveProperty("max_tokens");
});

test("a parameter without effect is refused before anything is sent", async () => {
  const { result, server } = await ask([answer("fine")], {}, { parameters: { messages: "mine" } });
  expect(result).toMatchObject({ reason: "refused", message: "The parameter `messages` is set by the client itself" });
  expect(server.calls).toHaveLength(0);
});

test("without a model nothing is sent", async () => {
  const { result, server } = await ask([answer("fine")], { model: undefined });
  expect(result).toMatchObject({ reason: "no-provider" });
  expect(server.calls).toHaveLength(0);
});

test("what is thrown away leaves no rejection behind that nobody handles", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  try {
    const faults = FAULTS.map(([, fault, reason]) => ask([fault], { idleTimeoutMs: limitFor(reason) }));
    await Promise.all(faults);
    // Node reports rejections when the queue of microtasks has run dry.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", onUnhandled);
  }
  expect(unhandled).toEqual([]);
});

test.each([true, false])("a call that is aborted ends at once (streaming: %s)", async (streaming) => {
  const controller = new AbortController();
  let noteClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (noteClosed = resolve));
  const abort: Reply = (response, call) => {
    response.on("close", noteClosed);
    (streaming ? stallAfter(chunk("one")) : saySilent)(response, call);
    setImmediate(() => controller.abort());
  };
  const server = await startFaultServer(abort);
  const provider = createOpenAiCompatibleProvider({ baseUrl: server.url, model: "m", streaming });
  const client = createAiClient({ provider });
  const result = await client.ask({ prompt: "p", signal: controller.signal });
  expect(result).toMatchObject({ status: "inconclusive", reason: "aborted" });
  expect(await provider.generate({ prompt: "p" }, { signal: controller.signal })).toMatchObject({ status: "failed" });
  expect(server.calls).toHaveLength(1);
  // The server is not left to work on.
  await closed;
});

test.each([
  [{ baseUrl: "localhost:11434" }, TypeError],
  [{ baseUrl: "ftp://example.com" }, TypeError],
  [{ baseUrl: "http://user:pass@example.com/v1" }, TypeError],
  [{ baseUrl: "http://example.com/v1?key=1" }, TypeError],
  [{ query: { key: "1" } }, TypeError],
  [{ apiKey: "sk-abcdefgh\n" }, TypeError],
  [{ headers: { "x-a": "a\r\nb: c" } }, TypeError],
  [{ model: "" }, TypeError],
  [{ idleTimeoutMs: 0 }, RangeError],
  [{ maxAnswerBytes: 1.5 }, RangeError],
])("createOpenAiCompatibleProvider() refuses %j", (options, type) => {
  const create = (): unknown =>
    createOpenAiCompatibleProvider({ baseUrl: "http://example.com/v1", model: "m", ...options });
  expect(create).toThrow(type);
  expect(create).not.toThrow(/sk-abcdefgh|pass/);
});

test("createOpenAiCompatibleProvider() has an identity for keys and no secrets in it", () => {
  const { name, baseUrl, defaultModel } = createOpenAiCompatibleProvider({
    baseUrl: "https://example.com/openai/",
    apiKey: KEY,
    model: "m-1",
    query: { b: "2", a: "1" },
  });
  expect([name, baseUrl, defaultModel]).toEqual(["openai-compatible", "https://example.com/openai?a=1&b=2", "m-1"]);
});
