import { expect, test } from "vitest";
import { CONTRACT_KEY, testProviderContract } from "../../test/provider-contract.ts";
import { useAimock } from "../../test/servers/aimock-server.ts";
import {
  chunk,
  cutAfter,
  respond,
  respondJson,
  saySilent,
  startFaultServer,
  stream,
  type Reply,
} from "../../test/servers/fault-server.ts";
import { READ_INPUT, temporaryProgram } from "../../test/temporary-program.ts";
import { createVirtualClock } from "../../test/virtual-clock.ts";
import { createAiClient } from "../create-ai-client.ts";
import type { Provider } from "../provider.ts";
import { createAnthropicProvider } from "./create-anthropic-provider.ts";
import { createExecProvider } from "./create-exec-provider.ts";
import { createGoogleProvider } from "./create-google-provider.ts";
import { createOpenAiCompatibleProvider } from "./create-openai-compatible-provider.ts";

const aimock = useAimock();

const common = { apiKey: CONTRACT_KEY };
const openai = (streaming = true): Provider =>
  createOpenAiCompatibleProvider({ ...common, baseUrl: `${aimock.url()}/v1`, model: "gpt-5", streaming });
const anthropic = (streaming = true): Provider =>
  createAnthropicProvider({ ...common, baseUrl: `${aimock.url()}/v1`, model: "claude-sonnet-4-5", streaming });
const google = (streaming = true): Provider =>
  createGoogleProvider({ ...common, baseUrl: `${aimock.url()}/v1beta`, model: "gemini-2.5-flash", streaming });

// A model program that understands the same cases.
const PROGRAM = `${READ_INPUT}
const [system, question] = input.split("\\n\\n");
const print = (envelope) => process.stdout.write(JSON.stringify(envelope));
const name = /^case:[a-z]+/.exec(question)[0];
if (name === "case:answer") print({ finishReason: "stop", text: "fine", usage: { inputTokens: 120, outputTokens: 45 } });
if (name === "case:echo") print({ finishReason: "stop", text: system + "|" + question });
if (name === "case:length") print({ finishReason: "length", text: "half" });
if (name === "case:empty") print({ finishReason: "stop", text: "" });
if (name === "case:rate") print({ error: { reason: "rate-limited", message: "Slow down: " + question, retryAfterMs: 7000 } });
if (name === "case:refused") print({ error: { reason: "refused", message: "Incorrect key: " + process.env.MODEL_KEY } });
if (name === "case:trouble") { console.error(question + "\\u001B[31m failed"); process.exitCode = 1; }
if (name === "case:cut") { process.stdout.write('{"finishReason":"stop","text":"half'); process.kill(process.pid, "SIGKILL"); }
if (name === "case:slow") setInterval(() => {}, 1000);
`;

testProviderContract("createOpenAiCompatibleProvider()", openai, { usage: true });
testProviderContract("createAnthropicProvider()", anthropic, { usage: true });
testProviderContract("createGoogleProvider()", google, { usage: true });
testProviderContract(
  "createExecProvider()",
  () => {
    const { command, args } = temporaryProgram(PROGRAM);
    return createExecProvider({ command, args, env: { MODEL_KEY: CONTRACT_KEY } });
  },
  { usage: true },
);

const PROVIDERS = [
  ["openai-compatible", openai],
  ["anthropic", anthropic],
  ["google", google],
] as const;

/** Faults that the stand-in can inject: the reason, and how often it was asked. */
const FAULTS = [
  ["case:length", "truncated", 1],
  ["case:tool", "invalid-answer", 1],
  ["case:empty", "invalid-answer", 3],
  ["case:rate", "unreachable", 3],
  ["case:refused", "refused", 1],
  ["case:missing", "refused", 1],
  ["case:trouble", "unreachable", 3],
  ["case:overloaded", "unreachable", 3],
  ["case:drop", "unreachable", 3],
  ["case:disconnect", "unreachable", 3],
  ["case:chaos-rate", "unreachable", 3],
  // It begins like a document, so it may have been cut.
  ["case:malformed", "unreachable", 3],
] as const;

