import { expect, test } from "vitest";
import { wantsTelemetry } from "./wants-telemetry.ts";

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: "x", PATH: "/bin" }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, false],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://localhost:4318/v1/traces" }, true],
  [{ OTEL_METRICS_EXPORTER: "console" }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318", OTEL_SDK_DISABLED: "True" }, false],
])("%j: %s", (environment, expected) => {
  expect(wantsTelemetry(environment)).toBe(expected);
});
