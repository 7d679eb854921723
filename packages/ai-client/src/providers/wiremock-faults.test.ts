import { describe, expect, test } from "vitest";
import { chunk, USAGE_AND_DONE } from "../../test/servers/fault-server.ts";
import { HAS_JAVA, useWiremock } from "../../test/servers/wiremock-server.ts";
import { createVirtualClock } from "../../test/virtual-clock.ts";
import type { AiResult } from "../ai-result.ts";
import { createAiClient } from "../create-ai-client.ts";
import { createOpenAiCompatibleProvider } from "./create-openai-compatible-provider.ts";

const SSE = { "content-type": "text/event-stream" };
const WHOLE = `${chunk("fine")}${chunk("", "stop")}${USAGE_AND_DONE}`;

/** Responses of WireMock: the reason, and how often it was asked. Those without a cause in HTTP are in provider-faults.test.ts too. */
const FAULTS: readonly (readonly [string, unknown, string, number])[] = [
  ["a reset connection", { fault: "CONNECTION_RESET_BY_PEER" }, "unreachable", 3],
  ["an empty response", { fault: "EMPTY_RESPONSE" }, "unreachable", 3],
  ["a malformed chunk", { status: 200, headers: SSE, fault: "MALFORMED_RESPONSE_CHUNK" }, "unreachable", 3],
  ["random data", { fault: "RANDOM_DATA_THEN_CLOSE" }, "unreachable", 3],
  [
    "a stream that ends cleanly without a finish reason",
    { status: 200, headers: SSE, body: chunk("one") },
    "unreachable",
    3,
  ],
  ["a late first byte", { status: 200, headers: SSE, body: WHOLE, fixedDelayMilliseconds: 600_000 }, "timed-out", 3],
  [
    "a body that dribbles slower than the idle limit",
    { status: 200, headers: SSE, body: WHOLE, chunkedDribbleDelay: { numberOfChunks: 2, totalDuration: 600_000 } },
    "timed-out",
    3,
  ],
  [
    "a web page",
    { status: 200, headers: { "content-type": "text/html" }, body: "<html><body>Log in</body></html>" },
    "invalid-answer",
    1,
  ],
  ["an error body", { status: 200, jsonBody: { error: { message: "Upstream", code: 503 } } }, "unreachable", 3],
];

describe.skipIf(!HAS_JAVA)("with WireMock, which needs a Java", () => {
  const wiremock = useWiremock();

  const ask = async (
    idleTimeoutMs?: number,
  ): Promise<{ readonly result: AiResult<string>; readonly waitsMs: readonly number[] }> => {
    const provider = createOpenAiCompatibleProvider({
      baseUrl: `${wiremock.url()}/v1`,
      model: "m",
      idleTimeoutMs,
    });
    const clock = createVirtualClock();
    const client = createAiClient({ provider, ...clock.options, retry: { random: () => 0 } });
    return { result: await client.ask({ prompt: "Why?" }), waitsMs: clock.waitsMs };
  };
  const request = { method: "POST", urlPath: "/v1/chat/completions" };

  test.each(FAULTS)("%s is no answer", async (_, response, reason, callCount) => {
    await wiremock.stub({ request, response });
    // A limit where it is to strike, and none that a slow machine could meet elsewhere.
    const { result } = await ask(reason === "timed-out" ? 200 : undefined);
    expect(result).toMatchObject({ status: "inconclusive", reason });
    expect(result.callCount, JSON.stringify(result)).toBe(callCount);
    // A call on a connection that broke just before does not reach the server.
    expect(await wiremock.countRequests()).toBeLessThanOrEqual(callCount);
  });

  test("a body that dribbles within the limits is an answer", async () => {
    const chunkedDribbleDelay = { numberOfChunks: 20, totalDuration: 200 };
    await wiremock.stub({ request, response: { status: 200, headers: SSE, body: WHOLE, chunkedDribbleDelay } });
    expect((await ask()).result).toMatchObject({ status: "answered", text: "fine" });
  });

  test("a server that recovers is asked until it answers: 429, 529, 200", async () => {
    const states = [
      ["Started", "overloaded", { status: 429, headers: { "Retry-After": "61" } }],
      ["overloaded", "well", { status: 529 }],
      ["well", "well", { status: 200, headers: SSE, body: WHOLE }],
    ] as const;
    for (const [requiredScenarioState, newScenarioState, response] of states) {
      await wiremock.stub({ scenarioName: "recovery", requiredScenarioState, newScenarioState, request, response });
    }
    const { result, waitsMs } = await ask();
    expect(result).toMatchObject({ status: "answered", text: "fine" });
    expect([waitsMs, await wiremock.countRequests()]).toEqual([[61_000, 0], 3]);
  });
});
