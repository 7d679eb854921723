import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMeasurements } from "./parse-measurements.ts";

const ARM = { name: "a", command: "b" };
const BENCHMARK = {
  schema: "ai-workflow/benchmark",
  version: 1,
  measure: "cpu",
  thresholdPercent: 10,
  baseline: ARM,
  compare: ARM,
  environment: { cpuCount: 2 },
  pairs: [{ baseline: { cpuMs: 1 }, compare: { cpuMs: 2 }, first: "baseline", load: 0 }],
};

test("parseMeasurements() never throws, whatever the text is", () => {
  const fields = fc.record(
    Object.fromEntries(
      Object.entries(BENCHMARK).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.json())]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fields.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const parsed = parseMeasurements(text);
        expect(parsed.ok || parsed.message.length > 0).toBe(true);
      },
    ),
  );
});

test.each(Object.keys(BENCHMARK).filter((name) => name !== "schema"))(
  "parseMeasurements() says that a benchmark lacks `%s`",
  (name) => {
    expect(parseMeasurements(JSON.stringify(BENCHMARK))).toMatchObject({ ok: true });
    expect(parseMeasurements(JSON.stringify({ ...BENCHMARK, [name]: undefined }))).toEqual({
      ok: false,
      message: `it is wrong or incomplete at \`${name}\``,
    });
  },
);

test("parseMeasurements() takes single runs of hyperfine in milliseconds, with memory where it was measured", () => {
  const result = { command: "x", times: [0.5, 1], user: 0.1, system: 0.1, memory_usage_byte: [4096] };
  expect(parseMeasurements(JSON.stringify({ results: [result] }))).toEqual({
    ok: true,
    value: {
      kind: "hyperfine",
      results: [{ command: "x", measurements: [{ wallMs: 500, peakMemoryBytes: 4096 }, { wallMs: 1000 }] }],
    },
  });
  expect(parseMeasurements(JSON.stringify({ results: [{ command: "x", mean: 1 }] }))).toMatchObject({
    ok: false,
    message: expect.stringContaining("`results[0]` has no `times`") as string,
  });
});