for (const [name, create] of PROVIDERS) {
  for (const streaming of [true, false]) {
    test.each(FAULTS)(`${name} has no answer for %s (streaming: ${streaming})`, async (question, reason, callCount) => {
      const client = createAiClient({ provider: create(streaming), ...createVirtualClock().options });
      expect(await client.ask({ prompt: question })).toMatchObject({ status: "inconclusive", reason });
      expect(aimock.requests()).toHaveLength(callCount);
    });

    test(`${name} is asked until it answers (streaming: ${streaming})`, async () => {
      const clock = createVirtualClock();
      const client = createAiClient({ provider: create(streaming), ...clock.options, retry: { random: () => 0 } });
      expect(await client.ask({ prompt: "case:recovers" })).toMatchObject({
        status: "answered",
        text: "third time lucky",
      });
      expect(aimock.requests().map(({ response }) => response.status)).toEqual([429, 503, 200]);
      expect(clock.waitsMs).toEqual([3000, 0]);
    });
  }

  test(`${name} has no answer when the server is too slow`, async () => {
    const client = createAiClient({ provider: create(), timeoutMs: 300 });
    expect(await client.ask({ prompt: "case:slow" })).toMatchObject({ status: "inconclusive", reason: "timed-out" });
  });

  test(`${name} has no answer when a filter ended it`, async () => {
    const client = createAiClient({ provider: create() });
    const question = name === "anthropic" ? "case:refusal" : "case:filter";
    expect(await client.ask({ prompt: question })).toMatchObject({ status: "inconclusive", reason: "refused" });
  });

  test(`${name} refuses a parameter that it would ignore, and sends those it knows`, async () => {
    const { signal } = new AbortController();
    const parameters = { temperature: 0.25 };
    await create().generate({ prompt: "case:answer", parameters, maxOutputTokens: 77 }, { signal });
    expect(JSON.stringify(aimock.requests().at(-1)?.body)).toMatch(/0\.25.*77|77.*0\.25/);
    aimock.mock().clearRequests();
    const refused = await create().generate({ prompt: "case:answer", parameters: { stream: false } }, { signal });
    expect(refused).toMatchObject({ status: "failed", reason: "refused" });
    expect(aimock.requests()).toHaveLength(0);
  });
}

test.each([
  ["anthropic", createAnthropicProvider],
  ["google", createGoogleProvider],
] as const)(
  "%s sends the schema that it is given, and asks once more without where it is refused",
  async (_, create) => {
    const server = await startFaultServer(respondJson(400, { error: { message: "no" } }));
    const provider = create({ apiKey: CONTRACT_KEY, baseUrl: server.url, model: "claude-or-gemini" });
    const schema = { type: "object", properties: { marker: { type: "number" } }, required: ["marker"] };
    const { signal } = new AbortController();
    expect(await provider.generate({ prompt: "p", outputSchema: schema }, { signal })).toMatchObject({
      reason: "refused",
    });
    expect(server.calls.map(({ body }) => JSON.stringify(body).includes("marker"))).toEqual([true, false]);
    expect(JSON.stringify(server.calls[0]?.headers)).toContain(CONTRACT_KEY);
    expect(server.calls[0]?.url).not.toContain(CONTRACT_KEY);
  },
);

const ANTHROPIC_ERROR = 'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
const GOOGLE_ERROR = 'data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\n\n';

const OTHER_FAULTS: readonly (readonly [string, Reply, string, boolean])[] = [
  ["a web page", respond(200, "<html>Log in</html>"), "malformed", false],
  ["an empty body", respond(200, ""), "unreachable", true],
  ["an error body", respondJson(200, { error: { message: "Upstream", code: 503 } }), "unreachable", true],
  ["another document", respondJson(200, { hello: "world" }), "malformed", false],
  ["a stream of another protocol", stream(chunk("one"), chunk("", "stop")), "malformed", false],
  ["a stream that is cut", cutAfter(": a comment\n\n"), "unreachable", true],
  ["silence", saySilent, "timed-out", true],
];

for (const [name, create, errorEvent] of [
  ["anthropic", createAnthropicProvider, ANTHROPIC_ERROR],
  ["google", createGoogleProvider, GOOGLE_ERROR],
] as const) {
  const faults = [...OTHER_FAULTS, ["an error in the stream", stream(errorEvent), "unreachable", true] as const];
  test.each(faults)(`${name} has no answer for %s`, async (_, reply, reason, retryable) => {
    const server = await startFaultServer(reply);
    const provider = create({
      apiKey: CONTRACT_KEY,
      baseUrl: server.url,
      model: "m",
      idleTimeoutMs: reason === "timed-out" ? 50 : undefined,
    });
    const answer = await provider.generate({ prompt: "p" }, { signal: new AbortController().signal });
    expect(answer).toMatchObject({ status: "failed", reason, retryable });
  });
}
