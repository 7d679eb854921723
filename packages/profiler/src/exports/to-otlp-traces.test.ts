import { SpanKind, trace, context, SpanStatusCode, type Attributes, type HrTime } from "@opentelemetry/api";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { defined } from "../../test/exports/defined.ts";
import { decodeOtlpJson, decodeOtlpProtobuf, withoutEmptyLists } from "../../test/exports/decode-otlp.mjs";
import { foreignNames, RESULTS } from "../../test/exports/foreign-names.ts";
import type { RunRecord, StepRecord } from "../run-record.ts";
import { deriveTraceIds } from "./derive-trace-ids.ts";
import { encodeOtlpProtobuf } from "./encode-otlp-protobuf.ts";
import { OTLP_STATUS, OTLP_TEXT_LIMIT, type OtlpAttribute, type OtlpSpan, type OtlpTraces } from "./otlp.ts";
import { parseTraceParent } from "./parse-trace-parent.ts";
import { toOtlpTraces } from "./to-otlp-traces.ts";

const spansOf = (traces: OtlpTraces): readonly OtlpSpan[] =>
  traces.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

const values = (attributes: readonly OtlpAttribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));

const PARENT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", sampled: true };

const stepWith = (change: Partial<StepRecord>): RunRecord => {
  const [first, ...others] = exampleRunRecord.steps;
  return { ...exampleRunRecord, steps: [{ ...defined(first), ...change }, ...others] };
};

const exampleStepSpan = (record: RunRecord): OtlpSpan => defined(spansOf(toOtlpTraces(record))[1]);

