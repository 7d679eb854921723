import { describe, expect, test } from "vitest";
import { otlpSettings, type Environment, type OtlpSignal, type OtlpTarget } from "./otlp-settings.ts";

const targetOf = (environment: Environment, signal: OtlpSignal = "traces"): OtlpTarget | undefined =>
  otlpSettings(environment).targets[signal][0];

const sendTo = (environment: Environment, signal: OtlpSignal = "traces"): Extract<OtlpTarget, { kind: "send" }> => {
  const target = targetOf(environment, signal);
  if (target?.kind !== "send") throw new Error(`Not sent: ${JSON.stringify(target)}`);
  return target;
};

const AT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

describe("otlpSettings()", () => {
  test("is off while nobody asks for it", () => {
    for (const environment of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: " " }, { OTEL_EXPORTER_OTLP_HEADERS: "a=b" }]) {
      expect(targetOf(environment)?.kind).toBe("off");
      expect(targetOf(environment, "metrics")?.kind).toBe("off");
    }
  });

  test("is switched off for all by OTEL_SDK_DISABLED and for one signal by its exporter", () => {
    expect(targetOf({ ...AT, OTEL_SDK_DISABLED: "True" })?.kind).toBe("off");
    expect(targetOf({ ...AT, OTEL_SDK_DISABLED: "1" })?.kind).toBe("send");
    expect(targetOf({ ...AT, OTEL_TRACES_EXPORTER: "none" })?.kind).toBe("off");
    expect(targetOf({ ...AT, OTEL_TRACES_EXPORTER: "none" }, "metrics")?.kind).toBe("send");
  });

  test("puts the signal's path under the general endpoint and uses the signal's endpoint as it is", () => {
    const href = (environment: Environment, signal: OtlpSignal = "traces"): string =>
      sendTo(environment, signal).url.href;
    expect(href(AT)).toBe("http://collector:4318/v1/traces");
    expect(href(AT, "metrics")).toBe("http://collector:4318/v1/metrics");
    expect(href({ OTEL_EXPORTER_OTLP_ENDPOINT: "https://x/otlp//?key=1" })).toBe("https://x/otlp/v1/traces?key=1");
    expect(href({ ...AT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://x/in" })).toBe("https://x/in");
    expect(href({ ...AT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://x" }, "metrics")).toContain("collector");
    expect(href({ OTEL_TRACES_EXPORTER: "otlp" })).toBe("http://localhost:4318/v1/traces");
  });

  test("reads percent-encoded headers; those of the signal go before the general ones, not beside them", () => {
    expect(sendTo({ ...AT, OTEL_EXPORTER_OTLP_HEADERS: "Api-Key=a%20b%3D , x=1=2," }).headers).toEqual({
      "api-key": "a b=",
      x: "1=2",
    });
    expect(
      sendTo({ ...AT, OTEL_EXPORTER_OTLP_HEADERS: "a=1", OTEL_EXPORTER_OTLP_TRACES_HEADERS: "b=2" }).headers,
    ).toEqual({ b: "2" });
  });

  test("does not send with headers that cannot be sent, and does not repeat them", () => {
    for (const headers of [
      "secret",
      "=secret",
      "a=%zz",
      "a b=secret",
      "a=x%0Asecret",
      "a=%F0%9F%98%80",
      "Host=secret",
    ]) {
      const target = targetOf({ ...AT, OTEL_EXPORTER_OTLP_HEADERS: headers });
      expect(target, headers).toEqual({
        kind: "impossible",
        message: "OTEL_EXPORTER_OTLP_HEADERS cannot be read; the form is name=value,name=value",
      });
    }
  });

  test("makes a login in the endpoint a header", () => {
    const { url, headers } = sendTo({ OTEL_EXPORTER_OTLP_ENDPOINT: "https://me:p%40ss@x" });
    expect(url.href).toBe("https://x/v1/traces");
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}` });
  });

  test.each(["collector:4318", "localhost:4318", "ftp://x", "unix:/run/x", "http://", "http://[::1"])(
    "tells that it cannot send to %s",
    (endpoint) => {
      expect(targetOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toEqual({
        kind: "impossible",
        message: "OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL",
      });
    },
  );

  test("speaks JSON unless protobuf is asked for, and tells that it cannot speak gRPC", () => {
    expect(sendTo(AT).protocol).toBe("http/json");
    expect(sendTo({ ...AT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" }).protocol).toBe("http/protobuf");
    expect(
      sendTo({ ...AT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json" }).protocol,
    ).toBe("http/json");
    expect(targetOf({ ...AT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toEqual({
      kind: "impossible",
      message: "OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc; there are http/json and http/protobuf",
    });
  });

  test("sends to each exporter that is named, once, and tells those that are not there", () => {
    const { traces } = otlpSettings({ ...AT, OTEL_TRACES_EXPORTER: "otlp, console,otlp,zipkin" }).targets;
    expect(traces.map(({ kind }) => kind)).toEqual(["send", "console", "impossible"]);
  });

  test("takes the time as asked, and tells when it cannot be read", () => {
    expect(sendTo({ ...AT, OTEL_EXPORTER_OTLP_TIMEOUT: "250" }).timeoutMs).toBe(250);
    for (const value of ["0", "-1", "1e3", "10s", "99999999999"]) {
      const environment = { ...AT, OTEL_EXPORTER_OTLP_TIMEOUT: value };
      expect(sendTo(environment).timeoutMs).toBe(5000);
      expect(otlpSettings(environment).notes).toEqual([
        "OTEL_EXPORTER_OTLP_TIMEOUT is not a number of milliseconds above 0",
      ]);
    }
  });

  test("compresses where it is asked to, and tells what it does not know", () => {
    expect(sendTo({ ...AT, OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }).gzip).toBe(true);
    expect(sendTo({ ...AT, OTEL_EXPORTER_OTLP_COMPRESSION: "none" }).gzip).toBe(false);
    expect(
      otlpSettings({
        ...AT,
        OTEL_EXPORTER_OTLP_COMPRESSION: "zstd",
        OTEL_EXPORTER_OTLP_CERTIFICATE: "/ca.pem",
        OTEL_RESOURCE_ATTRIBUTES: "a=%zz",
        TRACEPARENT: "00-no",
      }).notes,
    ).toEqual([
      "TRACEPARENT cannot be read",
      "OTEL_RESOURCE_ATTRIBUTES cannot be read",
      "OTEL_EXPORTER_OTLP_COMPRESSION can be gzip or none",
      "OTEL_EXPORTER_OTLP_CERTIFICATE has no effect; NODE_EXTRA_CA_CERTS names further authorities",
    ]);
  });

  test("reads what names the service and the resource", () => {
    expect(
      otlpSettings({
        OTEL_SERVICE_NAME: "shop-ci",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=ci,team=a%2Cb",
      }),
    ).toMatchObject({
      serviceName: "shop-ci",
      resourceAttributes: { "deployment.environment.name": "ci", team: "a,b" },
    });
  });

  test("follows the decision of the trace around the run, unless the sampler says otherwise", () => {
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
    const kind = (environment: Environment): string | undefined => targetOf({ ...AT, ...environment })?.kind;
    expect(kind({ TRACEPARENT: `${trace}-01` })).toBe("send");
    expect(kind({ TRACEPARENT: `${trace}-00` })).toBe("off");
    expect(kind({ TRACEPARENT: `${trace}-00`, OTEL_TRACES_SAMPLER: "always_on" })).toBe("send");
    expect(kind({ OTEL_TRACES_SAMPLER: "always_off" })).toBe("off");
    expect(kind({ OTEL_TRACES_SAMPLER: "parentbased_always_off" })).toBe("off");
    expect(kind({ TRACEPARENT: `${trace}-01`, OTEL_TRACES_SAMPLER: "parentbased_always_off" })).toBe("send");
    expect(targetOf({ ...AT, TRACEPARENT: `${trace}-00` }, "metrics")?.kind).toBe("send");
  });

  test("hands on the trace state only with its parent and only when it can be right", () => {
    const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(otlpSettings({ TRACEPARENT, TRACESTATE: "a=1" }).traceState).toBe("a=1");
    expect(otlpSettings({ TRACESTATE: "a=1" }).traceState).toBeUndefined();
    expect(otlpSettings({ TRACEPARENT, TRACESTATE: "ä=1" }).traceState).toBeUndefined();
    expect(otlpSettings({ TRACEPARENT, TRACESTATE: "a".repeat(513) }).traceState).toBeUndefined();
  });
});
