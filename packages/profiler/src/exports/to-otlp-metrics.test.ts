import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { decodeOtlpJson, decodeOtlpProtobuf, withoutEmptyLists } from "../../test/exports/decode-otlp.mjs";
import { foreignNames } from "../../test/exports/foreign-names.ts";
import type { RunRecord } from "../run-record.ts";
import { encodeOtlpProtobuf } from "./encode-otlp-protobuf.ts";
import type { OtlpAttribute, OtlpMetric, OtlpMetrics } from "./otlp.ts";
import { toOtlpMetrics } from "./to-otlp-metrics.ts";

const metricsOf = (metrics: OtlpMetrics): ReadonlyMap<string, OtlpMetric> =>
  new Map(
    metrics.resourceMetrics
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .map((metric) => [metric.name, metric]),
  );

const values = (attributes: readonly OtlpAttribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));

const pointsOf = (metric: OtlpMetric | undefined): readonly { readonly attributes: readonly OtlpAttribute[] }[] => {
  if (metric === undefined) return [];
  if ("gauge" in metric) return metric.gauge.dataPoints;
  return "sum" in metric ? metric.sum.dataPoints : metric.histogram.dataPoints;
};

const measured: RunRecord = {
  ...exampleRunRecord,
  status: "failed",
  steps: exampleRunRecord.steps.map((step, index) =>
    index === 2
      ? step
      : {
          ...step,
          outcome: "failed",
          exitCode: 1,
          resources: { method: "proc", cpuMs: 1500, peakMemoryBytes: 2048, readBytes: 7, samples: 3 },
        },
  ),
  ai: {
    provider: "local",
    model: "m",
    cacheMode: "on",
    questions: 5,
    cacheHits: 3,
    coalesced: 0,
    cacheMisses: 2,
    calls: 2,
    inputTokens: 100,
    outputTokens: 20,
    costUsd: 0.25,
    savedInputTokens: 300,
    savedOutputTokens: 60,
    inconclusive: {},
  },
  resources: { cpuMs: 3000, toolCpuMs: 500, toolPeakMemoryBytes: 4096 },
};

