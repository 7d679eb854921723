import { describe, expect, test } from "vitest";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { defined } from "../../test/exports/defined.ts";
import { withoutEmptyLists } from "../../test/exports/decode-otlp.mjs";
import { startOtlpReceiver, type ReceiverStep } from "../../test/exports/start-otlp-receiver.ts";
import { OTLP_MAX_TRIES, sendOtlp, type OtlpOutcome, type SendOtlpOptions } from "./send-otlp.ts";
import { toOtlpMetrics } from "./to-otlp-metrics.ts";
import { toOtlpTraces } from "./to-otlp-traces.ts";

const SECRET = "s3cr3t-t0ken";

/** Sends the traces of the example with a script of answers; waits take no time but are noted. */
async function sendTraces(
  script: readonly ReceiverStep[],
  environment: Readonly<Record<string, string>> = {},
  options: Partial<SendOtlpOptions> = {},
): Promise<{
  readonly outcome: OtlpOutcome;
  readonly waits: readonly number[];
  readonly requests: number;
  readonly url: string;
}> {
  const receiver = await startOtlpReceiver(script);
  const waits: number[] = [];
  const [outcome] = await sendOtlp(exampleRunRecord, {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: "none", ...environment },
    delay: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { outcome: defined(outcome), waits, requests: (await receiver.stop()).length, url: receiver.url };
}

describe("sendOtlp()", () => {
  test.each([
    ["http/json", "none", "application/json"],
    ["http/json", "gzip", "application/json"],
    ["http/protobuf", "none", "application/x-protobuf"],
    ["http/protobuf", "gzip", "application/x-protobuf"],
  ])("sends traces and metrics as %s with compression %s", async (protocol, compression, contentType) => {
    const receiver = await startOtlpReceiver();
    const outcomes = await sendOtlp(exampleRunRecord, {
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_HEADERS: `x-key=${SECRET}`,
        OTEL_SERVICE_NAME: "shop-ci",
        OTEL_RESOURCE_ATTRIBUTES: "team=tools",
        TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        TRACESTATE: "vendor=1",
        CI_PIPELINE_URL: "https://ci.example/1",
      },
    });
    expect(outcomes).toEqual([
      { signal: "traces", outcome: "sent", message: `8 spans to ${receiver.url}/v1/traces` },
      { signal: "metrics", outcome: "sent", message: `8 data points to ${receiver.url}/v1/metrics` },
    ]);
    const shared = {
      serviceName: "shop-ci",
      resourceAttributes: { team: "tools" },
      runUrl: "https://ci.example/1",
    };
    const requests = await receiver.stop();
    const bodies = new Map(requests.map(({ signal, body }) => [signal, body]));
    expect(bodies.get("traces")).toEqual(
      withoutEmptyLists(
        toOtlpTraces(exampleRunRecord, {
          ...shared,
          parent: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", sampled: true },
          traceState: "vendor=1",
        }),
      ),
    );
    expect(bodies.get("metrics")).toEqual(withoutEmptyLists(toOtlpMetrics(exampleRunRecord, shared)));
    for (const { headers } of requests) {
      expect(headers).toMatchObject({
        "content-type": contentType,
        "x-key": SECRET,
        "user-agent": "ai-workflow/1.0.0",
      });
    }
  });

  test("asks nobody where nothing is switched on", async () => {
    const outcomes = await sendOtlp(exampleRunRecord, {
      environment: {},
      fetch: () => {
        throw new Error("asked");
      },
    });
    expect(outcomes.map(({ signal, outcome }) => [signal, outcome])).toEqual([
      ["traces", "off"],
      ["metrics", "off"],
    ]);
  });

  test.each([429, 502, 503, 504])("tries again after %i, and waits longer each time", async (status) => {
    const { outcome, waits, requests } = await sendTraces([{ status }, { status }, {}]);
    expect(outcome.outcome).toBe("sent");
    expect(waits).toEqual([200, 400]);
    expect(requests).toBe(3);
  });

  test("gives up after the last try", async () => {
    const { outcome, requests, url } = await sendTraces(Array.from({ length: 9 }, () => ({ status: 503 })));
    expect(outcome).toMatchObject({ outcome: "failed", message: `${url}/v1/traces answered 503, 4 times` });
    expect(requests).toBe(OTLP_MAX_TRIES);
  });

  test.each([400, 401, 404, 413, 500, 501])("does not try again after %i, and repeats the reason", async (status) => {
    const { outcome, requests, url } = await sendTraces([{ status, json: { code: 3, message: "no\nspans" } }]);
    expect(outcome).toMatchObject({ outcome: "failed", message: `${url}/v1/traces answered ${status} (no spans)` });
    expect(requests).toBe(1);
  });

  test("waits as long as it is told, in seconds or to a date", async () => {
    const now = Date.parse("2026-11-23T10:00:00Z");
    const { waits } = await sendTraces(
      [
        { status: 429, headers: { "retry-after": "1" } },
        { status: 503, headers: { "retry-after": "Mon, 23 Nov 2026 10:00:02 GMT" } },
        { status: 503, headers: { "retry-after": "soon" } },
      ],
      {},
      { now: () => now },
    );
    expect(waits).toEqual([1000, 2000, 800]);
  });

  test("does not wait longer than its time", async () => {
    const { outcome, waits, requests, url } = await sendTraces([{ status: 429, headers: { "retry-after": "60" } }]);
    expect(outcome.message).toBe(`${url}/v1/traces answered 429; another try would be too late`);
    expect([waits, requests]).toEqual([[], 1]);
  });

  test("ends at its time when the receiver never answers", async () => {
    const { outcome, url } = await sendTraces([{ hang: true }], { OTEL_EXPORTER_OTLP_TIMEOUT: "300" });
    expect(outcome).toMatchObject({ outcome: "failed", message: `${url}/v1/traces did not answer in 300 ms` });
  });

  test("ends when the caller does not want it any longer", async () => {
    const { outcome, url } = await sendTraces([], {}, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ outcome: "failed", message: `${url}/v1/traces was given up` });
  });

  test("tries again when the connection breaks", async () => {
    const { outcome, requests } = await sendTraces([{ cut: true }, {}]);
    expect([outcome.outcome, requests]).toEqual(["sent", 2]);
  });

  test("tells when nobody is there", async () => {
    const { url, stop } = await startOtlpReceiver();
    await stop();
    const outcomes = await sendOtlp(exampleRunRecord, {
      environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url },
      delay: async () => {},
    });
    expect(outcomes).toMatchObject([
      { outcome: "failed", message: `${url}/ cannot be reached (ECONNREFUSED), 4 times` },
      { outcome: "off" },
    ]);
  });

  test("follows no redirect", async () => {
    const other = await startOtlpReceiver();
    const { outcome } = await sendTraces([{ status: 307, headers: { location: `${other.url}/v1/traces` } }]);
    expect(outcome).toMatchObject({ outcome: "failed", message: expect.stringContaining("answered 307, a redirect") });
    expect(await other.stop()).toEqual([]);
  });

  test("tells what the receiver did not take", async () => {
    const json = { partialSuccess: { rejectedSpans: "3", errorMessage: "too old" } };
    const { outcome, url } = await sendTraces([{ json }]);
    expect(outcome).toMatchObject({ outcome: "sent", message: `${url}/v1/traces rejected 3 of 8 spans: too old` });
  });

  test("tells what the receiver warns of", async () => {
    const { outcome, url } = await sendTraces([{ json: { partialSuccess: { errorMessage: "slow down" } } }]);
    expect(outcome).toMatchObject({ outcome: "sent", message: `8 spans to ${url}/v1/traces: slow down` });
  });

  test("reads answers in the binary encoding", async () => {
    const words = Buffer.from("too old");
    const partial = Buffer.from([0x08, 3, 0x12, words.length, ...words]);
    const good = Buffer.from([0x0a, partial.length, ...partial]).toString("base64");
    const bad = Buffer.from([0x08, 3, 0x12, words.length, ...words]).toString("base64");
    expect((await sendTraces([{ base64: good }])).outcome.message).toContain("rejected 3 of 8 spans: too old");
    expect((await sendTraces([{ base64: bad, status: 400 }])).outcome.message).toContain("answered 400 (too old)");
  });

  test("never repeats a secret, whatever the receiver says", async () => {
    const environment = { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET}` };
    for (const step of [
      { status: 401, json: { message: `Bearer ${SECRET} is not known; have ${SECRET}` } },
      { json: { partialSuccess: { errorMessage: SECRET } } },
    ]) {
      const { outcome } = await sendTraces([step], environment);
      expect(outcome.message).not.toContain(SECRET);
      expect(outcome.message).toContain("***");
    }
    const { outcome } = await sendTraces([{ status: 500 }], { OTEL_EXPORTER_OTLP_HEADERS: `a=${SECRET}%0A` });
    expect(outcome).toMatchObject({ outcome: "failed", message: expect.not.stringContaining(SECRET) });
  });

  test("keeps the login and the query of the endpoint out of messages", async () => {
    const receiver = await startOtlpReceiver();
    const endpoint = `${receiver.url.replace("//", `//me:${SECRET}@`)}/v1/traces?key=${SECRET}`;
    const [outcome] = await sendOtlp(exampleRunRecord, {
      environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint },
    });
    const [request] = await receiver.stop();
    expect(request?.headers["authorization"]).toMatch(/^Basic /u);
    expect(request?.url).toContain(SECRET);
    expect(outcome).toMatchObject({ outcome: "failed", message: expect.not.stringContaining(SECRET) });
  });

  test.each(["no json", "[]", '{"partialSuccess":[]}', '{"partialSuccess":{"rejectedSpans":-1,"errorMessage":7}}'])(
    "takes a good answer for good whatever it says: %s",
    async (json) => {
      const { outcome, url } = await sendTraces([{ json }]);
      expect(outcome.message).toBe(`8 spans to ${url}/v1/traces`);
    },
  );

  test("does not read an answer without end", async () => {
    const { outcome } = await sendTraces([{ status: 400, json: `{"message":"${"x".repeat(100_000)}"}` }]);
    expect(outcome.message).toMatch(/answered 400$/u);
  });

  test("writes to the console where that is asked for", async () => {
    const written: string[] = [];
    const outcomes = await sendOtlp(exampleRunRecord, {
      environment: { OTEL_TRACES_EXPORTER: "console", OTEL_METRICS_EXPORTER: "prometheus" },
      write: (text) => written.push(text),
    });
    expect(written.map((text) => JSON.parse(text) as unknown)).toEqual([
      JSON.parse(JSON.stringify(toOtlpTraces(exampleRunRecord))),
    ]);
    expect(outcomes).toEqual([
      { signal: "traces", outcome: "sent", message: "8 spans to the console" },
      {
        signal: "metrics",
        outcome: "failed",
        message: "OTEL_METRICS_EXPORTER names an exporter that is not there; there are otlp, console and none",
      },
    ]);
  });

  test("tells settings that have no effect beside what was sent", async () => {
    const { outcome, url } = await sendTraces([], { OTEL_EXPORTER_OTLP_TIMEOUT: "soon" });
    expect(outcome.message).toBe(
      `8 spans to ${url}/v1/traces; OTEL_EXPORTER_OTLP_TIMEOUT is not a number of milliseconds above 0`,
    );
  });

  test("never rejects, whatever breaks", async () => {
    const outcomes = await sendOtlp(
      { ...exampleRunRecord, steps: undefined as unknown as [] },
      { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" } },
    );
    expect(outcomes.map(({ outcome, message }) => [outcome, message])).toEqual([
      ["failed", "The export broke: TypeError"],
      ["failed", "The export broke: TypeError"],
    ]);
  });
});