describe("toOtlpTraces()", () => {
  test("puts the steps into the run and the spans into their step or the span around them", () => {
    const spans = spansOf(toOtlpTraces(exampleRunRecord));
    const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    expect(
      spans.map(({ name, kind, parentSpanId, startTimeUnixNano, endTimeUnixNano }) => [
        name,
        kind,
        nameOf.get(parentSpanId ?? ""),
        (BigInt(startTimeUnixNano) - 1_795_428_000_000_000_000n) / 1_000_000n,
        (BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1_000_000n,
      ]),
    ).toEqual([
      ["RUN shop", 2, undefined, 0n, 13_000n],
      ["code_review", 1, "RUN shop", 100n, 12_400n],
      ["lint", 1, "RUN shop", 200n, 1500n],
      ["documentation_updates", 1, "RUN shop", 0n, 0n],
      ["startup", 1, "RUN shop", 0n, 90n],
      ["setup", 1, "code_review", 100n, 3200n],
      ["git_operations", 1, "setup", 200n, 1000n],
      ["ai_call", 1, "code_review", 3300n, 9000n],
    ]);
  });

  test("names the run, its parts and the machine by the semantic conventions", () => {
    const traces = toOtlpTraces(exampleRunRecord, { runUrl: "https://ci.example/runs/1" });
    expect(values(traces.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
      "service.name": "ai-workflow",
      "cicd.pipeline.name": "shop",
      "cicd.pipeline.run.id": "20261123-1",
      "cicd.pipeline.run.url.full": "https://ci.example/runs/1",
      "vcs.ref.head.revision": "a".repeat(40),
      "vcs.ref.base.name": "main",
      "vcs.ref.base.revision": "b".repeat(40),
      "host.arch": "amd64",
      "os.type": "linux",
    });
    const [run, review, , documents] = spansOf(traces).map(({ attributes }) => values(attributes));
    expect(run).toMatchObject({ "cicd.pipeline.result": "success", "cicd.pipeline.action.name": "RUN" });
    expect(run).not.toHaveProperty(["error.type"]);
    expect(review).toMatchObject({
      "cicd.pipeline.task.name": "code_review",
      "cicd.pipeline.task.run.id": "20261123-1/code_review",
      "cicd.pipeline.task.run.url.full": "https://ci.example/runs/1",
      "cicd.pipeline.task.run.result": "success",
    });
    expect(documents).toMatchObject({ "cicd.pipeline.task.run.result": "skip" });
    expect(values(spansOf(traces).at(-1)?.attributes ?? [])).toMatchObject({
      "ai_workflow.span.cache": "miss",
      "ai_workflow.span.tokens": "1200",
    });
  });

  test("gives each step the URL that the caller knows", () => {
    const traces = toOtlpTraces(exampleRunRecord, { stepUrl: ({ id }) => `file:///logs/${id}.log` });
    expect(values(spansOf(traces)[2]?.attributes ?? [])).toMatchObject({
      "cicd.pipeline.task.run.url.full": "file:///logs/lint.log",
    });
  });

  test.each([
    ["passed", "success", undefined, 0],
    ["partial", "success", undefined, 0],
    ["failed", "failure", "step_failed", 2],
    ["inconclusive", "error", "inconclusive", 2],
    ["cancelled", "cancellation", undefined, 0],
  ] as const)("tells a run that is %s as %s", (status, result, errorType, code) => {
    const [run] = spansOf(toOtlpTraces({ ...exampleRunRecord, status }));
    const attributes = values(run?.attributes ?? []);
    expect([attributes["cicd.pipeline.result"], attributes["error.type"], run?.status.code]).toEqual([
      result,
      errorType,
      code,
    ]);
  });

  test.each([
    [{ outcome: "failed", exitCode: 2, message: "exit code 2" }, "failure", "exit_code_2", "exit code 2"],
    [{ outcome: "failed", signal: "SIGKILL", exitCode: undefined }, "failure", "SIGKILL", "SIGKILL"],
    [{ outcome: "failed", exitCode: undefined }, "failure", "failed", "failed"],
    [{ outcome: "timed-out" }, "timeout", "timeout", "timeout"],
    [{ outcome: "inconclusive" }, "error", "inconclusive", "inconclusive"],
    [{ outcome: "cancelled" }, "cancellation", undefined, undefined],
    [{ outcome: "replayed" }, "success", undefined, undefined],
  ] as const)("tells a step with %o as %s", (change, result, errorType, message) => {
    const span = exampleStepSpan(stepWith(change));
    const attributes = values(span.attributes);
    expect([attributes["cicd.pipeline.task.run.result"], attributes["error.type"], span.status]).toEqual([
      result,
      errorType,
      message === undefined ? { code: 0 } : { code: 2, message },
    ]);
  });

  test("has no name outside its own that the published conventions do not have", () => {
    const traces = toOtlpTraces(stepWith({ outcome: "failed" }), { runUrl: "https://ci.example/" });
    const attributes = [
      ...spansOf(traces).flatMap((span) => span.attributes),
      ...(traces.resourceSpans[0]?.resource.attributes ?? []),
    ];
    expect(foreignNames(attributes.map(({ key }) => key))).toEqual([]);
    expect(foreignNames(["cicd.pipeline.made_up"])).toEqual(["cicd.pipeline.made_up"]);
    expect(RESULTS.toSorted()).toEqual(["cancellation", "error", "failure", "skip", "success", "timeout"]);
  });

  test("gives a step the span that its processes were told before", () => {
    const ids = deriveTraceIds(exampleRunRecord, PARENT);
    const [run, , lint] = spansOf(toOtlpTraces(exampleRunRecord, { parent: PARENT }));
    expect(ids.runSpanId).toBe(run?.spanId);
    expect(parseTraceParent(ids.stepTraceParent("lint"))).toEqual({
      traceId: PARENT.traceId,
      spanId: lint?.spanId,
      sampled: true,
    });
    const unsampled = deriveTraceIds(exampleRunRecord, { ...PARENT, sampled: false });
    expect(parseTraceParent(unsampled.stepTraceParent("lint"))?.sampled).toBe(false);
  });

  test("gives steps of one name spans of their own", () => {
    const steps = exampleRunRecord.steps.map((step) => ({ ...step, id: "same" }));
    const ids = spansOf(toOtlpTraces({ ...exampleRunRecord, steps })).map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("becomes part of the trace around it", () => {
    const spans = spansOf(toOtlpTraces(exampleRunRecord, { parent: PARENT, traceState: "vendor=1" }));
    expect(spans[0]).toMatchObject({ parentSpanId: PARENT.spanId, flags: 0x301, traceState: "vendor=1" });
    expect(spans.every(({ traceId }) => traceId === PARENT.traceId)).toBe(true);
    expect(spans[1]).toMatchObject({ flags: 0x101 });
  });

  test("gives the same ids each time, and others to another run or project", () => {
    const ids = (record: RunRecord): readonly string[] =>
      spansOf(toOtlpTraces(record)).flatMap(({ traceId, spanId }) => [traceId, spanId]);
    expect(ids(structuredClone(exampleRunRecord))).toEqual(ids(exampleRunRecord));
    const mine = new Set(ids(exampleRunRecord));
    for (const other of [{ runId: "2" }, { workflowId: "other" }, { startedAt: "2026-11-24T10:00:00.000Z" }]) {
      expect(ids({ ...exampleRunRecord, ...other }).some((id) => mine.has(id))).toBe(false);
    }
  });

  test("shows what never ended as unfinished up to the end of its step", () => {
    const spans = [{ id: 1, name: "ai_call", step: "lint", startMs: 300 }];
    const span = spansOf(toOtlpTraces({ ...exampleRunRecord, spans })).at(-1);
    expect(span?.endTimeUnixNano).toBe("1795428001700000000");
    expect(values(span?.attributes ?? [])).toMatchObject({ "ai_workflow.unfinished": true });
  });

  test("does not follow parents in circles or to nowhere", () => {
    const spans = [
      { id: 1, parentId: 2, name: "a", startMs: 0, endMs: 1 },
      { id: 2, parentId: 1, name: "b", startMs: 0, endMs: 1 },
      { id: 3, parentId: 3, name: "c", step: "lint", startMs: 0, endMs: 1 },
      { id: 4, parentId: 9, name: "d", step: "gone", startMs: 0, endMs: 1 },
    ];
    const all = spansOf(toOtlpTraces({ ...exampleRunRecord, spans }));
    const nameOf = new Map(all.map(({ spanId, name }) => [spanId, name]));
    expect(all.slice(-4).map(({ parentSpanId }) => nameOf.get(parentSpanId ?? ""))).toEqual([
      "RUN shop",
      "a",
      "lint",
      "RUN shop",
    ]);
  });

  test("cuts endless text, also between the halves of a surrogate pair", () => {
    const message = `${"x".repeat(OTLP_TEXT_LIMIT - 1)}\u{1F600}`;
    const { status } = exampleStepSpan(stepWith({ outcome: "failed", message }));
    expect(status.message).toBe(`${"x".repeat(OTLP_TEXT_LIMIT - 1)}\uFFFD`);
  });

  test("reads a start that is no date as 1970", () => {
    const [run] = spansOf(toOtlpTraces({ ...exampleRunRecord, startedAt: "soon" }));
    expect([run?.startTimeUnixNano, run?.endTimeUnixNano]).toEqual(["0", "13000000000"]);
  });

  test("fits the published definitions for any record, in JSON and in the binary encoding", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, fc.boolean(), (record, hasParent) => {
        const traces = toOtlpTraces(record, {
          ...(hasParent ? { parent: PARENT, traceState: "a=b" } : {}),
          runUrl: "https://ci.example/",
          resourceAttributes: { "deployment.environment.name": "\uDC00" },
        });
        const text = JSON.stringify(traces);
        expect(decodeOtlpJson("traces", text)).toEqual(withoutEmptyLists(traces));
        expect(decodeOtlpProtobuf("traces", encodeOtlpProtobuf(traces))).toEqual(withoutEmptyLists(traces));
        expect(text).not.toMatch(/\\ud[89a-f]/u);

        const spans = spansOf(traces);
        const before = new Set(hasParent ? [PARENT.spanId] : []);
        for (const [index, span] of spans.entries()) {
          expect(span.name).not.toBe("");
          expect(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano)).toBe(true);
          expect(before.has(span.spanId)).toBe(false);
          expect(span.parentSpanId === undefined ? index === 0 : before.has(span.parentSpanId)).toBe(true);
          before.add(span.spanId);
        }
        expect(spans).toHaveLength(1 + record.steps.length + record.spans.length);
      }),
    );
  });

  test("is turned away by the published definitions with a field, a type or an id that is wrong", () => {
    const [one] = toOtlpTraces(exampleRunRecord).resourceSpans;
    const [run] = one?.scopeSpans[0]?.spans ?? [];
    const withRun = (change: object): string =>
      JSON.stringify({ resourceSpans: [{ ...one, scopeSpans: [{ spans: [{ ...run, ...change }] }] }] });
    expect(() => decodeOtlpJson("traces", withRun({}))).not.toThrow();
    for (const change of [
      { started: "1" },
      { kind: "SPAN_KIND_SERVER" },
      { name: 1 },
      { spanId: "b7" },
      { startTimeUnixNano: 1 },
      { attributes: [{ key: "a", value: { numberValue: 1 } }] },
      { attributes: [{ key: "a", value: { intValue: "1.5" } }] },
    ]) {
      expect(() => decodeOtlpJson("traces", withRun(change)), JSON.stringify(change)).toThrow();
    }
  });

  test("says the same as the SDK's own serializer for the same spans", () => {
    const [run, review] = spansOf(toOtlpTraces(stepWith({ outcome: "failed", message: "no" }), { parent: PARENT }));
    const memory = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }).getTracer("x");
    const time = (nano: string): HrTime => [Number(BigInt(nano) / 10n ** 9n), Number(BigInt(nano) % 10n ** 9n)];
    const attributesOf = (span: OtlpSpan): Attributes =>
      Object.fromEntries(
        span.attributes.map(({ key, value }) => [
          key,
          "intValue" in value ? Number(value.intValue) : (Object.values(value)[0] as string | number | boolean),
        ]),
      );
    const emit = (span: OtlpSpan, parent: { traceId: string; spanId: string; isRemote?: boolean }): string => {
      const sdkSpan = tracer.startSpan(
        span.name,
        {
          kind: span.kind === 2 ? SpanKind.SERVER : SpanKind.INTERNAL,
          startTime: time(span.startTimeUnixNano),
          attributes: attributesOf(span),
        },
        trace.setSpanContext(context.active(), { ...parent, traceFlags: 1 }),
      );
      const { code, message } = span.status;
      if (code === OTLP_STATUS.error) {
        sdkSpan.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
      }
      sdkSpan.end(time(span.endTimeUnixNano));
      return sdkSpan.spanContext().spanId;
    };
    const runId = emit(defined(run), { ...PARENT, isRemote: true });
    const reviewId = emit(defined(review), { traceId: PARENT.traceId, spanId: runId });
    const sdk = JSON.parse(
      new TextDecoder().decode(JsonTraceSerializer.serializeRequest(memory.getFinishedSpans())),
    ) as OtlpTraces;

    /** The SDK also writes empty lists and counts of what was dropped, and small whole numbers as numbers. */
    const comparable = (span: OtlpSpan, spanId: string, parentSpanId: string): object => ({
      ...span,
      spanId,
      parentSpanId,
      attributes: span.attributes.map(({ key, value }) => ({
        key,
        value: "intValue" in value ? { intValue: Number(value.intValue) } : value,
      })),
      events: [],
      links: [],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
    // A whole number of milliseconds is a double here, and a number that looks whole to the SDK.
    const sameNumbers = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll(/"doubleValue":(?<whole>-?\d+)(?=\})/gu, '"intValue":$<whole>'));
    expect(sameNumbers(spansOf(sdk))).toEqual(
      sameNumbers([comparable(defined(run), runId, PARENT.spanId), comparable(defined(review), reviewId, runId)]),
    );
  });
});