describe("toOtlpMetrics()", () => {
  test("gives the run's duration and errors by the semantic conventions", () => {
    const metrics = metricsOf(toOtlpMetrics(measured));
    expect(metrics.get("cicd.pipeline.run.duration")).toMatchObject({
      unit: "s",
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            startTimeUnixNano: "1795428000000000000",
            timeUnixNano: "1795428013000000000",
            count: "1",
            sum: 13,
            min: 13,
            max: 13,
          },
        ],
      },
    });
    expect(values(pointsOf(metrics.get("cicd.pipeline.run.duration"))[0]?.attributes ?? [])).toEqual({
      "cicd.pipeline.name": "shop",
      "cicd.pipeline.run.state": "executing",
      "cicd.pipeline.result": "failure",
      "error.type": "step_failed",
    });
    expect(metrics.get("cicd.pipeline.run.errors")).toMatchObject({
      unit: "{error}",
      sum: { isMonotonic: true, dataPoints: [{ asInt: "2" }] },
    });
  });

  test("gives what each step took and what models were asked, and nothing that was not measured", () => {
    const metrics = metricsOf(toOtlpMetrics(measured));
    const read = (name: string): readonly unknown[] =>
      pointsOf(metrics.get(name)).map((point) => [
        Object.values(values(point.attributes)).slice(1),
        "asInt" in point ? point.asInt : "asDouble" in point ? point.asDouble : "sum" in point ? point.sum : undefined,
      ]);
    expect(read("ai_workflow.step.duration")).toEqual([
      [["code_review", "failure", "exit_code_1"], 12.4],
      [["lint", "failure", "exit_code_1"], 1.5],
    ]);
    expect(read("ai_workflow.steps")).toEqual([
      [["failed"], "2"],
      [["skipped"], "1"],
    ]);
    expect(read("ai_workflow.step.cpu_time")).toEqual([
      [["code_review"], 1.5],
      [["lint"], 1.5],
    ]);
    expect(read("ai_workflow.step.disk_io")).toEqual([
      [["code_review", "read"], "7"],
      [["lint", "read"], "7"],
    ]);
    expect(read("ai_workflow.run.peak_memory")).toEqual([[["tool"], "4096"]]);
    expect(read("ai_workflow.ai.tokens")).toEqual([
      [["local", "m", "input"], "100"],
      [["local", "m", "output"], "20"],
    ]);
    expect(read("ai_workflow.ai.cost")).toEqual([[["local", "m"], 0.25]]);
    expect([...metricsOf(toOtlpMetrics(exampleRunRecord)).keys()]).toEqual([
      "cicd.pipeline.run.duration",
      "ai_workflow.run.saved_time",
      "ai_workflow.step.duration",
      "ai_workflow.steps",
    ]);
  });

  test("counts each duration in the one bucket that it belongs to", () => {
    for (const [durationMs, bucket] of [
      [0, 0],
      [100, 0],
      [100.001, 1],
      [13_000, 5],
      [14_400_000, 14],
      [1e9, 15],
    ] as const) {
      const metric = metricsOf(toOtlpMetrics({ ...exampleRunRecord, durationMs })).get("cicd.pipeline.run.duration");
      const [point] = pointsOf(metric) as unknown as readonly { bucketCounts: string[]; explicitBounds: number[] }[];
      expect(point?.bucketCounts.indexOf("1")).toBe(bucket);
      expect(point?.bucketCounts.filter((count) => count === "1")).toHaveLength(1);
      expect(point?.bucketCounts).toHaveLength((point?.explicitBounds.length ?? 0) + 1);
    }
  });

  test("counts from the export before where that is asked for", () => {
    const metric = metricsOf(toOtlpMetrics(measured, { temporality: "delta" })).get("cicd.pipeline.run.errors");
    expect(metric).toMatchObject({ sum: { aggregationTemporality: 1 } });
  });

  test("does not lose numbers that are no 64-bit whole numbers", () => {
    const resources = { cpuMs: 1, toolCpuMs: 1, peakMemoryBytes: 1e21, toolPeakMemoryBytes: 0.5 };
    const metrics = toOtlpMetrics({ ...exampleRunRecord, resources });
    expect(metricsOf(metrics).get("ai_workflow.run.peak_memory")).toMatchObject({
      gauge: { dataPoints: [{ asDouble: 1e21 }, { asDouble: 0.5 }] },
    });
    expect(() => decodeOtlpJson("metrics", JSON.stringify(metrics))).not.toThrow();
  });

  test("has no name outside its own that the published conventions do not have", () => {
    const metrics = toOtlpMetrics(measured, { runIdentity: true });
    const all = [...metricsOf(metrics).values()];
    expect(foreignNames(all.map(({ name }) => name))).toEqual([]);
    expect(
      foreignNames(
        [
          ...all.flatMap((metric) => pointsOf(metric).flatMap(({ attributes }) => attributes)),
          ...(metrics.resourceMetrics[0]?.resource.attributes ?? []),
        ].map(({ key }) => key),
      ),
    ).toEqual([]);
  });

  test("keeps what is different for each run out of the resource unless it is asked for", () => {
    const resource = (runIdentity: boolean): object =>
      values(toOtlpMetrics(exampleRunRecord, { runIdentity }).resourceMetrics[0]?.resource.attributes ?? []);
    expect(resource(false)).not.toHaveProperty(["cicd.pipeline.run.id"]);
    expect(resource(false)).not.toHaveProperty(["vcs.ref.head.revision"]);
    expect(resource(true)).toMatchObject({ "cicd.pipeline.run.id": "20261123-1" });
  });

  test("fits the published definitions for any record, in JSON and in the binary encoding, each series once", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const metrics = toOtlpMetrics(record);
        const text = JSON.stringify(metrics);
        expect(decodeOtlpJson("metrics", text)).toEqual(withoutEmptyLists(metrics));
        expect(decodeOtlpProtobuf("metrics", encodeOtlpProtobuf(metrics))).toEqual(withoutEmptyLists(metrics));
        expect(text).not.toMatch(/\\ud[89a-f]/u);
        const all = metrics.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
        expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
        // Ids that differ only in what cannot be written become one name; no other two points may be the same series.
        fc.pre(record.steps.every(({ id }) => !/\p{Surrogate}/u.test(id)));
        for (const metric of all) {
          const series = pointsOf(metric).map(({ attributes }) => JSON.stringify(attributes));
          expect(new Set(series).size).toBe(series.length);
        }
      }),
    );
  });
});
